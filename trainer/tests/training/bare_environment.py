"""A virtual environment that has torch and what torch requires, and nothing else; made in a moment, without a download.

Its packages are links to those of the environment that runs the tests.
"""

import re
import subprocess
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def bare_environment(folder: Path) -> Path:
    """Makes it in `folder`; returns its interpreter."""
    venv.EnvBuilder(symlinks=True).create(folder)
    python = folder / "bin" / "python"
    packages = Path(subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True).strip())
    for name in sorted(required("torch")):
        found = distribution(name)
        for top in {Path(file).parts[0] for file in found.files or [] if Path(file).parts[0] not in ("..", "__pycache__")}:
            source = Path(found.locate_file(top))
            if source.exists() and not (packages / top).exists():
                (packages / top).symlink_to(source)
    return python


def required(name: str) -> set[str]:
    """The package and all that it requires here."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        if found.metadata["Name"] in seen:
            continue
        seen.add(found.metadata["Name"])
        waiting += [_NAME.match(line).group() for line in found.requires or [] if "extra ==" not in line]
    return seen
