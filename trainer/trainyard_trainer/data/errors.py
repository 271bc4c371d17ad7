"""The one way in which data is refused."""

from dataclasses import dataclass

NAME_CHARACTERS = 4_096


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
        """The `invalid` object of the result event, whose line is bounded: a very long name is cut."""
        column = self.column[:NAME_CHARACTERS] if isinstance(self.column, str) else self.column
        return {"line": self.line, "column": column, "reason": self.reason, "message": self.message}
