"""The kinds of jobs, and what writes each."""

from collections.abc import Callable, Mapping

from emulator.delivery.assignment import Assignment
from emulator.delivery.exports.writer import EXPORT, ExportWriter
from emulator.delivery.streams.status import STREAM
from emulator.delivery.streams.writer import StreamWriter
from emulator.delivery.writers import Writer

KINDS: Mapping[str, Callable[[Assignment], Writer]] = {EXPORT: ExportWriter, STREAM: StreamWriter}
