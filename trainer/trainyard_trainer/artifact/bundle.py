"""model.zip: all files of a model in one. The same files give the same bytes."""

import shutil
import zipfile
from pathlib import Path
from typing import BinaryIO

_START = (1980, 1, 1, 0, 0, 0)  # the first moment that the format knows
_UNIX, _MODE = 3, 0o100644 << 16
LIMIT = 2 * 1024**3  # what is larger is better fetched file by file
_DENSE = (".pt", ".safetensors", ".onnx")  # weights hardly get smaller, and packing them takes seconds


def write_bundle(folder: Path, names: list[str], file: BinaryIO) -> None:
    """Raises ValueError where the files are more than one download should be."""
    if sum((folder / name).stat().st_size for name in names) > LIMIT:
        raise ValueError("the files are more than 2 GiB")
    with zipfile.ZipFile(file, "w") as bundle:
        for name in names:
            entry = zipfile.ZipInfo(name, _START)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_DENSE) else zipfile.ZIP_DEFLATED
            entry.file_size = (folder / name).stat().st_size
            with open(folder / name, "rb") as source, bundle.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
