"""The bytes of an ONNX model, in the wire format of Protocol Buffers.

A message is a list of pieces, bytes or arrays of bytes, so that weights are written from where they lie and not
copied into ever larger messages. Field numbers are those of `onnx.proto3` of ONNX.
"""

import struct
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

Pieces = list[Any]

IR_VERSION = 8  # of ONNX 1.13, as OPSET is
OPSET = 18
LIMIT = 2**31 - 1  # of one message

ELEMENT = {torch.float32: 1, torch.int64: 7, torch.bool: 9, torch.float64: 11}
_FLOAT, _INT, _INTS = 1, 2, 7  # kinds of attributes


def size(pieces: Pieces) -> int:
    return sum(len(piece) for piece in pieces)


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], attributes: dict[str, Any]) -> Pieces:
    pieces = [_text(1, name) for name in inputs] + [_text(2, name) for name in outputs] + [_text(4, operator)]
    for name, value in attributes.items():
        pieces += _message(5, _attribute(name, value))
    return pieces


def tensor(name: str, value: Tensor) -> Pieces:
    data = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
    return [*(_number(1, length) for length in value.shape), _number(2, ELEMENT[value.dtype]), _text(8, name),
            _key(9, 2) + _varint(len(data)), data]


def value_info(name: str, dtype: torch.dtype, shape: Sequence[int | str], doc: str) -> Pieces:
    """An input or output; a length that is a text is free and has that name."""
    lengths: Pieces = []
    for length in shape:
        lengths += _message(1, [_text(2, length) if isinstance(length, str) else _number(1, length)])
    kind = [_number(1, ELEMENT[dtype]), *_message(2, lengths)]
    return [_text(1, name), *_message(2, _message(1, kind)), _text(3, doc)]


def model(nodes: list[Pieces], tensors: list[Pieces], inputs: list[Pieces], outputs: list[Pieces],
          metadata: dict[str, str], producer: tuple[str, str], doc: str) -> Pieces:
    """The whole file. Raises ValueError where it would be larger than the format allows."""
    graph: Pieces = [_text(2, "network")]
    for number, parts in ((1, nodes), (5, tensors), (11, inputs), (12, outputs)):
        for part in parts:
            graph += _message(number, part)
    pieces = [_number(1, IR_VERSION), _text(2, producer[0]), _text(3, producer[1]), _text(6, doc)]
    pieces += _message(7, graph) + _message(8, [_number(2, OPSET)])
    for name, value in metadata.items():
        pieces += _message(14, [_text(1, name), _text(2, value)])
    if size(pieces) > LIMIT:
        raise ValueError("the network is larger than the 2 GiB that a file of this format may have")
    return pieces


def _attribute(name: str, value: Any) -> Pieces:
    if isinstance(value, float):
        return [_text(1, name), _key(2, 5) + struct.pack("<f", value), _number(20, _FLOAT)]
    if isinstance(value, int):
        return [_text(1, name), _number(3, value), _number(20, _INT)]
    return [_text(1, name), *(_number(8, item) for item in value), _number(20, _INTS)]


def _message(number: int, pieces: Pieces) -> Pieces:
    return [_key(number, 2) + _varint(size(pieces)), *pieces]


def _text(number: int, text: str) -> bytes:
    data = text.encode(errors="replace")
    return _key(number, 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    value &= 2**64 - 1  # negative numbers as their two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
