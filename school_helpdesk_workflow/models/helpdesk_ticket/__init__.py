from . import oca
from . import clocks
from . import deadline
from . import escalations
from . import telling
from . import assignment
from . import simulation
from . import stage_requirement
