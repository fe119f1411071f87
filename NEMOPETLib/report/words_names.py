"""What the survival report calls models, ways of forming groups, risk groups and the two sets."""

from __future__ import annotations

_SUBTYPES = ("TNBC", "HR+HER2-", "HR+HER2+", "HER2+")

MODELS: dict[str, tuple[str, str]] = {
    "clinical": ("Clinical", "Clinique"),
    "radiomic": ("Radiomic", "Radiomique"),
    "clinical_radiomic": ("Clinical + radiomic", "Clinique + radiomique"),
    "bci": ("Organomic (BCi)", "Organomique (BCi)"),
    "bci_spleen": ("BCi + spleen", "BCi + rate"),
    "clinical_radiomic_organomic": ("Clinical + radiomic + organomic", "Clinique + radiomique + organomique"),
    "clinical_without_receptors": ("Clinical without HR and HER2", "Clinique sans HR ni HER2"),
    "clinical_radiomic_without_receptors": (
        "Clinical + radiomic without HR and HER2",
        "Clinique + radiomique sans HR ni HER2",
    ),
    "without_receptors": (
        "Clinical + radiomic + organomic without HR and HER2",
        "Clinique + radiomique + organomique sans HR ni HER2",
    ),
    **{f"tmtv_dmax_{subtype}": (f"TMTV + Dmax, {subtype}", f"TMTV + Dmax, {subtype}") for subtype in _SUBTYPES},
    "tmtv_dmax_by_subtype": ("TMTV + Dmax, one model a subtype", "TMTV + Dmax, un modèle par sous-type"),
    "three_groups_HR+HER2-": ("Three groups within HR+HER2-", "Trois groupes parmi les HR+HER2-"),
}

METHODS: dict[str, tuple[str, str]] = {
    "median": ("median", "médiane"),
    "quartiles": ("quartiles", "quartiles"),
    "rlr": ("rlr", "rlr"),
    "rlr_last": ("rlr, last cut", "rlr, dernier seuil"),
    "rhier": ("rhier", "rhier"),
    "rmolr": ("rmolr", "rmolr"),
    "surv_cutpoint": ("surv_cutpoint", "surv_cutpoint"),
    "time_roc": ("time ROC (Youden)", "time ROC (Youden)"),
}

GROUPS: dict[str, tuple[str, str]] = {
    "low": ("low", "faible"),
    "intermediate": ("intermediate", "intermédiaire"),
    "high": ("high", "élevé"),
}

NAMES: dict[str, tuple[str, str]] = {
    "train": ("train", "apprentissage"),
    "test": ("test", "test"),
    "positive": ("positive", "positif"),
    "negative": ("negative", "négatif"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "unit_months": ("months", "mois"),
    "unit_days": ("days", "jours"),
    "unit_years": ("years", "ans"),
    "from_to": ("{low} to {high}", "{low} à {high}"),
    "selection_both": ("stepwise AIC, both directions", "AIC pas à pas, deux sens"),
    "selection_backward": ("stepwise AIC, backward", "AIC pas à pas, descendant"),
    "selection_none": ("none, all variables", "aucune, toutes les variables"),
}

LEARNERS: dict[str, tuple[str, str]] = {
    "logistic regression, ridge": ("logistic regression, ridge", "régression logistique, ridge"),
    "Cox, ridge": ("Cox, ridge", "Cox, ridge"),
    "Cox, elastic net": ("Cox, elastic net", "Cox, elastic net"),
    "random survival forest": ("random survival forest", "forêt aléatoire de survie"),
    "gradient boosting": ("gradient boosting", "boosting de gradient"),
    "survival support vector machine": ("survival support vector machine", "machine à vecteurs de support de survie"),
}
