"""The words of the patient page in English and French."""

from __future__ import annotations

from typing import Literal, get_args

from NEMOPETLib.errors import InputError

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_WORDS = {
    "page": ("Quality control page", "Fiche de contrôle qualité"),
    "patient": ("Patient", "Patient"),
    "notice": ("For research, not for clinical decisions.", "Pour la recherche, pas pour des décisions cliniques."),
    # the patient
    "study_date": ("Study date", "Date d’examen"),
    "sex": ("Sex", "Sexe"),
    "age_years": ("Age", "Âge"),
    "weight_kg": ("Weight", "Poids"),
    "height_m": ("Height", "Taille"),
    "bmi": ("BMI", "IMC"),
    "sex_F": ("female", "femme"),
    "sex_M": ("male", "homme"),
    "sex_O": ("other", "autre"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "years": ("years", "ans"),
    # pictures
    "pictures": ("Pictures", "Images"),
    "anterior": ("PET, anterior", "TEP, face"),
    "lateral": ("PET, lateral", "TEP, profil"),
    "anterior_mip": (
        "Anterior maximum-intensity projection of the PET",
        "Projection d’intensité maximale de la TEP, de face",
    ),
    "lateral_mip": (
        "Lateral maximum-intensity projection of the PET",
        "Projection d’intensité maximale de la TEP, de profil",
    ),
    "section": ("CT, coronal section", "TDM, coupe coronale"),
    "no_pet": ("No PET", "Pas de TEP"),
    "no_ct": ("No CT", "Pas de TDM"),
    "no_section": ("The section lies outside the CT", "La coupe est hors de la TDM"),
    "right": ("R", "D"),
    "left": ("L", "G"),
    "front": ("A", "A"),
    "back": ("P", "P"),
    "head": ("head", "tête"),
    "feet": ("feet", "pieds"),
    "suv_window": ("SUVbw {low} (white) to {high} (black)", "SUVbw {low} (blanc) à {high} (noir)"),
    "hu_window": ("CT window {low} to {high} HU", "Fenêtre TDM {low} à {high} HU"),
    "outlined": ("{n} lesions outlined", "{n} lésions entourées"),
    "outlined_one": ("1 lesion outlined", "1 lésion entourée"),
    "numbered": ("the {n} largest numbered", "les {n} plus grandes numérotées"),
    "no_lesion_mask": ("No lesion mask", "Pas de masque de lésions"),
    "no_lesion": ("No lesion", "Aucune lésion"),
    "no_tissue_mask": ("No tissue mask", "Pas de masque de tissu"),
    "not_in_section": ("not in this section", "hors de cette coupe"),
    "plane": ("plane P = {mm} mm", "plan P = {mm} mm"),
    # numbers
    "measurements": ("Measurements", "Mesures"),
    "model": ("Model", "Modèle"),
    "model_id": ("Model", "Modèle"),
    "bci": ("Body composition index (BCI)", "Indice de composition corporelle (BCI)"),
    "risk_score": ("Risk score", "Score de risque"),
    "risk_group": ("Risk group", "Groupe de risque"),
    "lesions": ("Lesions, largest first", "Lésions, de la plus grande"),
    "number": ("No.", "N°"),
    "measurement": ("Measurement", "Mesure"),
    "value": ("Value", "Valeur"),
    "unit": ("Unit", "Unité"),
    "smaller_lesions": (
        "and {n} smaller lesions, {ml} ml in all, outlined without a number",
        "et {n} lésions plus petites, {ml} ml au total, entourées sans numéro",
    ),
    "smaller_lesion": (
        "and 1 smaller lesion of {ml} ml, outlined without a number",
        "et 1 lésion plus petite de {ml} ml, entourée sans numéro",
    ),
    # what to know
    "warnings": ("Warnings", "Avertissements"),
    "no_warnings": ("No warnings.", "Aucun avertissement."),
    "provenance": ("How it was made", "Provenance"),
    "suv_scheme": ("SUV from", "SUV depuis"),
    "lbm_formula": ("Lean body mass (SUL)", "Masse maigre (SUL)"),
    "lesion_engine": ("Lesions by", "Lésions par"),
    "tissue_engine": ("Tissues by", "Tissus par"),
    "overrides": ("Given by the user", "Donné par l’utilisateur"),
    "corrected_segments": ("Corrected by the reader", "Corrigé par le lecteur"),
    "reader": ("Reader", "Lecteur"),
    "reviewed": ("Reviewed", "Relu"),
    "measured_at": ("Measured at", "Mesuré le"),
    "software_version": ("Software", "Logiciel"),
}


def word(key: str, language: Language, **values: object) -> str:
    """A word or phrase of the page, with the values filled in. Raises KeyError for an unknown key."""
    return _WORDS[key][LANGUAGES.index(language)].format(**values)


def checked_language(language: str) -> Language:
    """The language, if the page can be written in it; else an ``InputError``."""
    for known in LANGUAGES:
        if language == known:
            return known
    raise InputError(f"the page cannot be written in the language {language!r}: choose one of {', '.join(LANGUAGES)}")
