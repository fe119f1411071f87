"""What the segments are called, coded (SNOMED CT) and coloured: in Slicer, in DICOM SEG and in reports.

The category of organs is the one of Slicer's own terminologies and of the segmentations made with them, 123037004, so
that they are found together; DICOM's list (PS3.16 CID 7150) has 91723000 under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from NEMOPETLib.coded_concept import Code

TERMINOLOGY = "NEMO-PET"
"""Name of the terminology: Slicer's own have no codes for fat and skeletal muscle."""


@dataclass(frozen=True)
class SegmentTerm:
    """Name, codes and colour (red, green, blue; 0 to 1) of one kind of segment."""

    name: str
    category: Code
    type: Code
    color: tuple[float, float, float]
    region: Code | None = None

    @property
    def slicer_entry(self) -> str:
        """Slicer's terminology entry: context, category, type, modifier, region context, region, modifier."""
        regions, region = ("Anatomic codes - DICOM master list", str(self.region)) if self.region else ("", "^^")
        return f"{TERMINOLOGY}~{self.category}~{self.type}~^^~{regions}~{region}~^^"


_TISSUE = Code("85756007", "SCT", "Tissue")
_ANATOMY = Code("123037004", "SCT", "Anatomical Structure")
_ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")

SEGMENT_TERMS: Mapping[str, SegmentTerm] = {
    "lesions": SegmentTerm("Lesion", _ABNORMAL, Code("108369006", "SCT", "Neoplasm"), (0.86, 0.08, 0.24)),
    "physiological": SegmentTerm(
        "Physiological uptake", _TISSUE, Code("physiological", "99NEMOPET", "Physiological uptake"), (0.25, 0.55, 0.85)
    ),
    "muscle": SegmentTerm("Skeletal muscle", _ANATOMY, Code("127954009", "SCT", "Skeletal muscle"), (0.75, 0.41, 0.35)),
    "fat_sc": SegmentTerm("Subcutaneous fat", _TISSUE, Code("67769002", "SCT", "Subcutaneous fat"), (0.90, 0.86, 0.27)),
    "fat_v": SegmentTerm(
        "Trunk fat",
        _TISSUE,
        Code("55603005", "SCT", "Fat"),
        (0.93, 0.60, 0.15),
        region=Code("22943007", "SCT", "Trunk"),
    ),
    "spleen": SegmentTerm("Spleen", _ANATOMY, Code("78961009", "SCT", "Spleen"), (0.62, 0.42, 0.64)),
}
"""By the names of the masks. The study calls trunk fat visceral; it holds the fat of the thorax too. SNOMED CT
has no concept for regions of physiological uptake, which a reader takes out of the lesions."""
