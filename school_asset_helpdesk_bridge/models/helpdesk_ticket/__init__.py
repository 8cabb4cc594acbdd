from . import assets
from . import damage_case
from . import holds
from . import requester_facts
from . import requester_group
from . import submission
from . import symptom
from . import walk_in
