from . import kept_records
from . import label_sheet
