"""How a job ends other than well, and the process exit codes."""

from dataclasses import dataclass
from typing import Any

SUCCEEDED, CRASHED, BAD_INPUT = 0, 1, 2


@dataclass
class JobFailed(Exception):
    """Ends the job with a reason of the protocol and one sentence that says what to change."""

    reason: str  # data_error, user_error, out_of_memory, platform_error
    message: str
    invalid: dict | None = None

    def __str__(self) -> str:
        return self.message


def exit_code(result: dict[str, Any]) -> int:
    """Of a process with this result; a bad spec and bad data are told from our own faults."""
    if result["outcome"] != "failed":
        return SUCCEEDED
    return BAD_INPUT if result["reason"] in ("data_error", "user_error") else CRASHED
