from . import assets
from . import damage_case
from . import holds
from . import submission
from . import symptom
