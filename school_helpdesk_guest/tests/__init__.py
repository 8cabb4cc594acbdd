from . import test_access_matrix
from . import test_every_field
from . import test_guest
from . import test_guest_files
from . import test_guest_link
from . import test_language
