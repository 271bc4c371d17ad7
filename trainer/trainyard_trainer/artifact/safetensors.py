"""model.safetensors: the weights and the numbers of the scaling, in the format that many programs map from disk.

The format: the length of the header as 8 bytes, the header as JSON, then the tensors one after the other
(github.com/huggingface/safetensors, "Format"). Texts have no place in it but `__metadata__`, a flat map of texts.
"""

import json
from typing import Any, BinaryIO

import torch
from torch import Tensor

NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8", torch.bool: "BOOL",
}
HEADER_BYTES = 100_000_000  # what readers of the format take


def write_safetensors(tensors: dict[str, Tensor], metadata: dict[str, str], file: BinaryIO) -> None:
    """Raises ValueError where the header would be longer than readers take."""
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, tensor in tensors.items():
        start, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    text += b" " * (-len(text) % 8)
    if len(text) > HEADER_BYTES:
        raise ValueError("the names of columns and levels are longer than such a file may hold")
    file.write(len(text).to_bytes(8, "little") + text)
    for tensor in tensors.values():
        file.write(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
