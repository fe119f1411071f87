from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import pdist

from NEMOPETLib.measurements.mesh import max_diameter_mm, mesh_volume_ml
from NEMOPETLib.studies.volume import Grid, Volume

UNIT = Grid((1, 1, 1), np.eye(4))


def vtk_mesh(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (x, y, z) in voxels and triangles of VTK's marching cubes at 0.5."""
    core = pytest.importorskip("vtkmodules.vtkFiltersCore", reason="VTK is the independent marching cubes")
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData

    padded = np.pad(mask, 1).astype(np.float64)
    image = vtkImageData()
    image.SetDimensions(*padded.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(padded.ravel(), deep=True))
    cubes = core.vtkMarchingCubes()
    cubes.SetInputData(image)
    cubes.SetValue(0, 0.5)
    cubes.Update()
    surface = cubes.GetOutput()
    vertices = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)
    return vertices, vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).copy()


def vtk_volume(mask: np.ndarray) -> float:
    vertices, triangles = vtk_mesh(mask)
    a, b, c = (vertices[triangles[:, n]] for n in range(3))
    return abs(float(np.einsum("ij,ij->", a, np.cross(b, c)))) / 6


masks = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6)).filter(np.any)


@settings(deadline=None)
@given(masks)
def test_volume_is_that_of_vtk_s_mesh(mask: np.ndarray) -> None:
    assert mesh_volume_ml(mask, UNIT) * 1000 == pytest.approx(vtk_volume(mask), rel=1e-9)


@settings(deadline=None)
@given(masks, st.tuples(*[st.floats(0.5, 5)] * 3))
def test_diameter_is_that_of_vtk_s_mesh(mask: np.ndarray, spacing: tuple[float, float, float]) -> None:
    vertices, _ = vtk_mesh(mask)
    affine = np.diag([*spacing, 1.0])
    expected = pdist(vertices * spacing).max()
    assert max_diameter_mm(mask, Grid(mask.shape, affine)) == pytest.approx(expected, rel=1e-9)


def test_ibsi_digital_phantom(ibsi_phantom: tuple[Volume, Volume]) -> None:
    _, mask = ibsi_phantom
    assert mesh_volume_ml(mask.voxels > 0, mask.grid) * 1000 == pytest.approx(556, abs=4)
    assert max_diameter_mm(mask.voxels > 0, mask.grid) == pytest.approx(13.1, abs=0.1)


def test_one_voxel_is_an_octahedron() -> None:
    voxel = np.ones((1, 1, 1), dtype=bool)
    assert mesh_volume_ml(voxel, UNIT) * 1000 == pytest.approx(1 / 6)
    assert max_diameter_mm(voxel, UNIT) == pytest.approx(1.0)


def test_a_fine_sphere_has_its_analytic_volume_and_diameter(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((65, 49, 97), (0.75, 1.5, 1.125), (-36.0, -36.0, -36.0), (20.0, 30.0, 40.0))
    centre = place.positions(np.array([32, 24, 48]))
    positions = place.positions(np.moveaxis(np.indices(place.shape), 0, -1))
    ball = np.linalg.norm(positions - centre, axis=-1) <= 30
    assert mesh_volume_ml(ball, place) == pytest.approx(4 / 3 * np.pi * 27, rel=0.005)
    assert max_diameter_mm(ball, place) == pytest.approx(60, abs=1.5)
