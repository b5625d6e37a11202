"""The kinds of jobs, and what writes each."""

from collections.abc import Callable, Mapping

from emulator.delivery.assignment import Assignment
from emulator.delivery.exports.writer import ExportWriter
from emulator.delivery.writers import Writer

KINDS: Mapping[str, Callable[[Assignment], Writer]] = {"export": ExportWriter}
