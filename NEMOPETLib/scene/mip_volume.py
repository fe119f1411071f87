"""The part of the PET that the projection draws: the patient without the air around, which is most of the image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from NEMOPETLib.scene.hidden_volumes import find_hidden_volume, new_hidden_volume
from NEMOPETLib.scene.patient_nodes import PatientNodes

_MIP = "pet mip"
_LEAST_SUV = 0.1  # of what is drawn: 1 % of the window, white


def mip_volume(patient: PatientNodes) -> Any:
    """A hidden volume node of the PET's voxels in the box that holds all uptake; it is not saved.

    Drawing costs by voxels: the first time they go to the graphics memory, and in software at each turn.
    """
    there = find_hidden_volume(patient, _MIP)
    if there is not None:
        return there
    voxels = _voxels(patient.pet.GetImageData())
    box = _box(voxels >= _LEAST_SUV)
    node = new_hidden_volume(patient, _MIP, "projection")
    node.SetOrigin(*_position(patient.pet, [part.start for part in reversed(box)]))
    node.SetAndObserveImageData(_image(voxels[box]))
    return patient.scene.AddNode(node)


@contextmanager
def of_few_voxels(patient: PatientNodes) -> Iterator[None]:
    """For a while the projection's volume holds every other voxel along each axis."""
    node = mip_volume(patient)
    whole = node.GetImageData()
    node.SetAndObserveImageData(_image(_voxels(whole)[::2, ::2, ::2]))
    try:
        yield
    finally:
        node.SetAndObserveImageData(whole)


def _box(inside: NDArray[np.bool_]) -> tuple[slice, ...]:
    """The smallest box that holds all that is True; everything if nothing is."""
    sides = []
    for axis in range(3):
        found = np.flatnonzero(inside.any(axis=tuple(other for other in range(3) if other != axis)))
        sides.append(slice(int(found[0]), int(found[-1]) + 1) if found.size else slice(0, inside.shape[axis]))
    return tuple(sides)


def _position(volume: Any, index: list[int]) -> tuple[float, float, float]:
    """RAS of a voxel (i, j, k)."""
    matrix = vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    x, y, z, _ = matrix.MultiplyPoint((*index, 1))
    return x, y, z


def _voxels(image: Any) -> NDArray[Any]:
    """(k, j, i)."""
    values: NDArray[Any] = vtk_to_numpy(image.GetPointData().GetScalars())
    return values.reshape(image.GetDimensions()[::-1])


def _image(voxels: NDArray[Any]) -> vtkImageData:
    image = vtkImageData()
    image.SetDimensions(*voxels.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(voxels).ravel(), deep=True))
    return image
