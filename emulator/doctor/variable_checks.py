"""Checks of the variables that AWS clients heed."""

from __future__ import annotations

import os
import shlex
import ssl
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from emulator.doctor.circumstances import ENDPOINT, ENDPOINTS, Circumstances
from emulator.doctor.finding import Finding, note, ok, problem
from emulator.doctor.profiles import gives_credentials, profiles

_IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_REGIONS = ("AWS_DEFAULT_REGION", "AWS_REGION")
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_LOCAL = "localhost,127.0.0.1,::1,[::1]"


def endpoints(around: Circumstances) -> Finding:
    """Both services of QLDB are led to one emulator."""
    given = around.environment
    ways = [given.get(name) or given.get(ENDPOINT) for name in ENDPOINTS]
    if given.get(_IGNORE, "").lower() == "true":
        return problem(f"{_IGNORE} makes clients forget the endpoint and call AWS", f"unset {_IGNORE}")
    if ways == [None, None]:
        return problem(f"{ENDPOINT} is not set: clients call AWS, where QLDB is no more", _env(around))
    if ways[0] != ways[1]:
        return problem(
            f"ledgers are led to {ways[0] or 'AWS'}, but transactions to {ways[1] or 'AWS'}",
            f"export {' '.join(f'{name}={shlex.quote(around.endpoint)}' for name in ENDPOINTS)}",
        )
    if urlsplit(ways[0] or "").scheme not in ("http", "https"):
        return problem(f"{ways[0]!r} is no URL such as http://127.0.0.1:8000", _env(around))
    return ok(f"QLDB is led to {ways[0]}")


def credentials(around: Circumstances) -> Finding:
    """There are some; which does not matter."""
    given = [name for name in _KEYS if around.environment.get(name)]
    if len(given) == 2:
        return ok("from the variables")
    if given:
        missing = next(name for name in _KEYS if name not in given)
        return problem(f"{given[0]} is set, {missing} is not: clients want both", f"export {missing}=local")
    profile = around.environment.get("AWS_PROFILE", "default")
    if gives_credentials(profiles(around.environment).get(profile, {})):
        return ok(f"from the profile {profile}")
    return problem("none: clients insist on some, whichever", f"export {' '.join(f'{name}=local' for name in _KEYS)}")


def region(around: Circumstances) -> Finding:
    """There is one, for Python and for the others."""
    default, other = (around.environment.get(name) for name in _REGIONS)
    profile = profiles(around.environment).get(around.environment.get("AWS_PROFILE", "default"), {})
    if default is None and "region" not in profile:
        return problem(
            "AWS_DEFAULT_REGION is not set: boto3 raises NoRegionError",
            f"export AWS_DEFAULT_REGION={shlex.quote(other or 'us-east-1')}",
        )
    found = default or profile["region"]
    if other is not None and other != found:
        return note(
            f"boto3 is in {found}, other SDKs are in {other}, and each sees its own ledgers",
            f"export AWS_REGION={shlex.quote(found)} AWS_DEFAULT_REGION={shlex.quote(found)}",
        )
    return ok(found)


def profile(around: Circumstances) -> Finding:
    """AWS_PROFILE, where it is set, names a profile that is there."""
    named = around.environment.get("AWS_PROFILE")
    if named is None:
        return ok("none is named")
    if named not in profiles(around.environment):
        return problem(f"there is no profile {named!r}: every client raises ProfileNotFound", "unset AWS_PROFILE")
    return ok(named)


def proxy(around: Circumstances) -> Finding:
    """No proxy catches requests to the emulator."""
    lowered = {name.lower(): value for name, value in sorted(around.environment.items()) if value}
    url = urlsplit(around.endpoint)
    caught_by = lowered.get(f"{url.scheme}_proxy") or lowered.get("all_proxy")
    exempt = lowered.get("no_proxy", "")
    if caught_by is None:
        return ok("none")
    if urllib.request.proxy_bypass_environment(url.netloc, {"no": exempt}):  # type: ignore[attr-defined]
        return ok(f"{caught_by}, but not for {url.hostname}")
    hosts = ",".join(filter(None, [exempt, _LOCAL if url.hostname in _LOCAL.split(",") else url.hostname]))
    return problem(
        f"requests to {around.endpoint} would go to the proxy {caught_by}",
        f"export NO_PROXY={shlex.quote(hosts)} no_proxy={shlex.quote(hosts)}",
    )


def ca_bundles(around: Circumstances) -> Finding:
    """Files of certificates that variables name are that."""
    named = {name: around.environment[name] for name in _BUNDLES if around.environment.get(name)}
    for name, path in named.items():
        if Path(path).is_dir():
            continue
        try:
            ssl.create_default_context(cafile=path)
        except OSError:
            return problem(f"{name} names {path}, which is no file of certificates", f"unset {name}")
    return ok(", ".join(named) or "none is named")


def data_path(around: Circumstances) -> Finding:
    """Folders of descriptions that AWS_DATA_PATH names are there."""
    named = [each for each in around.environment.get("AWS_DATA_PATH", "").split(os.pathsep) if each]
    missing = [each for each in named if not Path(each).expanduser().is_dir()]
    if missing:
        kept = os.pathsep.join(each for each in named if each not in missing)
        fix = f"export AWS_DATA_PATH={shlex.quote(kept)}" if kept else "unset AWS_DATA_PATH"
        return problem(f"AWS_DATA_PATH names {missing[0]}, which is no folder", fix)
    return ok(os.pathsep.join(named) or "not set")


def _env(around: Circumstances) -> str:
    return f'eval "$({around.command} env --endpoint {shlex.quote(around.endpoint)})"'
