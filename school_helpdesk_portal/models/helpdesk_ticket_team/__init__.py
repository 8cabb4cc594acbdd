from . import questions
from . import question_records
