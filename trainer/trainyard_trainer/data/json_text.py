"""Characters of a JSON file as they stream in, with the place of each."""

import io
import re
from collections.abc import Iterator

from .source import BadText

_SPACE = re.compile(r"[ \t\n\r]*")


class JsonText:
    """A window of text: `text[at:]` is not yet taken, `line` is the line of `at`. Every line end reads as LF,
    which JSON allows only between values. `trouble` is the BadText behind the window once it `ended`."""

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks = chunks
        self._newlines = io.IncrementalNewlineDecoder(None, translate=True)
        self._cut = 0  # characters of the current line that left the window
        self.text, self.at, self.line = "", 0, 1
        self.ended, self.trouble = False, None

    def more(self) -> None:
        """Drops what is taken and appends the next piece."""
        taken = self.text.rfind("\n", 0, self.at)
        self._cut = self._cut + self.at if taken < 0 else self.at - taken - 1
        try:
            data = next(self._chunks, None)
        except BadText as trouble:
            self.trouble, data = trouble, None
        self.ended = data is None
        fresh = self._newlines.decode("" if data is None else data.decode(), final=self.ended)
        self.text, self.at = self.text[self.at :] + fresh, 0

    def take(self, end: int) -> None:
        """Moves to `end`."""
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def peek(self) -> str:
        """The next character that is no blank, moving to it; empty at the end of the text."""
        while True:
            self.take(_SPACE.match(self.text, self.at).end())
            if self.at < len(self.text) or self.ended:
                return self.text[self.at : self.at + 1]
            self.more()

    def place(self, position: int) -> tuple[int, int]:
        """The line and the character in it (both from 1) of a position in the window."""
        before = self.text.rfind("\n", 0, position)
        column = position + self._cut if before < 0 else position - before - 1
        return self.line + self.text.count("\n", self.at, position), column + 1
