"""The one way in which data is refused."""

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class DataError(Exception):
    """Data that is refused, with its place.

    `line` counts from 1, the header included, line breaks inside quotes counted. `column` is the column's
    name, or a number where it has none: the column's place from 1, or in broken JSON the character's.
    `reason` is a code in snake_case; `message` says what is wrong and what to do.
    """

    line: int | None
    column: str | int | None
    reason: str
    message: str

    def __str__(self) -> str:
        return self.message

    def invalid(self) -> dict:
        """The `invalid` object of the result event."""
        return {"line": self.line, "column": self.column, "reason": self.reason, "message": self.message}
