from . import app
from . import push
