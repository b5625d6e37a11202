"""moto, loaded and made to fit: it is read by the first request that needs it, for that takes half a second and more.

What is changed in it is here, each with its because. Its version is pinned.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from emulator.account.state_changes import StateChange
from emulator.sandbox.request import Request, Response, environ
from emulator.sandbox.turn import MOTO

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Services:
    """The services of moto. Whoever calls has the turn (`turn.MOTO`)."""

    def __init__(self, account_id: str) -> None:
        """`account_id` is the account of credentials that no IAM user has."""
        # Ledgers are made in whatever Region a request is signed for, so what they write to is there too.
        os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        from moto.moto_server import werkzeug_app  # noqa: PLC0415 - see above

        self._account_id = account_id
        self._fitted: set[str] = set()
        _forget_what_is_deleted()
        _keep_policies_of_aws_once()
        _answer_for(account_id)
        self._application: _Wsgi = werkzeug_app.DomainDispatcherApplication(_made)

    def answer(self, request: Request) -> Response:
        """The service's answer. NotImplementedError for what moto does not have."""
        self._fit(request.service)
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            begun[:] = status, headers

        chunks = self._application(environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, headers = begun
        return Response(
            int(status.split(" ", 1)[0]),
            [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            body,
        )

    def publish(self, change: StateChange) -> None:
        """Have EventBridge hear that a ledger's state changed, if it was ever asked to tell of anything."""
        if "moto.events.models" in sys.modules:
            from emulator.sandbox import events  # noqa: PLC0415

            self._fit("events")
            events.publish(self._account_id, change)

    def _fit(self, service: str | None) -> None:
        """Make a service fit at its first request: most are never asked for, and some load half of all others."""
        if service is not None and service in _FITTINGS and service not in self._fitted:
            _FITTINGS[service]()
            self._fitted.add(service)

    def reset(self) -> None:
        """Everything of every service is gone."""
        from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415

        moto_api_backend.reset()


def _made(service: Any) -> Any:
    """moto's application of a service. It comes made for debugging, and then keeps every request, body and all."""
    from moto.moto_server import werkzeug_app  # noqa: PLC0415

    application: Any = werkzeug_app.create_backend_app(service)
    application.debug = False
    application.config["PROPAGATE_EXCEPTIONS"] = True
    return application


def _teach_stacks() -> None:
    """CloudFormation makes our resources too, and fails as it does on AWS."""
    from emulator.sandbox import cloudformation, stacks  # noqa: F401, PLC0415 - moto finds what is in the first

    stacks.fail_as_on_aws()


def _provide_figures() -> None:
    """CloudWatch asks for the figures of ledgers, and is asked in JSON too, as newer SDKs and CLIs do."""
    from moto.core.utils import get_service_model  # noqa: PLC0415

    from emulator.sandbox import cloudwatch  # noqa: F401, PLC0415 - moto finds what is in it

    spoken = {"protocols": ["json", "query"], "jsonVersion": "1.0", "awsQueryCompatible": {}}
    get_service_model("cloudwatch").metadata.update(spoken)


def _forget_what_is_deleted() -> None:
    """moto keeps a list of every object it ever made, for a page that shows them; nothing would ever be freed."""
    from moto.core import common_models  # noqa: PLC0415

    models: Any = common_models
    models.BaseModel.__new__ = _untracked


def _untracked(cls: type, *_: object, **__: object) -> object:
    return object.__new__(cls)


def _wait_without_the_turn() -> None:
    """A client that waits for a message would keep whoever is to send it from doing so."""
    from moto.sqs import models as sqs  # noqa: PLC0415

    models: Any = sqs
    wait = models.Queue.wait_for_messages
    if not hasattr(wait, "__wrapped__"):
        models.Queue.wait_for_messages = _without_the_turn(wait)


def _without_the_turn(wait: Callable[..., None]) -> Callable[..., None]:
    @wraps(wait)
    def wait_for_messages(*arguments: Any) -> None:
        with MOTO.given_up():
            wait(*arguments)

    return wait_for_messages


def _tell_targets_the_account() -> None:
    """An event is to reach its targets as a whole; moto leaves one member out."""
    from moto.events import utils  # noqa: PLC0415

    parser: Any = utils.EventTemplateParser
    template: str = parser.DEFAULT_EVENT_INPUT_TEMPLATE
    if "<account>" not in template:
        parser.DEFAULT_EVENT_INPUT_TEMPLATE = template.replace("{", '{"account": "<account>", ', 1)


def _keep_policies_of_aws_once() -> None:
    """There are 1,500, and moto would make them for each of nine partitions at the first request after a reset."""
    from moto.iam import models as iam  # noqa: PLC0415

    models: Any = iam
    load = models.IAMBackend._init_aws_policies
    if not hasattr(load, "__wrapped__"):
        models.IAMBackend._init_aws_policies = _for_one_partition(load)


def _for_one_partition(load: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    @wraps(load)
    def load_policies(backend: Any) -> list[Any]:
        return load(backend) if backend.partition == "aws" else []

    return load_policies


def _answer_for(account_id: str) -> None:
    """The account of all whom IAM does not know."""
    from moto.iam import models as iam  # noqa: PLC0415

    models: Any = iam
    models.DEFAULT_ACCOUNT_ID = account_id


_FITTINGS: Mapping[str, Callable[[], None]] = {
    "cloudformation": _teach_stacks,
    "monitoring": _provide_figures,
    "events": _tell_targets_the_account,
    "sqs": _wait_without_the_turn,
}
"""By the names that requests are signed for."""
