"""Which panels the patient page has, what they show of the patient, and what is said below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.report.label_places import Box
from NEMOPETLib.report.number_text import number_text
from NEMOPETLib.report.panels import HU_WINDOW, SUV_WINDOW, CtPanel, Panel, PetPanel, tissue_colour
from NEMOPETLib.report.patient_pictures import BODY_HU, PatientPictures
from NEMOPETLib.report.projections import Picture
from NEMOPETLib.report.words import Language, word

_AIR_SUV, _MARGIN_MM = 0.15, 15.0
_BAND = 0.024  # of height and width together: room above and below the pictures for the marks and the scale


@dataclass(frozen=True)
class LegendEntry:
    """A colour and what it stands for; ``note`` says so if it is not in the picture."""

    colour: str
    label: str
    note: str

    @property
    def text(self) -> str:
        """Label and note."""
        return f"{self.label} ({self.note})" if self.note else self.label


@dataclass(frozen=True)
class PagePanels:
    """The panels with their captions."""

    anterior: PetPanel
    lateral: PetPanel
    section: CtPanel
    lesions_caption: str
    pet_caption: str
    section_caption: str
    legend: tuple[LegendEntry, ...]

    @property
    def all(self) -> tuple[Panel, ...]:
        """In the order of reading."""
        return self.anterior, self.lateral, self.section


def page_panels(pictures: PatientPictures, numbered: Sequence[int], language: Language) -> PagePanels:
    """Lay out the panels; ``numbered`` are the labels of the lesions that get a number."""
    coronal, sagittal, band = _frames(pictures)
    lesions_caption = _sentence(_lesions_said(pictures, numbered, language))
    pet_caption = f"{_sentence(_pet_said(pictures, language))} {lesions_caption}"
    legend = tuple(_legend(pictures, language))
    plane = _plane_said(pictures, language)
    section_caption = _sentence(plane, "" if legend else word("no_tissue_mask", language))
    ends = word("head", language), word("feet", language)
    sides = word("right", language), word("left", language)
    lesions = (pictures.lesions or {}).values()
    anterior = PetPanel(
        word("anterior", language),
        f"{word('anterior_mip', language)}. {pet_caption}",
        coronal,
        band,
        (*sides, *ends),
        "" if pictures.coronal_mip is not None else word("no_pet", language),
        pictures.coronal_mip,
        {lesion.label: lesion.coronal for lesion in lesions},
        numbered,
    )
    lateral = replace(
        anterior,
        title=word("lateral", language),
        alt=f"{word('lateral_mip', language)}. {pet_caption}",
        frame=sagittal,
        marks=(word("front", language), word("back", language), *ends),
        picture=pictures.sagittal_mip,
        outlines={lesion.label: lesion.sagittal for lesion in lesions},
    )
    section = CtPanel(
        word("section", language),
        " ".join([_sentence(word("section", language)), section_caption, *(_sentence(one.text) for one in legend)]),
        coronal,
        band,
        (*sides, *ends),
        "" if _sections(pictures) else plane,
        pictures.ct_section,
        _tissues(pictures),
    )
    return PagePanels(anterior, lateral, section, lesions_caption, pet_caption, section_caption, legend)


def _frames(pictures: PatientPictures) -> tuple[Box, Box, float]:
    """What the coronal and sagittal panels show, and the height of the bands that are kept free in it.

    All panels have one range of height, and both coronal ones one width, so that levels agree; the air beside the
    body is cut off.
    """
    mips = [picture for picture in (pictures.coronal_mip, pictures.sagittal_mip) if picture is not None]
    ct = [] if pictures.ct_section is None else [pictures.ct_section]
    tissues = _tissues(pictures).values()
    lesions = (pictures.lesions or {}).values()
    bottom, top = _span([picture.extent[2:] for picture in (*mips, *ct, *tissues)], (-300.0, 300.0))
    across = [
        *(_across(picture, _AIR_SUV) for picture in mips[:1]),
        *(_across(picture, BODY_HU) for picture in ct),
        *(_across(picture, 0.0) for picture in tissues),
        *(lesion.coronal.extent[:2] for lesion in lesions),
    ]
    through = [
        *(_across(picture, _AIR_SUV) for picture in mips[1:]),
        *(lesion.sagittal.extent[:2] for lesion in lesions),
    ]
    left, right = _span(across, (-200.0, 200.0))
    front, back = _span(through, (-150.0, 150.0))
    band = _BAND * (top - bottom + right - left)
    bottom, top = bottom - band, top + band
    return Box(left, right, bottom, top), Box(front, back, bottom, top), band


def _tissues(pictures: PatientPictures) -> dict[str, Picture]:
    return {name: section for name, section in pictures.tissues.items() if section is not None}


def _sections(pictures: PatientPictures) -> bool:
    """Whether the section shows anything."""
    return pictures.ct_section is not None or bool(_tissues(pictures))


def _span(spans: Sequence[tuple[float, float]], otherwise: tuple[float, float]) -> tuple[float, float]:
    """The range that holds all."""
    if not spans:
        return otherwise
    return min(low for low, _ in spans), max(high for _, high in spans)


def _across(picture: Picture, threshold: float) -> tuple[float, float]:
    """From the first to the last column of a picture with anything above a threshold, with a margin."""
    left, right = picture.extent[:2]
    columns = np.flatnonzero((picture.pixels > threshold).any(axis=0))
    if not columns.size:
        return left, right
    pixel = (right - left) / picture.pixels.shape[1]
    first, last = left + columns[0] * pixel, left + (columns[-1] + 1) * pixel
    return max(left, float(first) - _MARGIN_MM), min(right, float(last) + _MARGIN_MM)


def _pet_said(pictures: PatientPictures, language: Language) -> str:
    if pictures.coronal_mip is None:
        return word("no_pet", language)
    return word("suv_window", language, low=f"{SUV_WINDOW[0]:g}", high=f"{SUV_WINDOW[1]:g}")


def _lesions_said(pictures: PatientPictures, numbered: Sequence[int], language: Language) -> str:
    if pictures.lesions is None:
        return word("no_lesion_mask", language)
    number = len(pictures.lesions)
    if not number:
        return word("no_lesion", language)
    said = word("outlined" if number > 1 else "outlined_one", language, n=number)
    shown = sum(label in pictures.lesions for label in numbered)
    return f"{said}, {word('numbered', language, n=shown)}" if shown < number else said


def _plane_said(pictures: PatientPictures, language: Language) -> str:
    if pictures.ct_section is None:
        return word("no_section" if pictures.has_ct else "no_ct", language)
    plane = word("plane", language, mm=number_text(pictures.coronal_mm, 0, language))
    low, high = (number_text(edge, 0, language) for edge in HU_WINDOW)
    return f"{word('hu_window', language, low=low, high=high)}; {plane}"


def _legend(pictures: PatientPictures, language: Language) -> Iterable[LegendEntry]:
    for name, section in pictures.tissues.items():
        note = "" if section is not None else word("not_in_section", language)
        yield LegendEntry(tissue_colour(name), _tissue_name(name, language), note)


def _tissue_name(name: str, language: Language) -> str:
    """What the measurements call a tissue before the colon; a mask that is not measured goes by its own name."""
    for definition in MEASUREMENTS:
        if definition.column == f"{name}_volume_ml":
            label = definition.french if language == "fr" else definition.english
            return label.rpartition(":")[0].strip()
    return name


def _sentence(*parts: str) -> str:
    return ". ".join(part for part in parts if part) + "."
