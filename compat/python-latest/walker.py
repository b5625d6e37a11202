"""One walk through everything botocore does with the two services, written down: run it where the botocore is.

    python walker.py record TAPE   with the server that the environment names; answers are kept on the tape
    python walker.py replay TAPE   with the answers on the tape, and no server
    python walker.py shapes        every operation with every member, every answer and every error; no server
    python walker.py endpoints     the endpoint of every Region, plain, FIPS and dual-stack; no server
    python walker.py description   what the descriptions say, but for their words

Each prints a transcript in JSON. Two botocores that print the same do the same.
"""

import base64
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import ClientError, EndpointProviderError
from samples import on_the_wire, sample
from walk import walk

SERVICES = ("qldb", "qldb-session")
HEADERS = ("content-type", "x-amz-target")
Answer = tuple[int, dict[str, str], bytes]


class Body:
    """The body of an answer, as urllib3 would hand it over."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Give all of it at once."""
        yield self._content


class Transcript:
    """Clients whose requests and parsed answers are written down, and whose answers may come from elsewhere."""

    def __init__(self, answer: "Callable[[Any], Answer | None]" = lambda _: None) -> None:
        self.steps: list[dict[str, Any]] = []
        self.answers: list[Any] = []
        self._answer = answer
        self._session = botocore.session.get_session()

    def client(self, service: str) -> Any:
        """Make a client that does not retry, for each step is one request."""
        client = self._session.create_client(service, config=Config(retries={"total_max_attempts": 1}))
        client.meta.events.register("before-send", self._sent)
        client.meta.events.register("after-call", self._answered)
        return client

    def call(self, client: Any, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation by its wire name, and give its answer or error as botocore parsed it."""
        self.steps.append({"operation": operation})
        method = getattr(client, botocore.xform_name(operation))
        try:
            answer: dict[str, Any] = method(**parameters)
        except ClientError as error:
            answer = {"raised": type(error).__name__, **error.response}
        answer.pop("ResponseMetadata", None)
        self.steps[-1]["answer"] = answer
        return answer

    def _sent(self, request: Any, **_: Any) -> Any:
        step = self.steps[-1]
        step["request"] = [request.method, request.url.partition("://")[2].partition("/")[2], request.body]
        step["headers"] = {name: request.headers[name] for name in HEADERS if name in request.headers}
        answer = self._answer(request)
        if answer is None:
            return None
        status, headers, content = answer
        return AWSResponse(request.url, status, headers, Body(content))

    def _answered(self, http_response: Any, **_: Any) -> None:
        content = base64.b64encode(http_response.content).decode()
        self.answers.append([http_response.status_code, dict(http_response.headers), content])


def record(tape: str) -> list[dict[str, Any]]:
    """Walk through the server, and keep what it answered."""
    transcript = Transcript()
    walk(transcript)
    Path(tape).write_text(json.dumps(transcript.answers))
    return transcript.steps


def replay(tape: str) -> list[dict[str, Any]]:
    """Walk through the answers on a tape."""
    answers = iter(json.loads(Path(tape).read_text()))

    def next_answer(_: Any) -> Answer:
        status, headers, content = next(answers)
        return status, headers, base64.b64decode(content)

    transcript = Transcript(next_answer)
    walk(transcript)
    return transcript.steps


def shapes() -> list[dict[str, Any]]:
    """Call every operation with all members, once for its answer and once for each of its errors."""
    waiting: list[Answer] = []
    transcript = Transcript(lambda _: waiting.pop())
    for service in SERVICES:
        client = transcript.client(service)
        model = client.meta.service_model
        for operation in map(model.operation_model, model.operation_names):
            for answer in _possible_answers(operation):
                waiting.append(answer)
                transcript.call(client, operation.name, **sample(operation.input_shape))
    return transcript.steps


def _possible_answers(operation: Any) -> Iterator[Answer]:
    output = {} if operation.output_shape is None else sample(operation.output_shape)
    yield 200, {}, json.dumps(on_the_wire(output)).encode()
    for error in operation.error_shapes:
        members = {"__type": error.name, **sample(error)}
        headers = {"x-amzn-ErrorType": error.name}
        yield error.metadata.get("error", {}).get("httpStatusCode", 400), headers, json.dumps(members).encode()


def endpoints() -> dict[str, str]:
    """Give the endpoint each service has in each Region, or that there is none."""
    session = botocore.session.get_session()
    regions = sorted(
        region for partition in session.get_available_partitions() for region in _regions(session, partition)
    )
    flags = [
        dict(zip(("UseFIPS", "UseDualStack"), pair, strict=True)) for pair in itertools.product((False, True), repeat=2)
    ]
    chosen = [{"Endpoint": "http://127.0.0.1:8000", **each} for each in flags] + [*flags]
    choices = [{"Region": region, **each} for region in regions for each in chosen] + chosen
    return {f"{service} {choice}": _resolved(session, service, choice) for service in SERVICES for choice in choices}


def _regions(session: Any, partition: str) -> list[str]:
    regions: list[str] = session.get_available_regions("ec2", partition)
    return regions


def _resolved(session: Any, service: str, choice: dict[str, Any]) -> str:
    loader = session.get_component("data_loader")
    rules = loader.load_service_model(service, "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    try:
        return str(provider.resolve_endpoint(**choice).url)
    except EndpointProviderError:
        return "none"


def description() -> dict[str, Any]:
    """Give the descriptions without their words."""
    loader = botocore.session.get_session().get_component("data_loader")
    return {service: _without_words(loader.load_service_model(service, "service-2")) for service in SERVICES}


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if not (name == "documentation" and isinstance(each, str))}
        return {name: _without_words(each) for name, each in kept.items()}
    return [_without_words(each) for each in value] if isinstance(value, list) else value


MODES: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (record, replay, shapes, endpoints, description)
}

if __name__ == "__main__":
    print(json.dumps(MODES[sys.argv[1]](*sys.argv[2:]), default=repr))
