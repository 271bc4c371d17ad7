"""The architectures. Adding one is adding its file and its line here; nothing in this package imports torch early."""

from . import linear, mlp
from .architecture import Architecture

ARCHITECTURES: dict[str, Architecture] = {a.id: a for a in (linear.ARCHITECTURE, mlp.ARCHITECTURE)}
