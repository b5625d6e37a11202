"""freezegun beside the emulator: it puts classes of its own in the place of datetime's.

The control plane is read when it is asked for, and pydantic cannot make models of those classes. So where a test may be
inside of `freeze_time` by then, it is read before. The emulator's clock then shows what freezegun shows.
"""

from __future__ import annotations

import datetime
import sys


def read_what_cannot_be_read_then() -> None:
    """Where freezegun is about and time is real. It takes a third of a second, once in a process."""
    if "freezegun" in sys.modules and datetime.datetime.__module__ == "datetime":
        from emulator.api.control.application import read_routes  # noqa: PLC0415 - see above

        read_routes()
