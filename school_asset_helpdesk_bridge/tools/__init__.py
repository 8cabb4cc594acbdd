from . import label_sheet, thai_text
