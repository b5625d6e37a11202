"""`python -m bench`: measure, and print one table. Everything is written to a temporary folder, which is removed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.figures import FIGURES
from bench.measuring import Bench, Scale
from bench.report import Row, table
from bench.servers import REPOSITORY

_SCALES = {"quick": Scale(100_000, 100_000), "full": Scale(1_000_000, 1_000_000)}


def main() -> None:
    options = _options()
    rows = [row for name in options.only or FIGURES for row in _measure(name, options)]
    print(table(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    for name, scale in _SCALES.items():
        text = f"{scale.blocks:,} blocks, {scale.documents:,} documents"
        size.add_argument(f"--{name}", dest="size", action="store_const", const=name, default="quick", help=text)
    parser.add_argument("--only", metavar="NAME", action="append", choices=FIGURES, help=", ".join(FIGURES))
    parser.add_argument(
        "--driver-python",
        type=Path,
        default=REPOSITORY / ".venv-compat" / "bin" / "python",
        help="the Python that has pyqldb (default: %(default)s)",
    )
    return parser.parse_args()


def _measure(name: str, options: argparse.Namespace) -> Sequence[Row]:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="qldb-bench-") as folder:
        bench = Bench(_SCALES[options.size], Path(folder), options.driver_python)
        return list(FIGURES[name](bench))


if __name__ == "__main__":
    main()
