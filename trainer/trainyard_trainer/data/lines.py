"""At which line of the file each row begins."""

import numpy as np


class Lines:
    """Line numbers of rows, collected block by block; a block without breaks inside its records costs nothing."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, int, np.ndarray | None]] = []
        self.rows = 0

    def add(self, lines: np.ndarray) -> None:
        """The lines of the next rows, ascending."""
        if not len(lines):
            return
        even = int(lines[-1]) - int(lines[0]) + 1 == len(lines)
        self._blocks.append((self.rows, int(lines[0]), None if even else lines))
        self.rows += len(lines)

    def of(self, row: int) -> int:
        """The line (from 1) of a row (from 0)."""
        first, line, lines = next(block for block in reversed(self._blocks) if block[0] <= row)
        return line + row - first if lines is None else int(lines[row - first])
