"""A scene of real MRML (slicer-core), without an application, and patients in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

pytest.importorskip("slicer", reason="slicer-core is not installed")

import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from NEMOPETLib.masks.cropped_mask import crop
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.patient_nodes import PatientNodes, add_patient
from NEMOPETLib.scene.review import set_automatic_mask
from NEMOPETLib.scene.volumes import show_as_ct, show_as_pet
from NEMOPETLib.studies.volume import Grid

# CT slices thicker than the PET's, CT pixels finer: neither lattice holds the other.
PET_GRID = Grid((60, 50, 48), np.array([[4.07, 0, 0, -98.0], [0, 4.07, 0, -101.0], [0, 0, 3.0, -20.0], [0, 0, 0, 1]]))
CT_GRID = Grid((37, 120, 130), np.array([[1.37, 0, 0, -90.0], [0, 1.37, 0, -85.0], [0, 0, 5.0, -19.0], [0, 0, 0, 1]]))


@dataclass
class Application:
    """What an application has besides its scene; kept, so that the logics live as long as the scene."""

    scene: Any
    logics: list[Any]


@pytest.fixture
def application(tmp_path: Path) -> Application:
    return new_application(tmp_path)


def new_application(folder: Path) -> Application:
    """A scene with the logics that register nodes and rules; MRB files are unpacked in the folder."""
    (folder / "cache").mkdir(exist_ok=True)
    scene = slicer.vtkMRMLScene()
    logics = [slicer.vtkMRMLColorLogic(), slicer.vtkSlicerSegmentationsModuleLogic(), slicer.vtkSlicerVolumesLogic()]
    logics += [slicer.vtkSlicerSubjectHierarchyModuleLogic(), slicer.vtkSlicerVolumeRenderingLogic()]
    io_logic, manager = slicer.vtkMRMLRemoteIOLogic(), slicer.vtkDataIOManagerLogic()
    for logic in logics:
        logic.SetMRMLScene(scene)
    io_logic.SetMRMLScene(scene)
    io_logic.GetCacheManager().SetRemoteCacheDirectory(str(folder / "cache"))
    scene.SetDataIOManager(io_logic.GetDataIOManager())
    manager.SetMRMLApplicationLogic(slicer.vtkSlicerApplicationLogic())
    manager.SetAndObserveDataIOManager(io_logic.GetDataIOManager())
    return Application(scene, [*logics, io_logic, manager])


@pytest.fixture
def scene(application: Application) -> Any:
    return application.scene


def add_volume(scene: Any, voxels: np.ndarray, grid: Grid, name: str) -> Any:
    node, image, matrix = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name), vtkImageData(), vtkMatrix4x4()
    image.SetDimensions(*grid.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(voxels.ravel(), deep=True))
    node.SetAndObserveImageData(image)
    matrix.DeepCopy((np.diag([-1, -1, 1, 1]) @ grid.affine).ravel().tolist())
    node.SetIJKToRASMatrix(matrix)
    return node


def blobs(grid: Grid, seed: int, width: float = 2.5, least: float = 1.3) -> np.ndarray:
    """Round regions, some of which touch the border."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=grid.shape), width)
    return noise > least * noise.std()


def masks_of_a_patient(seed: int = 0) -> dict[str, Mask]:
    """Lesions, physiological uptake and tissues that do not overlap: Slicer then unites them in one layer."""
    masks = {}
    for number, (name, grid) in enumerate(
        {"lesions": PET_GRID, "physiological": PET_GRID, "muscle": CT_GRID, "spleen": CT_GRID}.items()
    ):
        slices = np.zeros(grid.shape, bool)
        share = grid.shape[0] // 5
        slices[number * share + 2 : (number + 1) * share] = True
        masks[name] = Mask(name, blobs(grid, seed + number) & slices, grid)
    return masks


@pytest.fixture
def make_patient(scene: Any) -> Callable[..., PatientNodes]:
    def make(key: str = "1.2.3", seed: int = 0, masks: dict[str, Mask] | None = None) -> PatientNodes:
        suv = 1 + 8 * ndimage.gaussian_filter(masks_of_a_patient(seed)["lesions"].voxels.astype(np.float32), 0.5)
        pet = add_volume(scene, suv, PET_GRID, "PET")
        ct = add_volume(scene, np.zeros(CT_GRID.shape, np.int16), CT_GRID, "CT")
        show_as_pet(pet)
        show_as_ct(ct)
        patient = add_patient(scene, key, pet, ct, label=f"P {key}", patient_id=f"id{key}", study_uid=key)
        for mask in (masks if masks is not None else masks_of_a_patient(seed)).values():
            set_automatic_mask(patient, crop(mask))
        return patient

    return make


@pytest.fixture
def patient(make_patient: Callable[..., PatientNodes]) -> Iterator[PatientNodes]:
    return make_patient()
