from . import figures, period, period_sheet
