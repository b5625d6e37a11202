"""Work of a command that takes long and needs nobody: a long statement to be planned, a large parameter to be read.

A command gives it as a step, and whoever drives the command may do it on another thread before going on. Undone by
then, it is done when its result is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar, cast

R = TypeVar("R")

AT_ONCE_BYTES = 8_192
"""What is no longer than this is not worth the way to a thread. It takes at most some twenty milliseconds."""


class Aside(Generic[R]):
    """Work that touches nothing another thread may change."""

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self._is_done = False
        self._result: R | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do the work; what it raises, `result` raises."""
        try:
            self._result = self._work()
        except BaseException as error:
            self._error = error
        self._is_done = True

    def result(self) -> R:
        if not self._is_done:
            self.run()
        if self._error is not None:
            raise self._error
        return cast("R", self._result)


def aside(work: Callable[[], R]) -> Generator[Aside[Any], None, R]:
    """One step: the work. Returns its result."""
    step = Aside(work)
    yield step
    return step.result()
