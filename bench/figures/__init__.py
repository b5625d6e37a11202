"""The figures by name. Each is a function from a `Bench` to rows of the table."""

from collections.abc import Callable, Iterator, Mapping

from bench.figures import (
    commits,
    driver,
    exports,
    fairness,
    forks,
    growth,
    http,
    memory,
    starting,
    statements,
    streams,
    suites,
    waiting,
)
from bench.measuring import Bench
from bench.report import Row

FIGURES: Mapping[str, Callable[[Bench], Iterator[Row]]] = {
    "driver": driver.measure,
    "http": http.measure,
    "commits": commits.measure,
    "growth": growth.measure,
    "waiting": waiting.measure,
    "starting": starting.measure,
    "memory": memory.measure,
    "fairness": fairness.measure,
    "exports": exports.measure,
    "streams": streams.measure,
    "statements": statements.measure,
    "suites": suites.measure,
    "forks": forks.measure,
}
