"""Times and durations as people write them: ISO 8601, and numbers with a unit."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_UNITS_MS = {"": 1, "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) *(ms|[smhd]|)")
_TEXT = re.compile(r"[0-9W-]{7,10}(?:[T ][0-9:.,]{1,40}(?:Z|[+-][0-9:]{1,20})?)?")
"""As far as Python does not look: it takes any character between date and time, a digit too, and digits without end."""
_NUMBER = re.compile(r"[0-9]{9,16}")
"""Text that is milliseconds since 1970. With eight digits it is a date, as ISO 8601 writes it without hyphens, and with
fewer it might be a year or a month: nobody means the first hours of 1970."""
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_MS = (_LATEST - _EPOCH) // _MILLISECOND


def duration_ms(came: object) -> int:
    """Milliseconds of `90`, `"250ms"`, `"30s"`, `"5m"`, `"2h"`, `"7d"`; ValueError for anything else."""
    found = _DURATION.fullmatch(str(came).strip()) if isinstance(came, int | float | str) else None
    if found is None or isinstance(came, bool):
        raise ValueError(f"a duration is a number of milliseconds, or one with a unit such as '30s', got {came!r}")
    milliseconds = float(found[1]) * _UNITS_MS[found[2]]
    if abs(milliseconds) > LONGEST_MS:
        raise ValueError(f"a duration is of less than eight thousand years, got {came!r}")
    return round(milliseconds)


def time_ms(came: object) -> int:
    """Milliseconds since 1970 of an ISO 8601 time, UTC unless it says otherwise, or of such a number itself.

    As text the number has nine digits or more.
    """
    if isinstance(came, str):
        milliseconds = _of_text(came.strip())
    elif isinstance(came, int | float) and not isinstance(came, bool):
        milliseconds = round(came) if abs(came) < 1e16 else -1
    else:
        milliseconds = -1
    if not 0 <= milliseconds < LONGEST_MS:
        wanted = "one such as '2024-01-01T00:00:00Z', or milliseconds since 1970 such as 1704067200000"
        raise ValueError(f"a time is {wanted}, got {came!r}")
    return milliseconds


def text_ms(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time, UTC unless it says otherwise; ValueError for anything else."""
    if not _TEXT.fullmatch(text):
        raise ValueError(f"a time is one such as '2024-01-01T00:00:00Z', got {text[:80]!r}")
    at = datetime.fromisoformat(text)
    return round(((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) / _MILLISECOND)


def _of_text(text: str) -> int:
    if _NUMBER.fullmatch(text):
        return int(text)
    try:
        return text_ms(text)
    except ValueError:
        return -1


def iso(milliseconds: int) -> str:
    """`2024-01-01T00:00:00.000Z` of milliseconds since 1970."""
    at = _EPOCH + timedelta(milliseconds=milliseconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
