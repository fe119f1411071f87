from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.report.page_panels import page_panels
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.studies.volume import Volume


def test_levels_agree_and_the_coronal_panels_are_alike(patient):
    panels = page_panels(patient.pictures(), (1, 2), "en")
    assert {(panel.frame.bottom, panel.frame.top) for panel in panels.all} == {
        (panels.anterior.frame.bottom, panels.anterior.frame.top)
    }
    assert panels.anterior.frame == panels.section.frame


def test_the_whole_height_is_shown_but_not_the_air_beside_the_body(patient):
    panels = page_panels(patient.pictures(), (), "en")
    inner = panels.anterior.frame.top - panels.anterior.band, panels.anterior.frame.bottom + panels.anterior.band
    z = [patient.ct.grid.positions(np.array([k, 0, 0]))[2] for k in (-0.5, patient.ct.grid.shape[0] - 0.5)]
    assert inner == pytest.approx((max(z), min(z)), abs=4)
    # The skin is an ellipse with semi-axes of 182 and 154 mm; the images end at −191 mm.
    assert panels.anterior.frame.left == pytest.approx(-190.9)
    assert panels.lateral.frame.left == pytest.approx(-154 - 15, abs=5)
    assert panels.lateral.frame.right == pytest.approx(154 + 15, abs=5)


def test_a_lesion_outside_the_body_is_not_cut_off(patient):
    labels = np.zeros(patient.pet.grid.shape, np.uint8)
    labels[40, 0, 0] = 1
    pictures = patient.pictures()
    pictures.set_lesions(Volume(labels, patient.pet.grid))
    panels = page_panels(pictures, (1,), "en")
    x, y, _ = patient.pet.grid.positions(np.array([40, 0, 0]))
    assert panels.anterior.frame.left < x
    assert panels.lateral.frame.left < y


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "SUVbw 0 (white) to 10 (black). 7 lesions outlined, the 2 largest numbered."),
        ("fr", "SUVbw 0 (blanc) à 10 (noir). 7 lésions entourées, les 2 plus grandes numérotées."),
    ],
)
def test_the_caption_counts_the_lesions(patient, language, said):
    panels = page_panels(patient.pictures(), (3, 4), language)
    assert panels.pet_caption == said
    assert panels.anterior.alt.endswith(said)


def test_the_legend_names_each_tissue_and_those_that_are_not_in_the_section(patient):
    panels = page_panels(patient.pictures(coronal_mm=-60.0), (), "en")
    assert [entry.text for entry in panels.legend] == [
        "Skeletal muscle",
        "Subcutaneous fat",
        "Visceral (trunk) fat",
        "Spleen (not in this section)",
    ]
    assert "Spleen (not in this section)" in panels.section.alt
    assert "spleen" not in panels.section.tissues


def test_a_tissue_of_another_name_goes_by_it(patient):
    pictures = PatientPictures(None, patient.ct)
    pictures.add_tissue(replace(patient.tissues[0], name="liver <b>"))
    assert page_panels(pictures, (), "fr").legend[0].text == "liver <b>"


def test_it_is_said_what_there_is_not(patient):
    nothing = page_panels(PatientPictures(None, None), (), "en")
    assert [panel.absent for panel in nothing.all] == ["No PET", "No PET", "No CT"]
    assert nothing.pet_caption == "No PET. No lesion mask."
    assert nothing.section_caption == "No CT. No tissue mask."
    pictures = PatientPictures(patient.pet, patient.ct, coronal_mm=1e4)
    pictures.set_lesions(Volume(np.zeros(patient.pet.grid.shape, np.uint8), patient.pet.grid))
    panels = page_panels(pictures, (), "en")
    assert [panel.absent for panel in panels.all] == ["", "", "The section lies outside the CT"]
    assert panels.lesions_caption == "No lesion."


def test_tissues_are_shown_without_a_ct(patient):
    pictures = PatientPictures(None, None)
    muscle = patient.tissues[0]
    pictures.add_tissue(Mask("muscle", muscle.voxels, muscle.grid))
    panels = page_panels(pictures, (), "en")
    assert panels.section.absent == ""
    assert panels.section_caption == "No CT."
