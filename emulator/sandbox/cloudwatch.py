"""The figures of ledgers in moto's CloudWatch.

moto asks everybody who provides metrics whenever it is asked for some. So nothing is sent and nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from moto.cloudwatch.models import MetricAggregatedDatum
from moto.core.common_models import CloudWatchMetricProvider

from emulator.metrics.figures import FIGURES, NAMESPACE
from emulator.metrics.meters import Reading
from emulator.sandbox.host import ASKED


class LedgerMetrics(CloudWatchMetricProvider):
    @staticmethod
    def get_cloudwatch_metrics(account_id: str, region: str) -> list[MetricAggregatedDatum]:
        host = ASKED.host
        if host is None or host.account_id != account_id:
            return []
        return [_datum(reading) for reading in host.readings(region)]


def _datum(reading: Reading) -> MetricAggregatedDatum:
    begun = datetime.fromtimestamp(reading.minute.minute * 60, UTC)
    return MetricAggregatedDatum(
        namespace=NAMESPACE,
        name=reading.figure,
        min_stat=reading.minute.least,
        max_stat=reading.minute.most,
        sample_count=reading.minute.samples,
        sum_stat=reading.minute.total,
        dimensions=[{"Name": name, "Value": value} for name, value in _dimensions(reading)],
        timestamp=begun.replace(tzinfo=None),  # moto compares with times that have none
        unit=FIGURES[reading.figure].unit,
    )


def _dimensions(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "LedgerName", reading.ledger_name
    own = FIGURES[reading.figure].dimension
    if own is not None:
        yield own, reading.dimension
