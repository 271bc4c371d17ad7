"""The architectures. Adding one is adding its file and its line here; nothing in this package imports torch early."""

from . import ft_transformer, linear, mlp, mlp_ple, realmlp, resnet, tabm
from .architecture import Architecture

ARCHITECTURES: dict[str, Architecture] = {
    module.ARCHITECTURE.id: module.ARCHITECTURE
    for module in (linear, mlp, mlp_ple, resnet, ft_transformer, tabm, realmlp)
}
