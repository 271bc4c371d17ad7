"""model.onnx: from the recorded calls of a network to the pieces of a file."""

from typing import Any

import torch
from torch import Tensor, nn

from . import encode
from .operators import OPERATORS, tensors_of
from .record import FEW, Call, example, record

NUMBERS = ("Scaled numbers, in the order of preprocess.numbers of model.pt; inputs(art, rows) of predict.py makes them "
           "from raw rows.")
CATEGORIES = "Level numbers in the order of preprocess.categories of model.pt, from 1; 0 is unknown or missing."
ANSWERS = {"probabilities": "In the order of target.labels of model.pt.", "prediction": "In the unit of the target."}
ROWS = "rows"


class CannotExport(Exception):
    """A sentence that says why there is no such file."""


def onnx_model(network: nn.Module, numeric: int, categories: int, target: dict[str, Any], metadata: dict[str, str],
               producer: tuple[str, str]) -> encode.Pieces:
    """The file of a network that maps (numbers, categories) to its outputs. `target` is that of model.pt.

    Its inputs are `numbers` float32 [rows, numeric] and `categories` int64 [rows, categories]; its output is
    `probabilities` float64 [rows, classes], or `prediction` float64 [rows] in the unit of the target. Raises
    CannotExport, or ValueError for a network that is too large.
    """
    graph, last, outputs = _translated(network, numeric, categories, FEW)
    other, _, _ = _translated(network, numeric, categories, FEW + 2)
    if graph.nodes != other.nodes or not graph.same_constants(other):
        raise CannotExport("the network uses the number of rows as a number")
    name = _answer(graph, last, target)
    shape = [ROWS, outputs.shape[1]] if name == "probabilities" else [ROWS]
    inputs = [encode.value_info("numbers", torch.float32, [ROWS, numeric], NUMBERS),
              encode.value_info("categories", torch.int64, [ROWS, categories], CATEGORIES)]
    return encode.model(graph.nodes, [encode.tensor(n, t) for n, t in graph.tensors.items()], inputs,
                        [encode.value_info(name, torch.float64, shape, ANSWERS[name])], metadata, producer,
                        "Takes numbers and categories as predict.py prepares them.")


def _translated(network: nn.Module, numeric: int, categories: int, rows: int) -> tuple["_Graph", str, Tensor]:
    inputs = example(numeric, categories, rows, next(network.parameters()).device)
    calls, outputs = record(network, inputs)
    graph = _Graph(network, inputs)
    for call in calls:
        graph.translate(call)
    return graph, graph.name(outputs), outputs


def _answer(graph: "_Graph", last: str, target: dict[str, Any]) -> str:
    """Adds what predict.py makes of the outputs, in float64 as it does; returns its name."""
    double = graph.add("Cast", last, to=encode.ELEMENT[torch.float64])
    if "labels" in target:
        return graph.add("Softmax", double, axis=1, name="probabilities")
    scale, mean = (graph.constant(torch.tensor(target[name], dtype=torch.float64)) for name in ("scale", "mean"))
    value = graph.add("Add", graph.add("Mul", double, scale), mean)
    return graph.add("Reshape", value, graph.ints(-1), name="prediction")


class _Graph:
    """Nodes and constants so far, and the name that each tensor of the recorded pass has among them."""

    def __init__(self, network: nn.Module, inputs: tuple[Tensor, Tensor]):
        self.nodes: list[encode.Pieces] = []
        self.tensors: dict[str, Tensor] = {}
        self._given = {id(t): name for name, t in (*network.named_parameters(), *network.named_buffers())}
        self._names = {id(t): name for t, name in zip(inputs, ("numbers", "categories"))}
        self._kept: list[Any] = []  # an id is only a name while its tensor lives

    def translate(self, call: Call) -> None:
        self._kept.append(call)
        results = tensors_of(call.result)
        depends = any(id(t) in self._names for t in tensors_of((call.args, list(call.kwargs.values()))))
        if not results or not depends:
            return  # a shape, or a constant, which stands for itself
        if call.name not in OPERATORS:
            raise CannotExport(f"there is no ONNX operator for {call.name} here")
        try:
            found = OPERATORS[call.name](self, call)
        except (NotImplementedError, TypeError, KeyError, IndexError) as error:
            raise CannotExport(f"{call.name} is used in a way that has no ONNX operator here") from error
        for tensor, name in zip(results, [found] if isinstance(found, str) else found, strict=True):
            self._names[id(tensor)] = name

    def name(self, value: Any, dtype: torch.dtype = torch.float32) -> str:
        """Of a tensor of the pass, or of a number that becomes a constant of `dtype`."""
        if isinstance(value, Tensor):
            return self._names.get(id(value)) or self.constant(value)
        return self.constant(torch.tensor(value, dtype=dtype))

    def constant(self, value: Tensor) -> str:
        name = self._given.get(id(value)) or f"constant_{len(self.tensors)}"
        self.tensors[name] = value
        return name

    def ints(self, *values: int) -> str:
        return self.constant(torch.tensor(values, dtype=torch.int64))

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        return self._node(operator, inputs, [name or f"value_{len(self.nodes)}"], attributes)[0]

    def add_many(self, operator: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        return self._node(operator, inputs, [f"value_{len(self.nodes)}_{i}" for i in range(count)], attributes)

    def _node(self, operator: str, inputs: tuple[str, ...], outputs: list[str], attributes: dict) -> list[str]:
        self.nodes.append(encode.node(operator, inputs, outputs, attributes))
        return outputs

    def same_constants(self, other: "_Graph") -> bool:
        return self.tensors.keys() == other.tensors.keys() and all(
            torch.equal(t, other.tensors[name]) for name, t in self.tensors.items() if t.numel() < 100)
