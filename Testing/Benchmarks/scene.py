"""Masks into a Slicer scene and out of it, beside Slicer's own functions: CT 512×512×350, PET 200×200×350.

    python3 Testing/run.py python Testing/Benchmarks/scene.py

Also what one segmentation node with segments on both lattices would cost when Slicer saves it, and what of the
masks it would lose. Needs slicer-core; takes about 5 GB of memory.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from NEMOPETLib.masks.cropped_mask import CroppedMask, crop
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.scene.changes import ChangeWatch
from NEMOPETLib.scene.geometry import image_of
from NEMOPETLib.scene.lesion_edits import grow_lesion, lesion_places, toggle_lesion
from NEMOPETLib.scene.patient_nodes import add_patient
from NEMOPETLib.scene.review import bring_back_automatic, corrections, set_automatic_mask
from NEMOPETLib.scene.segments import LABELMAP, get_mask, hand_over, set_mask
from NEMOPETLib.studies.volume import Grid

CT = Grid((350, 512, 512), np.array([[0.98, 0, 0, -250], [0, 0.98, 0, -250], [0, 0, 5.0, 0], [0, 0, 0, 1]]))
PET = Grid((350, 200, 200), np.array([[4.07, 0, 0, -400], [0, 4.07, 0, -400], [0, 0, 3.0, 0], [0, 0, 0, 1]]))


def timed(what: str, action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    begun = time.perf_counter()
    result = action(*arguments, **options)
    print(f"{what:62}{time.perf_counter() - begun:8.3f} s", flush=True)  # noqa: T201
    return result


def add_volume(scene: Any, voxels: np.ndarray, grid: Grid, name: str) -> Any:
    node, image, matrix = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name), vtkImageData(), vtkMatrix4x4()
    image.SetDimensions(*grid.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(voxels.ravel(), deep=True))
    node.SetAndObserveImageData(image)
    matrix.DeepCopy((np.diag([-1, -1, 1, 1]) @ grid.affine).ravel().tolist())
    node.SetIJKToRASMatrix(matrix)
    return node


def bodies() -> dict[str, np.ndarray]:
    """Rings of a body, muscle speckled, and a spleen: on the CT."""
    _, j, i = np.ogrid[: CT.shape[0], : CT.shape[1], : CT.shape[2]]
    radius = ((j - 256) / 180) ** 2 + ((i - 256) / 220) ** 2
    speckles = np.random.default_rng(0).random((1, 64, 64)).repeat(8, 1).repeat(8, 2) < 0.7
    rings = {"muscle": (radius < 0.8) & (radius > 0.5) & speckles, "fat_sc": (radius < 1) & (radius >= 0.8)}
    return {name: np.ascontiguousarray(np.broadcast_to(ring, CT.shape)) for name, ring in rings.items()}


def uptake() -> np.ndarray:
    """80 lesions, and a bladder."""
    generator, suv = np.random.default_rng(1), np.ones(PET.shape, np.float32)
    for k, j, i in generator.integers(80, 190, (80, 3)):
        suv[k : k + 4, j : j + 4, i : i + 4] = 6
    suv[20:40, 90:110, 90:110] = 30
    return suv


def our_functions(patient: Any, masks: dict[str, CroppedMask], folder: Path) -> None:
    muscle = masks["muscle"]
    timed("muscle into a new segment", set_mask, patient, muscle)
    timed("muscle into its segment", set_mask, patient, muscle)
    timed("muscle out of its segment", get_mask, patient, "muscle")
    for name, mask in masks.items():
        timed(f"{name} as the automatic mask", set_automatic_mask, patient, mask)
    watch = ChangeWatch(patient)
    timed("whether muscle changed, after it was touched", watch.has_changed, "muscle")
    timed("whether muscle changed, not touched", watch.has_changed, "muscle")
    timed("corrections of all masks", corrections, patient)
    timed("automatic muscle brought back", bring_back_automatic, patient, "muscle")
    path = timed("muscle handed to another process", hand_over, muscle, folder)
    timed("and read by it", read_mask, path, "muscle", CT)
    places = timed("places of 80 lesions", lesion_places, get_mask(patient, "lesions"))
    timed("a lesion made physiological by a click", toggle_lesion, patient, places[0].inside_lps)
    timed("and a lesion again", toggle_lesion, patient, places[0].inside_lps)
    largest = max(places, key=lambda place: place.volume_ml)
    timed("a region grown from a click into the bladder", grow_lesion, patient, largest.inside_lps)


def slicer_s_functions(patient: Any, muscle: CroppedMask) -> None:
    node, logic = patient.scene.AddNewNodeByClass("vtkMRMLSegmentationNode"), slicer.vtkSlicerSegmentationsModuleLogic
    labels = image_of(CroppedMask("muscle", muscle.whole().voxels, (0, 0, 0), muscle.grid))
    timed("Slicer: label map into a new segment", logic.ImportLabelmapToSegmentationNode, labels, node)
    target = patient.scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    ids = [node.GetSegmentation().GetNthSegmentID(0)]
    timed("Slicer: segment into a label map", logic.ExportSegmentsToLabelmapNode, node, ids, target, patient.ct)


def saving(patient: Any, masks: dict[str, CroppedMask], folder: Path) -> None:
    def save(node: Any) -> None:
        storage = slicer.vtkMRMLSegmentationStorageNode()
        storage.SetFileName(str(folder / f"{node.GetName()}.seg.nrrd"))
        storage.WriteData(node)

    for node in patient.segmentations:
        timed(f"Slicer saves {node.GetName()}", save, node)
    same = all(
        np.array_equal(get_mask(patient, name).whole().voxels, mask.whole().voxels) for name, mask in masks.items()
    )
    print(f"masks afterwards: {'the same' if same else 'CHANGED'}")  # noqa: T201
    one = patient.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "both lattices")
    one.SetReferenceImageGeometryParameterFromVolumeNode(patient.ct)
    for name, mask in masks.items():
        segment = slicer.vtkSegment()
        segment.SetName(name)
        segment.AddRepresentation(LABELMAP, image_of(mask))
        one.GetSegmentation().AddSegment(segment, name)
    timed("Slicer saves one node with both lattices", save, one)
    for name, mask in masks.items():
        back = read_mask(folder / "both lattices.seg.nrrd", name, mask.grid).voxels
        print(f"  {name}: {np.count_nonzero(back != mask.whole().voxels)} voxels differ in its file")  # noqa: T201


def main() -> None:
    scene, logic = slicer.vtkMRMLScene(), slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    suv = uptake()
    pet, ct = add_volume(scene, suv, PET, "PET"), add_volume(scene, np.zeros(CT.shape, np.int16), CT, "CT")
    patient = add_patient(scene, "1", pet, ct, label="P", patient_id="1", study_uid="1")
    masks = {"lesions": crop(Mask("lesions", suv >= 4, PET))}
    masks |= {name: crop(Mask(name, voxels, CT)) for name, voxels in bodies().items()}
    with tempfile.TemporaryDirectory() as folder:
        our_functions(patient, masks, Path(folder))
        slicer_s_functions(patient, masks["muscle"])
        saving(patient, masks, Path(folder))


if __name__ == "__main__":
    main()
