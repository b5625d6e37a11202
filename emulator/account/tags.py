"""Tags of ledgers and what belongs to them: tables, catalogs and streams.

The API reference says that adding a key that is there fails; Terraform, tested on the service, relies on it getting the
new value. It gets the new value.
"""

from collections.abc import Callable, Collection, Mapping

from emulator.account import arns, messages
from emulator.account.arns import ResourceArn
from emulator.account.ledgers import Ledgers
from emulator.account.store import AccountStore
from emulator.account.tag_rules import check_count, check_keys, check_tags
from emulator.errors import AwsError, ResourceNotFoundException

_CATALOG = "information_schema/user_tables"


class Tags:
    """The tags of one account and Region; resources are named by ARN.

    Everything raises InvalidParameterException for what is no ARN and ResourceNotFoundException for what is not there.
    """

    def __init__(
        self,
        region: str,
        account_id: str,
        store: AccountStore,
        ledgers: Ledgers,
        has_stream: Callable[[str, str], bool] = lambda ledger_id, stream_id: False,
    ) -> None:
        """`has_stream` tells whether a ledger, by its id, has a stream of that id."""
        self._region = region
        self._account_id = account_id
        self._store = store
        self._ledgers = ledgers
        self._has_stream = has_stream

    def list(self, resource_arn: str) -> dict[str, str | None]:
        return self._store.tags(*self._place(resource_arn))

    def add(self, resource_arn: str, tags: Mapping[str, str | None]) -> None:
        """Add tags, or give them new values."""
        check_tags(tags)
        place = self._place(resource_arn)
        check_count(self._store.tags(*place).keys() | tags.keys())
        self._store.put_tags(*place, tags)

    def put_on_stream(self, ledger_id: str, stream_id: str, tags: Mapping[str, str | None]) -> None:
        """The tags of a stream that is about to be there."""
        self._store.put_tags(ledger_id, f"stream/{stream_id}", tags)

    def remove(self, resource_arn: str, keys: Collection[str]) -> None:
        """Remove tags; keys that are not there are no matter."""
        check_keys(keys)
        self._store.remove_tags(*self._place(resource_arn), keys)

    def _place(self, resource_arn: str) -> tuple[str, str]:
        """Where the store keeps a resource's tags: the ledger's id and which part of it."""
        arn = arns.parse(resource_arn)
        if (arn.region, arn.account_id) != (self._region, self._account_id) or not self._part_exists(arn):
            raise ResourceNotFoundException(messages.resource_not_found(arn.text), _kind(arn), arn.text)
        return self._ledgers.existing(arn.ledger_name).ledger_id, arn.part

    def _part_exists(self, arn: ResourceArn) -> bool:
        if arn.part.startswith("stream/"):
            return self._has_stream(self._ledgers.existing(arn.ledger_name).ledger_id, arn.part.removeprefix("stream/"))
        if not arn.part.startswith("table/"):
            return True
        try:
            catalog = self._ledgers.connect(arn.ledger_name).view.catalog
            return catalog.table_with_id(arn.part.removeprefix("table/")) is not None
        except AwsError:
            return False


def _kind(arn: ResourceArn) -> str:
    """The ResourceType of an error."""
    if arn.part == _CATALOG:
        return "Catalog"
    return arn.part.partition("/")[0].capitalize() or messages.LEDGER
