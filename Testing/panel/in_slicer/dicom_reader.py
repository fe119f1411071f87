"""Inside Slicer: SEG and SR read by Slicer's own reader of DICOM, which calls programs of dcmqi.

Slicer has it since 5.12, before by the extension QuantitativeReporting. Says how many voxels of each mask a segment has
otherwise, and the cells of the report's table.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving

PLUGINS = ("DICOMSegmentationPlugin", "DICOMTID1500Plugin")
PROGRAMS = ("segimage2itkimage", "tid1500reader")
SERIES_UID = "0020,000E"


def main(images: str, objects: str, masks: str, database: str) -> None:
    """``masks``: a file of JSON, the paths of masks by the name of what is to be one with them."""
    missing = [plugin for plugin in PLUGINS if plugin not in slicer.modules.dicomPlugins]
    if find_spec("dcmqi") is None:
        missing += [program for program in PROGRAMS if not hasattr(slicer.modules, program)]
    if missing:
        say({"missing": missing})
        return
    from DICOMLib import DICOMUtils

    with DICOMUtils.TemporaryDICOMDatabase(database):
        for folder in (images, objects):
            assert DICOMUtils.importDicom(folder)
        read = [load(Path(objects) / name) for name in ("lesions_seg.dcm", "tissues_seg.dcm", "measurements_sr.dcm")]
        segmentations = [node for nodes in read[:2] for node in nodes if node.IsA("vtkMRMLSegmentationNode")]
        (table,) = (node for node in read[2] if node.IsA("vtkMRMLTableNode"))
        files = json.loads(Path(masks).read_text(encoding="utf-8"))
        say(
            {
                "other_voxels": {name: other_voxels(name, path, segmentations) for name, path in files.items()},
                "table": cells(table),
            }
        )


def load(file: Path) -> list[Any]:
    """The nodes of an object, loaded as the DICOM browser does: by the plugin that is surest of it."""
    from DICOMLib import DICOMUtils

    before = set(nodes())
    assert DICOMUtils.loadSeriesByUID([slicer.dicomDatabase.fileValue(str(file), SERIES_UID)])
    return [slicer.mrmlScene.GetNodeByID(name) for name in nodes() if name not in before]


def nodes() -> list[str]:
    """The IDs of all nodes of the scene."""
    return [node.GetID() for node in slicer.util.getNodesByClass("vtkMRMLNode")]


def other_voxels(name: str, path: str, segmentations: list[Any]) -> int:
    """How many voxels of a mask's lattice are in the mask only or in the segments only; all if some lie elsewhere."""
    mask = slicer.util.loadLabelVolume(path)
    expected = slicer.util.arrayFromVolume(mask) > 0
    united = np.zeros_like(expected)
    own = 0
    for node, segment in segments(name, segmentations):
        united |= slicer.util.arrayFromSegmentBinaryLabelmap(node, segment, mask) > 0
        own += int((slicer.util.arrayFromSegmentInternalBinaryLabelmap(node, segment) == label(node, segment)).sum())
    return int((united != expected).sum()) if own == united.sum() else expected.size


def segments(name: str, segmentations: list[Any]) -> list[tuple[Any, str]]:
    """The segments of a name, or of that name and a number."""
    found = []
    for node in segmentations:
        segmentation = node.GetSegmentation()
        names = {segment: segmentation.GetSegment(segment).GetName() for segment in segmentation.GetSegmentIDs()}
        found += [(node, segment) for segment, own in names.items() if own.rstrip("0123456789 ") == name]
    return found


def label(node: Any, segment: str) -> int:
    """The value of a segment's voxels in its own label map."""
    return int(node.GetSegmentation().GetSegment(segment).GetLabelValue())


def cells(table: Any) -> list[list[str]]:
    """The rows of a table, without what is empty at their ends."""
    columns = range(table.GetNumberOfColumns())
    rows = [[table.GetCellText(row, column) for column in columns] for row in range(table.GetNumberOfRows())]
    return [row[: max(i for i, text in enumerate(row, start=1) if text)] for row in rows]


def say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    driving.leave_with(main)
