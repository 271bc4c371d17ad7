"""The environment of the baselines: what they need on top of the trainer's own, installed once beside it."""

import hashlib
import subprocess
import sys
import sysconfig
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.lock")


def baseline_python(folder: Path) -> Path:
    """The interpreter of that environment; made, or made again when the lock file has changed.

    torch is not installed a second time: the new environment sees the packages of this one.
    """
    python, mark = folder / "bin" / "python", folder / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if python.exists() and mark.exists() and mark.read_text() == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "trainer.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-input", "-r", str(LOCK)], check=True)
    mark.write_text(wanted)
    return python
