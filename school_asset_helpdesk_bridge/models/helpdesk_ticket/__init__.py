from . import assets
from . import damage_case
from . import holds
from . import requester_group
from . import submission
