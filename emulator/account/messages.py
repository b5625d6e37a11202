"""What the control plane says when it refuses. The service's own words are mostly lost; those that are known say so."""

LEDGER = "Ledger"


def ledger_not_found(name: str) -> str:
    return f"The Ledger with name {name} is not found"


def ledger_exists(name: str) -> str:
    return f"Ledger {name} already exists"


def too_many_ledgers(limit: int) -> str:
    return f"Exceeded the limit of {limit} active ledgers in this Region; --max-ledgers raises it"


def tags_need_standard(name: str, permissions_mode: str) -> str:
    return (
        f"A table can get tags when it is created in ledgers with the permissions mode STANDARD; "
        f"Ledger {name} has {permissions_mode}"
    )


def resource_not_found(arn: str) -> str:
    return f"The resource {arn} is not found"


def not_valid(parameter: str, came: object, wanted: str) -> str:
    """The frame is the service's (`The parameter SessionToken is not valid`), what follows is ours."""
    return f"The parameter {parameter} is not valid: got {excerpt(came)}, wanted {wanted}"


def excerpt(came: object) -> str:
    """A value as a message may show it: on one line and not long."""
    text = "nothing" if came is None else repr(came)
    return text if len(text) <= 80 else f"{text[:80]}… ({len(text)} characters)"


# Asserted by the drivers' integration tests (driver-go `deleteLedger`).
LEDGER_BEING_CREATED = "Ledger is being created"
LEDGER_BEING_DELETED = "Ledger is being deleted"

DELETION_PROTECTED = "Ledger deletion protection is enabled"
