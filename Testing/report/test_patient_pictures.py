from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.studies.volume import Grid, Volume


def test_no_volume_stays_in_memory():
    grid = Grid((20, 20, 20), np.eye(4))
    volumes = [Volume(np.ones(grid.shape, dtype), grid) for dtype in (np.float32, np.int16, np.uint8)]
    mask = Mask("muscle", np.ones(grid.shape, bool), grid)
    arrays = [weakref.ref(voxels) for voxels in (*(volume.voxels for volume in volumes), mask.voxels)]
    pictures = PatientPictures(volumes[0], volumes[1])
    pictures.set_lesions(volumes[2])
    pictures.add_tissue(mask)
    del volumes, mask
    gc.collect()
    assert [array() for array in arrays] == [None] * 4


def test_the_pictures_do_not_depend_on_the_order_of_the_arrays(patient, turn):
    def pictures(how):
        taken = PatientPictures(how(patient.pet), how(patient.ct))
        taken.set_lesions(how(patient.lesions))
        for tissue in patient.tissues:
            mask = how(Volume(tissue.voxels, tissue.grid))
            taken.add_tissue(Mask(tissue.name, mask.voxels, mask.grid))
        return taken

    plain, other = (
        pictures(lambda volume: volume),
        pictures(lambda volume: turn(volume, (1, 2, 0), (True, False, True))),
    )
    pairs = [
        (plain.coronal_mip, other.coronal_mip),
        (plain.sagittal_mip, other.sagittal_mip),
        (plain.ct_section, other.ct_section),
        *((plain.tissues[name], other.tissues[name]) for name in plain.tissues),
        *((plain.lesions[n].coronal, other.lesions[n].coronal) for n in plain.lesions),
        *((plain.lesions[n].sagittal, other.lesions[n].sagittal) for n in plain.lesions),
    ]
    assert other.coronal_mm == pytest.approx(plain.coronal_mm)
    for one, two in pairs:
        assert np.array_equal(one.pixels, two.pixels)
        assert one.extent == pytest.approx(two.extent)


def test_lesions_are_where_the_phantom_has_them(patient):
    phantom = small_phantom()
    lesions = patient.pictures().lesions
    for number, part in enumerate(phantom.anatomy.lesions, start=1):
        x, y, z = part.solid.centre
        for picture, across in ((lesions[number].coronal, x), (lesions[number].sagittal, y)):
            left, right, bottom, top = picture.extent
            assert (left + right) / 2 == pytest.approx(across, abs=4)
            assert (bottom + top) / 2 == pytest.approx(z, abs=4)
    assert len(lesions) == len(phantom.anatomy.lesions)


def test_a_tissue_outside_the_section_is_remembered_as_such(patient):
    grid = Grid((4, 4, 4), np.eye(4))
    pictures = PatientPictures(None, None, coronal_mm=1.0)
    voxels = np.zeros(grid.shape, bool)
    voxels[:, 3] = True
    pictures.add_tissue(Mask("spleen", voxels, grid))
    pictures.add_tissue(Mask("muscle", np.ones(grid.shape, bool), grid))
    assert pictures.tissues["spleen"] is None
    assert pictures.tissues["muscle"].pixels.all()


def test_the_section_can_be_chosen(patient):
    spleen = next(mask for mask in patient.tissues if mask.name == "spleen")
    through, far = patient.pictures(coronal_mm=0.0), patient.pictures(coronal_mm=-100.0)
    assert (
        through.tissues["spleen"].pixels.sum() == spleen.voxels[:, int(spleen.grid.indices(np.zeros(3))[1] + 0.5)].sum()
    )
    assert far.tissues["spleen"] is None
    assert patient.pictures(coronal_mm=5000.0).ct_section is None


def test_without_images_there_are_no_pictures():
    pictures = PatientPictures(None, None)
    assert (pictures.coronal_mip, pictures.sagittal_mip, pictures.ct_section, pictures.lesions) == (None,) * 4


def test_lesions_that_are_not_labels_are_refused(patient):
    with pytest.raises(InputError, match="float32 where whole numbers"):
        patient.pictures().set_lesions(patient.pet)
