"""The figures of every ledger, for Prometheus: the same that the sandbox's CloudWatch has.

They are families of the library's, made anew for each request from what the meters show; it writes their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated
from emulator.metrics.figures import LATENCY
from emulator.metrics.meters import Meter
from emulator.metrics.series import BOUNDS, Latency, Series

if TYPE_CHECKING:
    from prometheus_client.core import Metric

router = APIRouter(prefix=PREFIX)

_OWN_LABELS = {LATENCY: "command", "IsImpaired": "stream"}
_COUNTERS = {
    "ReadIOs": ("qldb_read_ios", "Read IOs."),
    "WriteIOs": ("qldb_write_ios", "Write IOs."),
    "OccConflictExceptions": ("qldb_occ_conflicts", "Transactions refused for a conflict."),
    "Session4xxExceptions": ("qldb_session_4xx", "Session requests answered with a 4xx status."),
    "Session5xxExceptions": ("qldb_session_5xx", "Session requests answered with a 5xx status."),
    "SessionRateExceededExceptions": ("qldb_session_rate_exceeded", "Session requests answered with RateExceeded."),
}
_GAUGES = {
    "JournalStorage": ("qldb_journal_storage_bytes", "Room that the journal takes."),
    "IndexedStorage": ("qldb_indexed_storage_bytes", "Room that tables, indexes and history take."),
    "IsImpaired": ("qldb_stream_is_impaired", "1 while a journal stream cannot write."),
}


@router.get("/metrics")
async def metrics(emulator: Emulated) -> Response:
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415 - start-up

    emulator.measure_all()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(emulator.meters.all()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Collector:
    def __init__(self, meters: Iterable[Meter]) -> None:
        self._meters = meters

    def collect(self) -> Iterable[Metric]:
        families = _families()
        for meter in self._meters:
            for (figure, dimension), series in meter.series().items():
                if figure in _GAUGES and not meter.is_told(series):
                    continue  # of a ledger that is closed, or a stream that has ended
                family, add = families[figure]
                own = [dimension] if figure in _OWN_LABELS else []
                add(family, [meter.region, meter.ledger_name, *own], series)
        return [family for family, _ in families.values()]


def _families() -> dict[str, tuple[Metric, Callable[[Any, list[str], Any], None]]]:
    from prometheus_client import core  # noqa: PLC0415 - as above

    def family(make: Callable[..., Metric], figure: str, name: str, text: str) -> Metric:
        own = [_OWN_LABELS[figure]] if figure in _OWN_LABELS else []
        return make(name, text, labels=["region", "ledger", *own])

    latency = family(core.HistogramMetricFamily, LATENCY, "qldb_command_latency_seconds", "Time commands take.")
    return {
        LATENCY: (latency, _add_latency),
        **{
            figure: (family(core.CounterMetricFamily, figure, *about), _add_count)
            for figure, about in _COUNTERS.items()
        },
        **{figure: (family(core.GaugeMetricFamily, figure, *about), _add_level) for figure, about in _GAUGES.items()},
    }


def _add_count(family: Any, labels: list[str], series: Series) -> None:
    family.add_metric(labels, series.total)


def _add_level(family: Any, labels: list[str], series: Series) -> None:
    family.add_metric(labels, series.latest)


def _add_latency(family: Any, labels: list[str], series: Latency) -> None:
    buckets, so_far = [], 0
    for bound, count in zip([*BOUNDS, None], series.classes, strict=True):
        so_far += count
        buckets.append(("+Inf" if bound is None else str(bound / 1000), so_far))
    family.add_metric(labels, buckets, sum_value=series.total / 1000)
