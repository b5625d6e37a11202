"""What a server begins with. Nothing of it is imported where nothing was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.runtime import Emulator
    from emulator.seeding.seed import Seed


def seeds_of(settings: Settings) -> Sequence[Seed]:
    """The seeds that the settings name. SeedError for the first that is wrong, and where none of them says a ledger."""
    if not settings.seed_file and not settings.sample:
        return ()
    from emulator.seeding.files import read_seed, sample  # noqa: PLC0415 - see above
    from emulator.seeding.loading import in_ledgers  # noqa: PLC0415

    seeds = [*map(sample, settings.sample), *map(read_seed, settings.seed_file)]
    return in_ledgers(seeds, settings.seed_ledger)


def plant(emulator: Emulator, seeds: Sequence[Seed]) -> None:
    """Put them into their ledgers, before anybody is served. SeedError for what a ledger refuses."""
    if not seeds:
        return
    from emulator.in_process import InProcess  # noqa: PLC0415 - see above
    from emulator.seeding.loading import load_once  # noqa: PLC0415

    transport = InProcess(emulator)
    try:
        load_once(transport, seeds)
    finally:
        transport.close()
