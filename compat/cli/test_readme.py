"""What the page tells people to paste works when it is pasted."""

import re
from pathlib import Path

from command_line import FOLDER, CommandLine

SHELL_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def test_page_leads_to_an_export(shell: CommandLine, tmp_path: Path) -> None:
    """All commands after those that lead to the server succeed; the ledger, its stream and its export are told."""
    _install, _lead, *commands = SHELL_BLOCK.findall((FOLDER / "README.md").read_text())
    # A person takes a moment between one block and the next.
    pasted = "sleep 1\n".join(commands)

    done = shell.run("bash", "-euc", pasted, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "ACTIVE" in lines
    assert {"IN_PROGRESS", "COMPLETED"} & {*lines}
    assert any(line.endswith(".started.manifest") for line in lines)
    assert '"DeletionProtection": false' in lines[-2]
