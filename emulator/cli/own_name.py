"""How the user's shell runs this command: by its name where the shell finds it, else by where it is."""

import shlex
import shutil
import sys
from pathlib import Path

_NAME = "qldb-emulator"


def own_name() -> str:
    """The words for a shell, quoted where they have to be."""
    beside = Path(sys.executable).with_name(_NAME)
    if shutil.which(_NAME):
        return _NAME
    return shlex.quote(str(beside)) if beside.exists() else shlex.join([sys.executable, "-m", "emulator"])
