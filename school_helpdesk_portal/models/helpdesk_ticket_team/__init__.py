from . import questions
from . import question_records
from . import question_texts
