"""Every measurement once: its column, unit, DICOM or IBSI code, and formula.

The cohort table, the panel, the DICOM SR export and docs/measurements.md are made from ``MEASUREMENTS`` (one
value a patient) and ``LESION_MEASUREMENTS`` (one value a lesion).

Sources of the codes: DICOM PS3.16 (schemes DCM, SCT, UCUM; CID 85, 7464, 7466, 7469); IBSI reference manual,
arXiv:1612.07003.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from NEMOPETLib.coded_concept import Code


@dataclass(frozen=True)
class Measurement:
    """Definition of one number.

    Attributes
    ----------
    column
        Name in the cohort table, or of the field of a ``Lesion``.
    english, french
        Label.
    unit
        As shown; empty for a plain count.
    unit_code
        UCUM.
    quantity
        What is measured: DCM, SCT or IBSI.
    derivation
        How one number was made of many (mean, maximum, peak), if it was.
    ibsi
        The IBSI feature that this is, if it is one.
    formula
        Plain text.
    source
        Paper or standard.
    """

    column: str
    english: str
    french: str
    unit: str
    unit_code: Code
    quantity: Code
    derivation: Code | None
    ibsi: Code | None
    formula: str
    source: str


ML = Code("ml", "UCUM", "milliliter")
MM = Code("mm", "UCUM", "mm")
GRAM = Code("g", "UCUM", "gram")
NO_UNIT = Code("1", "UCUM", "no units")
HU = Code("[hnsf'U]", "UCUM", "Hounsfield unit")
SUVBW_UNIT = Code("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight")

VOLUME = Code("118565006", "SCT", "Volume")
METABOLIC_VOLUME = Code("126032", "DCM", "Metabolic Volume")
GLYCOLYSIS = Code("126033", "DCM", "Total Lesion Glycolysis")
DISTANCE = Code("121206", "DCM", "Distance")
LESION_NUMBER = Code("246206008", "SCT", "Number of lesions")
SUVBW = Code("126401", "DCM", "SUVbw")
ATTENUATION = Code("112031", "DCM", "Attenuation Coefficient")

MEAN = Code("373098007", "SCT", "Mean")
MAXIMUM = Code("56851009", "SCT", "Maximum")
PEAK = Code("126031", "DCM", "Peak Value Within ROI")

IBSI_VOXEL_VOLUME = Code("YEKZ", "IBSI", "Volume from Voxel Summation")
IBSI_MESH_VOLUME = Code("RNU0", "IBSI", "Volume of Mesh")
IBSI_DIAMETER = Code("L0JK", "IBSI", "Maximum 3D Diameter of a Mesh")
IBSI_INTEGRATED = Code("99N0", "IBSI", "Integrated Intensity")
IBSI_MEAN = Code("Q4LE", "IBSI", "Mean intensity")
IBSI_MAXIMUM = Code("84IY", "IBSI", "Maximum intensity")
IBSI_PEAK = Code("0F91", "IBSI", "Global intensity peak")

SUVLBM_MEANING = "Standardized Uptake Value lean body mass"
# Lean body mass formula, as ``suv_scheme`` names it: DICOM quantity and unit of the SUL made with it.
SUL_CODES = {
    "janmahasatian": (
        Code("126405", "DCM", "SUVlbm(Janma)"),
        Code("g/ml{SUVlbm(Janma)}", "UCUM", f"{SUVLBM_MEANING} (Janma)"),
    ),
    "james128": (
        Code("126406", "DCM", "SUVlbm(James128)"),
        Code("g/ml{SUVlbm(James128)}", "UCUM", f"{SUVLBM_MEANING} (James 128 multiplier)"),
    ),
    "james120": (
        Code("126402", "DCM", "SUVlbm"),
        Code("g/ml{SUVlbm}", "UCUM", f"{SUVLBM_MEANING} (James)"),
    ),
}

IBSI_MANUAL = "IBSI reference manual, arXiv:1612.07003"
BOELLAARD = "Boellaard R et al., Eur J Nucl Med Mol Imaging 2015;42:328–354"
WAHL = f"Wahl RL et al. (PERCIST), J Nucl Med 2009;50(Suppl 1):122S–150S; {IBSI_MANUAL}"
COTTEREAU = "Cottereau AS et al., J Nucl Med 2020;61:40–45"
COTTEREAU_VOXEL = "Cottereau AS et al., Cancers 2021;13:3998"
JANMAHASATIAN = "Janmahasatian S et al., Clin Pharmacokinet 2005;44:1051–1065"
DICOM_HU = "DICOM PS3.3 C.11.1.1.2"

PEAK_FORMULA = (
    "highest mean SUVbw of the spheres of 1 ml (radius 6.2 mm) centred at {} voxel centres: mean of all PET "
    "voxels, in the lesion or not, whose centre is in the sphere; beyond the edge of the PET nothing counts"
)


def _tissue(name: str, english: str, french: str) -> dict[str, Measurement]:
    """Volume, mean SUL and mean HU of a tissue, by what ends their column name."""
    quantity, unit = SUL_CODES["janmahasatian"]
    return {
        "volume_ml": Measurement(
            f"{name}_volume_ml", f"{english}: volume", f"{french} : volume", "ml", ML, VOLUME, None,
            IBSI_VOXEL_VOLUME, "voxels of the mask × voxel volume", IBSI_MANUAL,
        ),
        "sul_mean": Measurement(
            f"{name}_sul_mean", f"{english}: SULmean", f"{french} : SULmoyenne", "g/ml (SUL)", unit, quantity,
            MEAN, IBSI_MEAN,
            "mean of SUVbw × lean body mass ÷ weight over the mask's voxel centres in the PET's field of "
            "view, the PET interpolated linearly",
            f"{JANMAHASATIAN}; {IBSI_MANUAL}",
        ),
        "hu_mean": Measurement(
            f"{name}_hu_mean", f"{english}: mean HU", f"{french} : HU moyenne", "HU", HU, ATTENUATION, MEAN,
            IBSI_MEAN, "mean HU over the mask's voxels", f"{DICOM_HU}; {IBSI_MANUAL}",
        ),
    }  # fmt: skip


_MUSCLE = _tissue("muscle", "Skeletal muscle", "Muscle squelettique")
_FAT_SC = _tissue("fat_sc", "Subcutaneous fat", "Graisse sous-cutanée")
_FAT_V = _tissue("fat_v", "Visceral (trunk) fat", "Graisse viscérale (du tronc)")
_SPLEEN = _tissue("spleen", "Spleen", "Rate")

MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement(
        "tmtv_ml", "Total metabolic tumour volume (TMTV)", "Volume tumoral métabolique total (TMTV)", "ml",
        ML, METABOLIC_VOLUME, None, IBSI_VOXEL_VOLUME, "voxels of all lesions × voxel volume",
        f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "dmax_mm", "Dmax (lesion centroids)", "Dmax (centroïdes des lésions)", "mm", MM, DISTANCE, MAXIMUM,
        None,
        "largest distance between two lesion centroids, each the plain mean of its voxel centres; 0 with one "
        "lesion, empty without",
        COTTEREAU,
    ),
    Measurement(
        "dmax_voxel_mm", "Dmax (lesion voxels)", "Dmax (voxels des lésions)", "mm", MM, DISTANCE, MAXIMUM,
        None,
        "largest distance between two voxel centres of lesions, of one or two; empty without a lesion",
        COTTEREAU_VOXEL,
    ),
    Measurement(
        "lesion_count", "Number of lesions", "Nombre de lésions", "", NO_UNIT, LESION_NUMBER, None, None,
        "labels of the lesion map; of a mask, its components by 26 neighbours", BOELLAARD,
    ),
    Measurement(
        "tlg", "Total lesion glycolysis (TLG)", "Glycolyse lésionnelle totale (TLG)", "g", GRAM, GLYCOLYSIS,
        None, None, "sum over the lesions of SUVmean × volume in ml (voxels × voxel volume)", BOELLAARD,
    ),
    Measurement(
        "suv_max", "SUVmax", "SUVmax", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, MAXIMUM, IBSI_MAXIMUM,
        "highest SUVbw of all lesion voxels", f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "suv_mean", "SUVmean", "SUVmoyenne", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, MEAN, IBSI_MEAN,
        "mean SUVbw of all lesion voxels = TLG ÷ TMTV", f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "suv_peak", "SUVpeak", "SUVpeak", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, PEAK, IBSI_PEAK,
        PEAK_FORMULA.format("all lesions'"), WAHL,
    ),
    *_MUSCLE.values(),
    *_FAT_SC.values(),
    *_FAT_V.values(),
    _SPLEEN["sul_mean"],
    _SPLEEN["volume_ml"],
    _SPLEEN["hu_mean"],
)  # fmt: skip

LESION_MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement(
        "volume_ml", "Metabolic volume", "Volume métabolique", "ml", ML, METABOLIC_VOLUME, None,
        IBSI_VOXEL_VOLUME, "voxels of the lesion × voxel volume", f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "mesh_volume_ml", "Volume of the mesh", "Volume du maillage", "ml", ML, IBSI_MESH_VOLUME, None,
        IBSI_MESH_VOLUME, "volume inside the marching-cubes surface of the lesion at 0.5", IBSI_MANUAL,
    ),
    Measurement(
        "max_diameter_mm", "Largest diameter", "Plus grand diamètre", "mm", MM, IBSI_DIAMETER, None,
        IBSI_DIAMETER, "largest distance between two vertices of that surface", IBSI_MANUAL,
    ),
    Measurement(
        "suv_max", "SUVmax", "SUVmax", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, MAXIMUM, IBSI_MAXIMUM,
        "highest SUVbw of the lesion's voxels", f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "suv_mean", "SUVmean", "SUVmoyenne", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, MEAN, IBSI_MEAN,
        "mean SUVbw of the lesion's voxels", f"{BOELLAARD}; {IBSI_MANUAL}",
    ),
    Measurement(
        "suv_peak", "SUVpeak", "SUVpeak", "g/ml (SUVbw)", SUVBW_UNIT, SUVBW, PEAK, IBSI_PEAK,
        PEAK_FORMULA.format("the lesion's"), WAHL,
    ),
    Measurement(
        "tlg", "Lesion glycolysis", "Glycolyse lésionnelle", "g", GRAM, GLYCOLYSIS, None, None,
        "SUVmean × volume in ml (voxels × voxel volume)", BOELLAARD,
    ),
    Measurement(
        "integrated_intensity", "Integrated intensity", "Intensité intégrée", "g", GRAM, IBSI_INTEGRATED,
        None, IBSI_INTEGRATED, "SUVmean × volume of the mesh in ml", IBSI_MANUAL,
    ),
)  # fmt: skip


def measurement(column: str, lean_body_mass: str = "janmahasatian") -> Measurement:
    """The definition of a column of the cohort table.

    Parameters
    ----------
    column
        One of those of ``MEASUREMENTS``.
    lean_body_mass
        Formula with which the SUL was made, a key of ``SUL_CODES``: DICOM has a code and a unit for each.

    Raises
    ------
    KeyError
        If there is no such column or formula.
    """
    found = {definition.column: definition for definition in MEASUREMENTS}[column]
    if not column.endswith("_sul_mean"):
        return found
    quantity, unit = SUL_CODES[lean_body_mass]
    return replace(found, quantity=quantity, unit_code=unit)
