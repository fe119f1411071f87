"""What the engine's Python needs in tests: it lies on that Python's path and nowhere else.

The networks of the tests are our own, so that TotalSegmentator's licence for its own is not asked for. And where
torchvision was built for another torch than the installed one (PyPI's beside a torch for the processor alone), the
two operators are declared that it expects when it is imported; none of the networks uses them.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType


def _without_licence(module: ModuleType) -> None:
    module.show_license_info = lambda: None


def _with_operators(module: ModuleType) -> None:
    library = module.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    module._nemopet_declared = library  # it must outlive this function


_PATCHES = {"totalsegmentator.python_api": _without_licence}
if "NEMOPET_TEST_DECLARE_OPERATORS" in os.environ:
    _PATCHES["torch"] = _with_operators


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules that are patched, and patches each once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in _PATCHES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            _PATCHES[name](module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Finder())
