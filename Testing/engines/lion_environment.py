"""Make the environment of the tests of LION: ``.venv-lion`` of this checkout, the way a user gets it.

    python3 Testing/run.py python Testing/engines/lion_environment.py

An environment that is whole is left alone. torch comes from pip's own index.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".venv-lion"
# For a torchvision of PyPI's beside a torch for the processor alone, as a mirror may have it.
PATCHES = Path(__file__).with_name("patches") / "sitecustomize.py"


def main() -> int:
    """Make the environment if it is not whole."""
    os.environ["NEMOPET_LION"] = str(FOLDER)
    from NEMOPETLib.engines.lion_environment import create_environment, find_environment

    found = find_environment()
    python = found.python
    if found.problem:
        python = create_environment(lambda line: print(line, file=sys.stderr), torch_index="pypi")  # noqa: T201
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    imported = subprocess.run([python, "-c", "import torchvision"], capture_output=True, check=False)
    if imported.returncode != 0:
        shutil.copy(PATCHES, where)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
