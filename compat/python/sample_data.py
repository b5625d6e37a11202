"""The sample data of the vehicle-registration tutorial, as Ion: dates and decimals are what the tutorial has."""

from typing import Any

from amazon.ion.simpleion import loads

TABLES_AND_INDEXES = {
    "Vehicle": ["VIN"],
    "VehicleRegistration": ["VIN", "LicensePlateNumber"],
    "Person": ["GovId"],
    "DriversLicense": ["LicenseNumber", "PersonId"],
}

PERSONS = loads("""[
  {FirstName:"Raul", LastName:"Lewis", DOB:1963-08-19T, GovId:"LEWISR261LL", GovIdType:"Driver License",
   Address:"1719 University Street, Seattle, WA, 98109"},
  {FirstName:"Brent", LastName:"Logan", DOB:1967-07-03T, GovId:"LOGANB486CG", GovIdType:"Driver License",
   Address:"43 Stockert Hollow Road, Everett, WA, 98203"},
  {FirstName:"Alexis", LastName:"Pena", DOB:1974-02-10T, GovId:"744 849 301", GovIdType:"SSN",
   Address:"4058 Melrose Street, Spokane Valley, WA, 99206"},
]""")

LICENSES = loads("""[
  {LicenseNumber:"LEWISR261LL", LicenseType:"Learner", ValidFromDate:2016-12-20T, ValidToDate:2020-11-15T},
  {LicenseNumber:"LOGANB486CG", LicenseType:"Probationary", ValidFromDate:2016-04-06T, ValidToDate:2020-11-15T},
]""")

VEHICLES = loads("""[
  {VIN:"1N4AL11D75C109151", Type:"Sedan", Year:2011, Make:"Audi", Model:"A5", Color:"Silver"},
  {VIN:"KM8SRDHF6EU074761", Type:"Sedan", Year:2015, Make:"Tesla", Model:"Model S", Color:"Blue"},
  {VIN:"3HGGK5G53FM761765", Type:"Motorcycle", Year:2011, Make:"Ducati", Model:"Monster 1200", Color:"Yellow"},
  {VIN:"1HVBBAANXWH544237", Type:"Semi", Year:2009, Make:"Ford", Model:"F 150", Color:"Black"},
  {VIN:"1C4RJFAG0FC625797", Type:"Sedan", Year:2019, Make:"Mercedes", Model:"CLK 350", Color:"White"},
]""")

REGISTRATIONS = loads("""[
  {VIN:"1N4AL11D75C109151", LicensePlateNumber:"LEWISR261LL", State:"WA", City:"Seattle",
   PendingPenaltyTicketAmount:90.25, ValidFromDate:2017-08-21T, ValidToDate:2020-05-11T},
  {VIN:"KM8SRDHF6EU074761", LicensePlateNumber:"CA762X", State:"WA", City:"Kent",
   PendingPenaltyTicketAmount:130.75, ValidFromDate:2017-09-14T, ValidToDate:2020-06-25T},
  {VIN:"3HGGK5G53FM761765", LicensePlateNumber:"CD820Z", State:"WA", City:"Everett",
   PendingPenaltyTicketAmount:442.30, ValidFromDate:2011-03-17T, ValidToDate:2021-03-24T},
  {VIN:"1HVBBAANXWH544237", LicensePlateNumber:"LS477D", State:"WA", City:"Tacoma",
   PendingPenaltyTicketAmount:42.20, ValidFromDate:2011-10-26T, ValidToDate:2023-09-25T},
  {VIN:"1C4RJFAG0FC625797", LicensePlateNumber:"TH393F", State:"WA", City:"Olympia",
   PendingPenaltyTicketAmount:30.45, ValidFromDate:2013-09-02T, ValidToDate:2024-03-19T},
]""")

OWNERS = ["LEWISR261LL", "LOGANB486CG", "744 849 301", "LEWISR261LL", "LOGANB486CG"]
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
