"""The recipes of containers agree with each other and with the server. `make docker-steps` runs those of the image."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.settings import Settings
from tests.image.dockerfile import Step, read, sent
from tests.image.replay import STEPS, TOLD

ROOT = Path(__file__).resolve().parents[2]
STEPS_OF_IMAGE = read(ROOT / "Dockerfile")
PAGE = (ROOT / "docs/docker.md").read_text()
RECIPES = [(ROOT / "compose.yaml").read_text(), *re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)]

VARIABLES = ("environment", "env", "variables")
"""How compose, GitHub Actions and GitLab CI call them."""


def steps(word: str) -> list[Step]:
    return [step for step in STEPS_OF_IMAGE if step.word == word]


def image_variables() -> dict[str, str]:
    return {name: value for step in steps("ENV") for name, value in step.variables().items()}


def servers(recipe: Any) -> list[dict[str, Any]]:
    """What a recipe says of each container of the emulator, wherever in it."""
    if isinstance(recipe, list):
        return [found for each in recipe for found in servers(each)]
    if not isinstance(recipe, dict):
        return []
    names = str(recipe.get("image", "")), str(recipe.get("name", ""))
    here = [recipe] if any("qldb-emulator" in name for name in names) else []
    return here + servers(list(recipe.values()))


def test_every_step_can_be_replayed() -> None:
    """The Dockerfile has no instruction of which `make docker-steps` would not know what to do."""
    assert {step.word for step in STEPS_OF_IMAGE} <= {*STEPS, *TOLD}


@pytest.mark.parametrize("step", steps("COPY"), ids=str)
def test_what_is_copied_is_sent(step: Step) -> None:
    """.dockerignore lets through every file that the image copies."""
    files = list(sent(ROOT, (ROOT / ".dockerignore").read_text().split()))

    assert [source for source in step.words()[:-1] if not any(file.is_relative_to(source) for file in files)] == []


def test_nothing_else_is_sent() -> None:
    """Data, environments and histories stay out of what a build is sent."""
    tops = {file.parts[0] for file in sent(ROOT, (ROOT / ".dockerignore").read_text().split())}

    assert tops == {"LICENSE", "README.md", "constraints.txt", "emulator", "pyproject.toml"}


def test_image_says_where_it_serves() -> None:
    """The port that is exposed, and the volume, are those that the server is told."""
    variables = image_variables()

    assert [step.rest for step in steps("EXPOSE")] == [variables["QLDB_EMULATOR_PORT"]]
    assert [step.rest for step in steps("VOLUME")] == [variables["QLDB_EMULATOR_DATA_DIR"]]


def test_image_is_slim_and_no_superusers() -> None:
    """The server runs as a user that the image makes, and owns the data."""
    (base,), (user,) = steps("FROM"), steps("USER")
    (made,) = [step.rest for step in steps("RUN") if "useradd" in step.rest]

    assert base.rest.endswith("-slim")
    assert re.search(rf"useradd .* {user.rest}\b.* install -d -o {user.rest} .* /data", made)


def test_engine_is_told_whether_the_server_answers() -> None:
    """The health check asks the page that answers as soon as requests are served, on whatever port that is."""
    (check,) = steps("HEALTHCHECK")

    assert "/_qldb/health" in check.rest
    assert "QLDB_EMULATOR_PORT" in check.rest


@pytest.mark.parametrize("text", RECIPES)
def test_recipe_starts_the_server_with_options_it_has(text: str) -> None:
    """Compose, GitHub Actions and GitLab set variables that the server reads, and reach the port of the image."""
    started = servers(yaml.safe_load(text))
    variables = {name for server in started for word in VARIABLES for name in server.get(word, {})}
    ports = {str(port).rpartition(":")[2] for server in started for port in server.get("ports", [])}

    assert started
    assert variables <= {f"QLDB_EMULATOR_{field.name.upper()}" for field in fields(Settings)}
    assert ports <= {image_variables()["QLDB_EMULATOR_PORT"]}


def test_variables_on_the_page_are_options() -> None:
    """Every variable that the page tells is one that the server reads."""
    told = set(re.findall(r"`QLDB_EMULATOR_(\w+)`", PAGE))

    assert told <= {field.name.upper() for field in fields(Settings)}


def test_compose_keeps_data_where_the_image_has_it() -> None:
    """The volume of compose.yaml is mounted at the data directory, and only this machine reaches the port."""
    server = yaml.safe_load(RECIPES[0])["services"]["qldb"]

    assert [volume.split(":")[1] for volume in server["volumes"]] == [image_variables()["QLDB_EMULATOR_DATA_DIR"]]
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])
