"""The words of a batch's index page in English and French."""

from __future__ import annotations

from NEMOPETLib.report.words import LANGUAGES, Language

_WORDS = {
    "title": ("Batch: where things stand", "Lot : état des lieux"),
    "kind": ("Index of a batch", "Index d’un lot"),
    "table": ("Table", "Table"),
    "archive": ("Archive", "Archive"),
    "updated": ("As of", "État du"),
    # counts and standings
    "done": ("done", "fait"),
    "readers": ("approved or corrected", "validé ou corrigé"),
    "foreign": ("done, not by a batch", "fait, hors d’un lot"),
    "changed": ("done, changed since", "fait, modifié depuis"),
    "failed": ("failed", "échec"),
    "left_out": ("left out", "écarté"),
    "waiting": ("not done yet", "pas encore fait"),
    "to_review": ("to review", "à relire"),
    # sections
    "failures": ("Failures", "Échecs"),
    "no_failures": ("No patient failed.", "Aucun échec."),
    "patients": ("Patients", "Patients"),
    "no_patients": ("No patient is done yet.", "Aucun patient n’est encore fait."),
    "others": ("Left out", "Écartés"),
    # columns
    "picture": ("PET", "TEP"),
    "patient": ("Patient", "Patient"),
    "date": ("Date", "Date"),
    "standing": ("Standing", "État"),
    "folder": ("Folder", "Dossier"),
    "step": ("Step", "Étape"),
    "reason": ("Reason", "Raison"),
    "warnings": ("Warnings", "Avertissements"),
    "page_of": ("Page of patient {patient}", "Fiche du patient {patient}"),
    "mip_of": ("PET of patient {patient} from the front", "TEP du patient {patient}, de face"),
    # steps
    "find": ("finding the images", "recherche des images"),
    "read": ("reading", "lecture"),
    "segment": ("segmenting", "segmentation"),
    "measure": ("measuring", "mesure"),
    "write": ("writing", "écriture"),
    "work": ("working", "traitement"),
}


def batch_word(key: str, language: Language, **values: object) -> str:
    """A word of the page, with the values filled in; an unknown key is its own word."""
    return _WORDS.get(key, (key, key))[LANGUAGES.index(language)].format(**values)
