"""The text of predict.py for one architecture: the template with the rules of cells, the scaling and the network."""

import functools
import inspect
import re

from ..data import cells, plain, records, transform
from ..models import ARCHITECTURES
from . import predict_template

_EMBEDDED = re.compile(r"# <embedded.*?# </embedded>\n", re.DOTALL)
_DOCSTRING = re.compile(r'\A""".*?"""\n', re.DOTALL)
# Without numpy, which torch does not need, it says at every start that there is none.
_QUIET = 'warnings.filterwarnings("ignore", message="Failed to initialize NumPy")'
_NETWORK_OF = '''
def network_of(art):
    return {build}(art["hyperparameters"], art["inputs"]["numeric"], art["inputs"]["levels"], art["outputs"])
'''


@functools.cache
def predict_source(architecture_id: str) -> str:
    """One file that runs with torch and the standard library. Imports are gathered at its top."""
    architecture = ARCHITECTURES[architecture_id]
    imports: set[str] = set()
    bodies = []
    for module in (cells, records, plain, transform):
        body, found = _without_imports(_DOCSTRING.sub("", inspect.getsource(module)))
        imports |= found
        bodies.append(body)
    network = [inspect.getsource(function) for function in (*architecture.parts, architecture.build)]
    bodies.append("\n\n".join(network) + "\n" + _NETWORK_OF.format(build=architecture.build.__name__))
    template = inspect.getsource(predict_template)
    head, tail = _EMBEDDED.split(template)
    docstring = _DOCSTRING.match(head).group()
    _, found = _without_imports(head)
    imports |= found | {"import warnings"}
    lines = sorted(imports - {"import torch"}, key=lambda line: (line.startswith("from"), line))
    parts = [docstring, *lines, "", _QUIET, "import torch", "", *bodies, tail.strip()]
    return "\n".join(part.strip("\n") if part else "\n" for part in parts) + "\n"


def _without_imports(text: str) -> tuple[str, set[str]]:
    """The text without its imports, and those that are not of this package, whose names all stand in one file."""
    lines = text.split("\n")
    imports = {line for line in lines if line.startswith(("import ", "from "))}
    kept = "\n".join(line for line in lines if line not in imports)
    return kept, {line for line in imports if not line.startswith("from .")}
