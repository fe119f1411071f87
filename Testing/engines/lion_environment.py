"""Make the environment of the tests of LION: ``.venv-lion`` of this checkout, the way a user gets it.

    python3 Testing/run.py python Testing/engines/lion_environment.py

An environment that is whole is left alone. torch comes from pip's own index.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".venv-lion"

# PyPI's torchvision beside a torch for the processor alone, as a mirror may have it, looks for the schemas of its
# compiled operators as it is imported, which nnU-Net does while it looks for a trainer by name.
_OPERATORS = """
import importlib.abc, sys

class _Declare(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            sys.meta_path.remove(self)
            import torch
            library = torch.library.Library("torchvision", "FRAGMENT")
            for schema in ("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
                           "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"):
                library.define(schema)
            sys._torchvision_schemas = library
        return None

sys.meta_path.insert(0, _Declare())
"""


def main() -> int:
    """Make the environment if it is not whole."""
    os.environ["NEMOPET_LION"] = str(FOLDER)
    from NEMOPETLib.engines.lion_environment import create_environment, find_environment

    if not find_environment().problem:
        return 0
    python = create_environment(lambda line: print(line, file=sys.stderr), torch_index="pypi")  # noqa: T201
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    imported = subprocess.run([python, "-c", "import torchvision"], capture_output=True, check=False)
    if imported.returncode != 0:
        Path(where, "sitecustomize.py").write_text(_OPERATORS, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
