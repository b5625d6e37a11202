"""The sample data of the vehicle-registration tutorial, as Ion: dates and decimals are what the tutorial has.

It is the sample that the server has built in, from which only the owners are taken out: the tutorial finds their ids.
"""

from pathlib import Path
from typing import Any

from amazon.ion.simpleion import loads

_SAMPLE = Path(__file__).parents[2] / "emulator/seeding/samples/vehicle-registration.ion"
_SEED = loads(_SAMPLE.read_text())

TABLES_AND_INDEXES = {str(table): [str(field) for field in fields] for table, fields in _SEED["indexes"].items()}


def _without(documents: Any, field: str) -> list[Any]:
    return [{name: value for name, value in document.items() if name != field} for document in documents]


PERSONS = list(_SEED["tables"]["Person"])

LICENSES = _without(_SEED["tables"]["DriversLicense"], "PersonId")

VEHICLES = list(_SEED["tables"]["Vehicle"])

REGISTRATIONS = _without(_SEED["tables"]["VehicleRegistration"], "Owners")

OWNERS = [
    str(registration["Owners"]["PrimaryOwner"]["PersonId"]["Person"]["GovId"])
    for registration in _SEED["tables"]["VehicleRegistration"]
]
"""The GovId of each registration's first owner, in order."""


def create_tables(executor: Any) -> None:
    """Create every table of the tutorial, and then the indexes on it."""
    for table, fields in TABLES_AND_INDEXES.items():
        executor.execute_statement(f"CREATE TABLE {table}")
        for field in fields:
            executor.execute_statement(f"CREATE INDEX ON {table} ({field})")


def insert(executor: Any, table: str, documents: list[Any]) -> list[str]:
    """Insert the documents with one statement and give their document ids, in order."""
    return [str(row["documentId"]) for row in executor.execute_statement(f"INSERT INTO {table} ?", documents)]


def load(executor: Any) -> dict[str, str]:
    """Insert the whole sample data in one transaction and give each person's document id by GovId."""
    ids = dict(zip((str(person["GovId"]) for person in PERSONS), insert(executor, "Person", PERSONS), strict=True))
    insert(executor, "Vehicle", VEHICLES)
    insert(executor, "VehicleRegistration", [_owned(*each, ids) for each in zip(REGISTRATIONS, OWNERS, strict=True)])
    insert(executor, "DriversLicense", [{**each, "PersonId": ids[str(each["LicenseNumber"])]} for each in LICENSES])
    return ids


def _owned(registration: Any, owner: str, ids: dict[str, str]) -> dict[str, Any]:
    return {**registration, "Owners": {"PrimaryOwner": {"PersonId": ids[owner]}, "SecondaryOwners": []}}
