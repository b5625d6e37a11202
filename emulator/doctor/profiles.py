"""The profiles in the files of AWS clients."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path

_FILES = {"AWS_SHARED_CREDENTIALS_FILE": "credentials", "AWS_CONFIG_FILE": "config"}
_GIVES_CREDENTIALS = {"aws_access_key_id", "role_arn", "sso_session", "sso_start_url", "credential_process"}


def profiles(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The profiles by name, each with its settings; what cannot be read is not there."""
    found: dict[str, dict[str, str]] = {}
    for name, settings in _sections(environment):
        found.setdefault(name.removeprefix("profile ").strip(), {}).update(settings)
    return found


def gives_credentials(profile: Mapping[str, str]) -> bool:
    return not _GIVES_CREDENTIALS.isdisjoint(profile)


def _sections(environment: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "~").expanduser()
    for variable, name in _FILES.items():
        parser = configparser.RawConfigParser(default_section="")
        try:
            parser.read(environment.get(variable) or home / ".aws" / name)
        except (configparser.Error, OSError, UnicodeError):
            continue
        for section in parser.sections():
            yield section, dict(parser.items(section))
