"""The Python packages that NEMOPETLib needs: installed into Slicer's Python once the user agrees."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from subprocess import CalledProcessError

from slicer.i18n import tr as _

REQUIREMENTS = Path(__file__).resolve().parents[1] / "Resources" / "requirements.txt"


def missing_packages() -> list:
    """Those of the requirements that are not installed, or in too old a version."""
    return [one for one in _requirements() if not _is_installed(one)]


_FOUND: set = set()  # requirements that were seen to be installed: looking takes a moment


def ensure_packages() -> str:
    """Ask for consent and install what is missing; gives why it could not be done, empty if all is there."""
    wanted = set(_requirements())
    if wanted <= _FOUND:
        return ""
    missing = missing_packages()
    if not missing:
        _FOUND.update(wanted)
        return ""
    try:
        _install(missing)
    except (RuntimeError, CalledProcessError):  # declined, or pip failed, which Slicer itself has told
        return _("Python packages are missing: {names}").format(names=", ".join(missing))
    still = missing_packages()
    return _("Python packages are missing: {names}").format(names=", ".join(still)) if still else ""


def _install(missing: list) -> None:
    if find_spec("slicer.packaging") is not None:  # Slicer 5.12
        import slicer.packaging

        slicer.packaging.pip_ensure(missing, requester="NEMO-PET")
        return
    if slicer.app.testingEnabled():
        return
    question = _("NEMO-PET needs Python packages that will be installed into this Slicer:\n\n{names}\n\nInstall now?")
    if not slicer.util.confirmOkCancelDisplay(question.format(names="\n".join(missing)), "NEMO-PET"):
        raise RuntimeError
    slicer.util.pip_install(missing)


def _requirements() -> list:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _is_installed(requirement: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    try:
        return wanted.specifier.contains(version(wanted.name), prereleases=True)
    except PackageNotFoundError:
        return False
