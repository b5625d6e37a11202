"""Scripts that set the variables in a shell, and take them back: one dialect for each family of shells.

A script saves what was there before in variables of the shell that no process inherits, for real credentials may be
among it, and defines `qldb_emulator_off`, which puts it back and forgets itself. Setting twice is taking back first, so
that what is put back is always what the user had. AWS_DATA_PATH keeps what it has, and gets one entry more.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from emulator.frozen import frozen
from emulator.kit.variables import DATA_PATH

OFF = "qldb_emulator_off"
_OLD = "_qldb_emulator_old_"


@frozen
class Dialect:
    """How a family of shells is spoken to."""

    on: Callable[[Mapping[str, str], str], str]
    """The script that sets variables to their values and appends a folder to AWS_DATA_PATH."""
    off: str
    """The script that takes back what the script before set, where it did."""
    evaluate: str
    """How a user runs a script that a command prints."""


def _posix_on(values: Mapping[str, str], folder: str) -> str:
    names = [*values, DATA_PATH]
    quoted = shlex.quote(folder)
    return "\n".join(
        [
            _POSIX_OFF,
            *(f"{_OLD}{name}=${{{name}-}} {_OLD}{name}_set=${{{name}+yes}}" for name in names),
            *(f"export {name}={shlex.quote(value)}" for name, value in values.items()),
            f'case ":${{{DATA_PATH}-}}:" in *:{quoted}:*) ;; '
            f'*) export {DATA_PATH}="${{{DATA_PATH}:+${{{DATA_PATH}}}:}}"{quoted} ;; esac',
            f"{OFF}() {{",
            *map(_posix_put_back, names),
            f"  unset -f {OFF}",
            "}",
        ]
    )


def _posix_put_back(name: str) -> str:
    old = f"{_OLD}{name}"
    return f'  if [ "${{{old}_set}}" ]; then export {name}="${{{old}}}"; else unset {name}; fi; unset {old} {old}_set'


def _fish_on(values: Mapping[str, str], folder: str) -> str:
    names = [*values, DATA_PATH]
    quoted = _fish_quoted(folder)
    return "\n".join(
        [
            _FISH_OFF,
            *(f"set -q {name}; and set -g {_OLD}{name} ${name}" for name in names),
            *(f"set -gx {name} {_fish_quoted(value)}" for name, value in values.items()),
            f"contains -- {quoted} ${DATA_PATH}; or set -gx {DATA_PATH} ${DATA_PATH} {quoted}",
            f"function {OFF}",
            *(
                f"  set -e {name}; set -q {_OLD}{name}; and set -gx {name} ${_OLD}{name}; set -e {_OLD}{name}"
                for name in names
            ),
            f"  functions -e {OFF}",
            "end",
        ]
    )


def _fish_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _powershell_on(values: Mapping[str, str], folder: str) -> str:
    quoted = _powershell_quoted(folder)
    names = ", ".join(f"'{name}'" for name in [*values, DATA_PATH])
    path = f"$env:{DATA_PATH}"
    separator = "[IO.Path]::PathSeparator"
    return "\n".join(
        [
            _POWERSHELL_OFF,
            f"$global:{_OLD} = @{{}}",
            f"foreach ($n in {names}) {{ $global:{_OLD}[$n] = [Environment]::GetEnvironmentVariable($n) }}",
            *(f"$env:{name} = {_powershell_quoted(value)}" for name, value in values.items()),
            f"if (-not {path}) {{ {path} = {quoted} }} "
            f"elseif (({path} -split {separator}) -notcontains {quoted}) "
            f"{{ {path} = ({path}, {quoted}) -join {separator} }}",
            f"function global:{OFF} {{",
            f"  foreach ($n in {names}) {{",
            f"    $old = $global:{_OLD}[$n]",
            '    if ($null -eq $old) { Remove-Item "Env:$n" -ErrorAction SilentlyContinue }'
            ' else { Set-Item "Env:$n" $old }',
            "  }",
            f"  Remove-Variable -Scope Global {_OLD}; Remove-Item Function:{OFF}",
            "}",
        ]
    )


def _powershell_quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


_POSIX_OFF = f"if command -v {OFF} >/dev/null 2>&1; then {OFF}; fi"
_FISH_OFF = f"functions -q {OFF}; and {OFF}"
_POWERSHELL_OFF = f"if (Test-Path Function:{OFF}) {{ {OFF} }}"

_NOTHING = "qldb-emulator: nothing was set in this shell that could be taken back."

_POSIX = Dialect(_posix_on, f"{_POSIX_OFF[:-4]}; else echo {shlex.quote(_NOTHING)} >&2; fi", 'eval "$({})"')
_FISH = Dialect(_fish_on, f"{_FISH_OFF}; or echo '{_NOTHING}' >&2", "{} | source")
_POWERSHELL = Dialect(
    _powershell_on, f"{_POWERSHELL_OFF} else {{ Write-Warning '{_NOTHING}' }}", "{} | Out-String | Invoke-Expression"
)

SHELLS: dict[str, Dialect] = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "sh": _POSIX,
    "fish": _FISH,
    "powershell": _POWERSHELL,
}
