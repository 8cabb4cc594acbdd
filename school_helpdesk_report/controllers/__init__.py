from . import wall
