"""The phantom as sample data: made on this computer, opened like a patient's folder."""

from __future__ import annotations

from pathlib import Path

import slicer
from slicer.i18n import tr as _

from NEMOPETPanel.python_packages import ensure_packages
from NEMOPETPanel.worker_process import PythonProcess

_MAKE = (
    "import sys, pathlib; from NEMOPETLib.phantom.phantom import full_phantom, small_phantom; "
    "from NEMOPETLib.phantom.study import write_phantom_study; "
    "write_phantom_study(pathlib.Path(sys.argv[1]), {}())"
)
NAME = "NEMOPETPhantom"


def register(thumbnail: str) -> None:
    """Put the phantom into the Sample Data module."""
    import SampleData

    logic = SampleData.SampleDataLogic
    logic.registerCustomSampleDataSource(
        category="NEMO-PET",
        sampleName=NAME,
        thumbnailFileName=thumbnail,
        uris="file:///",
        fileNames=NAME,
        nodeNames=None,
        customDownloader=lambda _source: open_phantom(),
    )


def phantom_folder() -> Path:
    """Where the phantom lies once it is made: in Slicer's cache."""
    return Path(slicer.mrmlScene.GetCacheManager().GetRemoteCacheDirectory()) / NAME


def open_phantom() -> list:
    """Show the module with the phantom's folder chosen; its DICOM files are made first where they are not there."""
    slicer.util.selectModule("NEMOPET")
    panel = slicer.modules.NEMOPETWidget.panel
    message = panel.patient.message

    def made() -> None:
        message.clear()
        panel.patient.choose_folder(str(phantom_folder()))

    message.notice(_("The phantom is being made: wait a moment"))
    make_phantom(phantom_folder(), made, panel.patient.failed)
    return []


_PROCESSES: list = []  # a process lives as long as someone holds it


def make_phantom(folder: Path, done, failed, *, full_size: bool = False) -> None:
    """Write the phantom's DICOM files beside Slicer, then call ``done``; at once where they are there."""
    if (folder / "CT").is_dir() and (folder / "PET").is_dir():
        done()
        return
    if _PROCESSES:
        failed(_("The phantom is being made: wait a moment"))
        return
    reason = ensure_packages()
    if reason:
        failed(reason)
        return
    unfinished = folder.with_name(f"{folder.name}.part")

    def ended(status: int) -> None:
        _PROCESSES.remove(process)
        if status == 0 and unfinished.is_dir():
            unfinished.rename(folder)
            done()
        else:
            failed(_("The phantom could not be made: see the log"))

    def log(line: str) -> None:
        slicer.modules.NEMOPETWidget.panel.log(line)

    process = PythonProcess(log, log, ended)
    _PROCESSES.append(process)
    if not process.start(["-c", _MAKE.format("full_phantom" if full_size else "small_phantom"), str(unfinished)]):
        ended(-1)
