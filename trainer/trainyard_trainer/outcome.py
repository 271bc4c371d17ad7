"""How a job ends other than well, and the process exit codes."""

from dataclasses import dataclass

SUCCEEDED, CRASHED, BAD_INPUT = 0, 1, 2


@dataclass
class JobFailed(Exception):
    """Ends the job with a reason of the protocol and one sentence that says what to change."""

    reason: str  # data_error, user_error, out_of_memory, platform_error
    message: str
    invalid: dict | None = None

    def __str__(self) -> str:
        return self.message

    @property
    def exit_code(self) -> int:
        return BAD_INPUT if self.reason in ("data_error", "user_error") else CRASHED
