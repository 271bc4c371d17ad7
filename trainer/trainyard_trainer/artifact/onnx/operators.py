"""How each function of torch that the networks use is said in ONNX operators.

`OPERATORS[name](graph, call)` adds the nodes of one recorded call and returns the name, or names, of its result. The
call's own result tells the shapes. Only the first axis may depend on the number of rows, see export.py.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .record import Call


def _elementwise(operator: str) -> Callable[[Any, Call], str]:
    return lambda graph, call: graph.add(operator, *(graph.name(x, call.result.dtype) for x in call.args[:2]))


def _same(operator: str) -> Callable[[Any, Call], str]:
    return lambda graph, call: graph.add(operator, graph.name(call.args[0]))


def _linear(graph: Any, call: Call) -> str:
    x, weight, bias = (*call.args, None)[:3]
    product = graph.add("MatMul", graph.name(x), graph.constant(weight.T))
    return product if bias is None else graph.add("Add", product, graph.name(bias))


def _embedding(graph: Any, call: Call) -> str:
    places, table = call.args[:2]
    return graph.add("Gather", graph.name(table), graph.name(places), axis=0)


def _over(operator: str) -> Callable[[Any, Call], str]:
    return lambda graph, call: graph.add(operator, graph.name(call.args[0]), graph.ints(call.args[1]), keepdims=0)


def _logsumexp(graph: Any, call: Call) -> str:
    # In steps, with the largest one taken out: not every runtime does that by itself, and exp(-200) is 0.
    axis = graph.ints(call.args[1])
    x = graph.name(call.args[0])
    top = graph.add("ReduceMax", x, axis, keepdims=1)
    total = graph.add("ReduceSum", graph.add("Exp", graph.add("Sub", x, top)), axis, keepdims=0)
    return graph.add("Add", graph.add("Log", total), graph.add("Squeeze", top, axis))


def _clamp(graph: Any, call: Call) -> str:
    return graph.add("Clip", *(graph.name(x, call.result.dtype) for x in call.args))


def _reshaped(graph: Any, call: Call) -> str:
    # 0 is the length of that axis as it comes in.
    return graph.add("Reshape", graph.name(call.args[0]), graph.ints(0, *call.result.shape[1:]))


def _transpose(graph: Any, call: Call) -> str:
    x, one, other = call.args
    order = list(range(x.dim()))
    order[one], order[other] = order[other], order[one]
    return graph.add("Transpose", graph.name(x), perm=order)


def _addcmul(graph: Any, call: Call) -> str:
    x, one, other = (graph.name(value) for value in call.args)
    return graph.add("Add", x, graph.add("Mul", one, other))


def _cat(graph: Any, call: Call) -> str:
    tensors, axis = call.args
    filled = [graph.name(x) for x in tensors if x.shape[axis] > 0]
    return filled[0] if len(filled) == 1 else graph.add("Concat", *filled, axis=axis % call.result.dim())


def _getitem(graph: Any, call: Call) -> str:
    x, wanted = call.args
    name = graph.name(x)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    for axis, part in reversed(list(enumerate(wanted))):
        if isinstance(part, int):
            name = graph.add("Gather", name, graph.constant(torch.tensor(part)), axis=axis)
        elif not isinstance(part, slice) or part.step not in (None, 1):
            raise NotImplementedError("__getitem__")
        elif part != slice(None):
            stop = 2**62 if part.stop is None else part.stop
            name = graph.add("Slice", name, graph.ints(part.start or 0), graph.ints(stop), graph.ints(axis))
    return name


def _chunk(graph: Any, call: Call) -> list[str]:
    x, _, axis = call.args
    lengths = [part.shape[axis] for part in call.result]
    return graph.add_many("Split", len(lengths), graph.name(x), graph.ints(*lengths), axis=axis % x.dim())


def _expand_as(graph: Any, call: Call) -> str:
    x, other = (graph.name(value) for value in call.args)
    return graph.add("Expand", x, graph.add("Shape", other))


def _batch_norm(graph: Any, call: Call) -> str:
    x, mean, variance = call.args
    given = (x, call.kwargs["weight"], call.kwargs["bias"], mean, variance)
    return graph.add("BatchNormalization", *map(graph.name, given), epsilon=float(call.kwargs["eps"]))


def _layer_norm(graph: Any, call: Call) -> str:
    given = (call.args[0], call.kwargs["weight"], call.kwargs["bias"])
    return graph.add("LayerNormalization", *map(graph.name, given), axis=-len(call.args[1]),
                     epsilon=float(call.kwargs["eps"]))


def _attention(graph: Any, call: Call) -> str:
    """softmax(q k' / sqrt(d)) v over [rows, heads, tokens, d]."""
    queries, keys, values = (graph.name(x) for x in call.args)
    width = call.args[0].shape[-1]
    scores = graph.add("MatMul", queries, graph.add("Transpose", keys, perm=[0, 1, 3, 2]))
    scaled = graph.add("Mul", scores, graph.constant(torch.tensor(width**-0.5)))
    return graph.add("MatMul", graph.add("Softmax", scaled, axis=-1), values)


def _dropout(graph: Any, call: Call) -> str:
    return graph.name(call.args[0])  # the network is in evaluation mode


OPERATORS: dict[str, Callable[[Any, Call], str | list[str]]] = {
    "add": _elementwise("Add"), "sub": _elementwise("Sub"), "mul": _elementwise("Mul"),
    "matmul": _elementwise("MatMul"), "bmm": _elementwise("MatMul"),
    "relu": _same("Relu"), "selu": _same("Selu"), "mish": _same("Mish"), "cos": _same("Cos"), "sin": _same("Sin"),
    "sum": _over("ReduceSum"), "mean": _over("ReduceMean"), "logsumexp": _logsumexp,
    "log_softmax": lambda graph, call: graph.add("LogSoftmax", graph.name(call.args[0]), axis=call.args[1]),
    "unsqueeze": lambda graph, call: graph.add("Unsqueeze", graph.name(call.args[0]), graph.ints(call.args[1])),
    "flatten": _reshaped, "unflatten": _reshaped, "transpose": _transpose, "expand_as": _expand_as,
    "cat": _cat, "chunk": _chunk, "__getitem__": _getitem, "clamp": _clamp, "addcmul": _addcmul,
    "linear": _linear, "embedding": _embedding, "batch_norm": _batch_norm, "layer_norm": _layer_norm,
    "scaled_dot_product_attention": _attention, "dropout": _dropout,
}


def tensors_of(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [t for item in value for t in tensors_of(item)] if isinstance(value, (list, tuple)) else []
