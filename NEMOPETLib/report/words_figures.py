"""Words of the survival report's figures and their text alternatives."""

from __future__ import annotations

FIGURE_WORDS: dict[str, tuple[str, str]] = {
    # axes
    "axis_survival": ("Survival", "Survie"),
    "axis_time": ("Time ({unit})", "Temps ({unit})"),
    "axis_hazard_ratio": ("Hazard ratio (95% CI)", "Rapport de risques (IC 95 %)"),
    "axis_cut": ("Cut-point of the risk score", "Seuil du score de risque"),
    "axis_auc": ("AUC", "AUC"),
    "axis_predicted": ("Predicted risk at {horizon}", "Risque prédit à {horizon}"),
    "axis_observed": ("Observed risk at {horizon}", "Risque observé à {horizon}"),
    "axis_threshold": ("Threshold of the risk at {horizon}", "Seuil du risque à {horizon}"),
    "axis_benefit": ("Net benefit", "Bénéfice net"),
    "axis_beta": ("β(t)", "β(t)"),
    "statistic_z": ("|Z| (log-rank)", "|Z| (log-rank)"),
    "statistic_maxstat": ("Standardised rank statistic", "Statistique de rang standardisée"),
    "statistic_youden": ("Youden’s index", "Indice de Youden"),
    # inside
    "at_risk": ("At risk", "À risque"),
    "legend_group": ("{name}: n = {n}, events = {events}", "{name} : n = {n}, événements = {events}"),
    "legend_empty": ("{name}: n = 0", "{name} : n = 0"),
    "naive_limit": ("{value}: p = 0.05 of a single cut", "{value} : p = 0,05 d’un seul seuil"),
    "treat_all": ("treat all", "traiter tous"),
    "treat_none": ("treat none", "ne traiter personne"),
    "per_sd": ("per SD = {sd}", "par écart-type = {sd}"),
    "yes_no": ("positive against negative", "positif contre négatif"),
    "one_zero": ("1 against 0", "1 contre 0"),
    "level_reference": ("against {reference}", "contre {reference}"),
    # titles
    "title_kaplan_meier": ("{model}: {method}, {set}", "{model} : {method}, {set}"),
    "title_frozen": ("{model}, frozen: {method}", "{model}, gelé : {method}"),
    "title_pool": ("{pool}: {method}, {set}", "{pool} : {method}, {set}"),
    "title_forest": ("{model}: hazard ratios", "{model} : rapports de risques"),
    "title_profile": ("{model}: search of the {method} cut-point", "{model} : recherche du seuil {method}"),
    "title_correlation": ("Spearman’s correlations, train", "Corrélations de Spearman, apprentissage"),
    "title_auc": ("{model}: time-dependent AUC", "{model} : AUC dépendante du temps"),
    "title_calibration": ("{model}: calibration at {horizon}", "{model} : calibration à {horizon}"),
    "title_decision": ("Decision curves at {horizon}, {set}", "Courbes de décision à {horizon}, {set}"),
    "title_zph": ("{model}: effects over time", "{model} : effets au cours du temps"),
    "title_classifier": ("Classifier", "Classifieur"),
    # text alternatives
    "alt_kaplan_meier": (
        "Kaplan–Meier curves with 95% confidence bands. Survival at {time} {unit}: {groups}.",
        "Courbes de Kaplan–Meier avec bandes de confiance à 95 %. Survie à {time} {unit} : {groups}.",
    ),
    "alt_kaplan_meier_group": ("{name} {survival}, n = {n}", "{name} {survival}, n = {n}"),
    "alt_forest": (
        "Hazard ratios with 95% confidence intervals: {rows}.",
        "Rapports de risques avec intervalles de confiance à 95 % : {rows}.",
    ),
    "alt_profile": (
        "{statistic} at {n} admissible cut-points from {low} to {high}; it is at most {top}. Chosen: {cuts}.",
        "{statistic} pour {n} seuils admissibles de {low} à {high} ; au plus {top}. Retenu : {cuts}.",
    ),
    "correlated": ("{one} with {other} {rho}", "{one} avec {other} {rho}"),
    "alt_correlation": (
        (
            "Heat map of the signed rank correlations of {n} variables. The strongest: {pairs}. The table has those "
            "of at least 0.3."
        ),
        (
            "Carte des corrélations de rang signées de {n} variables. Les plus fortes : {pairs}. Le tableau donne "
            "celles d’au moins 0,3."
        ),
    ),
    "alt_auc_curve": ("{name} {first} at {start} and {last} at {end}", "{name} {first} à {start} et {last} à {end}"),
    "alt_auc": (
        "Area under the time-dependent ROC curve with 95% band, times in {unit}: {curves}. 0.5 is chance.",
        (
            "Aire sous la courbe ROC dépendante du temps avec bande à 95 %, temps en {unit} : {curves}. 0,5 est le "
            "hasard."
        ),
    ),
    "predicted_observed": (
        "{predicted} predicted and {observed} observed",
        "{predicted} prédit et {observed} observé",
    ),
    "alt_calibration_set": ("{name}: {pairs}", "{name} : {pairs}"),
    "alt_calibration": (
        "Risk of the event up to {horizon} in groups of similar prediction. {sets}.",
        "Risque de l’événement jusqu’à {horizon} par groupes de prédiction voisine. {sets}.",
    ),
    "alt_decision_better": (
        "{name}: more net benefit than treating all or none at thresholds between {low} and {high}",
        "{name} : plus de bénéfice net que traiter tous ou aucun pour des seuils entre {low} et {high}",
    ),
    "alt_decision_never": (
        "{name}: at no threshold more net benefit than treating all or none",
        "{name} : à aucun seuil plus de bénéfice net que traiter tous ou aucun",
    ),
    "alt_decision": (
        "Net benefit by threshold of the risk at {horizon}. {models}.",
        "Bénéfice net selon le seuil du risque à {horizon}. {models}.",
    ),
    "alt_zph": (
        "Scaled Schoenfeld residuals over time with a smooth and its band; test of proportional hazards: {terms}.",
        "Résidus de Schoenfeld au cours du temps, lissage et bande ; test des risques proportionnels : {terms}.",
    ),
}
