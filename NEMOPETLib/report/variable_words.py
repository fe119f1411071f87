"""Short names of the cohort table's columns, with their units, for tables and figures."""

from __future__ import annotations

from NEMOPETLib.cohort.columns import BY_NAME
from NEMOPETLib.report.words import LANGUAGES, Language

_TISSUES = {
    "muscle": ("Muscle", "Muscle"),
    "fat_sc": ("Subcutaneous fat", "Graisse sous-cutanée"),
    "fat_v": ("Visceral fat", "Graisse viscérale"),
    "spleen": ("Spleen", "Rate"),
}
_QUANTITIES = {
    "volume_ml": ("volume", "volume"),
    "sul_mean": ("SULmean", "SULmoyenne"),
    "hu_mean": ("mean HU", "HU moyenne"),
}
_LABELS = {
    "age_years": ("Age", "Âge"),
    "bmi": ("BMI", "IMC"),
    "weight_kg": ("Weight", "Poids"),
    "height_m": ("Height", "Taille"),
    "sex": ("Sex", "Sexe"),
    "hr": ("Hormone receptors (HR)", "Récepteurs hormonaux (HR)"),
    "her2": ("HER2", "HER2"),
    "subtype": ("Subtype", "Sous-type"),
    "tmtv_ml": ("TMTV", "TMTV"),
    "dmax_mm": ("Dmax (centroids)", "Dmax (centroïdes)"),
    "dmax_voxel_mm": ("Dmax (voxels)", "Dmax (voxels)"),
    "lesion_count": ("Number of lesions", "Nombre de lésions"),
    "tlg": ("TLG", "TLG"),
    "suv_max": ("SUVmax", "SUVmax"),
    "suv_mean": ("SUVmean", "SUVmoyenne"),
    "suv_peak": ("SUVpeak", "SUVpeak"),
    "bci": ("BCi", "BCi"),
    "os_months": ("Overall survival", "Survie globale"),
    "os_event": ("Death", "Décès"),
    **{
        f"{tissue}_{quantity}": (f"{english}: {what_english}", f"{french} : {what_french}")
        for tissue, (english, french) in _TISSUES.items()
        for quantity, (what_english, what_french) in _QUANTITIES.items()
    },
}
_FRENCH_UNITS = {"years": "ans", "months": "mois"}


def variable_label(column: str, language: Language, unit: bool = True) -> str:
    """Name of a column and its unit in brackets; an unknown column goes by its own name."""
    if column not in _LABELS:
        return column
    label = _LABELS[column][LANGUAGES.index(language)]
    shown = variable_unit(column, language) if unit else ""
    said = shown == "HU" or shown.startswith("g/ml")  # HU and SUV stand in the name
    return f"{label} ({shown})" if shown and not said else label


def variable_unit(column: str, language: Language) -> str:
    """Unit of a column, empty if it has none."""
    unit = BY_NAME[column].unit if column in BY_NAME else ""
    return _FRENCH_UNITS.get(unit, unit) if language == "fr" else unit
