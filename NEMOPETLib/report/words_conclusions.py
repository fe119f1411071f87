"""The sentences of the survival report that weigh its results: comparison, validation, departures, provenance."""

from __future__ import annotations

CONCLUSIONS: dict[str, tuple[str, str]] = {
    # side by side
    "side_by_side_said": (
        "The same patients of test, grouped by each model with its cut-points of train.",
        "Les mêmes patients du test, groupés par chaque modèle avec ses seuils d’apprentissage.",
    ),
    "side_by_side_train": (
        "There is no test set: the same patients taught the models, so that these differences are too large.",
        (
            "Il n’y a pas de jeu de test : les mêmes patients ont servi à l’apprentissage, ces différences sont donc "
            "trop grandes."
        ),
    ),
    "fisher_note": (
        "Δ: lowest less highest group in percentage points. Fisher’s exact test of these two groups at the horizon.",
        (
            "Δ : groupe le plus faible moins le plus élevé, en points. Test exact de Fisher de ces deux groupes à "
            "l’horizon."
        ),
    ),
    "honest_empty": (
        "{model}: {n} patients with {events} events; no difference can be told, for a group is empty ({groups}).",
        (
            "{model} : {n} patients et {events} événements ; aucune différence ne peut être dite, un groupe est vide "
            "({groups})."
        ),
    ),
    "honest_not_shown": (
        (
            "{model}: {n} patients with {events} events. Survival at {horizon} differs by {difference} points; "
            "Fisher’s {p}. The interval includes 0: a difference is not shown, and with so few patients a large one "
            "is not ruled out either."
        ),
        (
            "{model} : {n} patients et {events} événements. La survie à {horizon} diffère de {difference} points ; "
            "Fisher {p}. L’intervalle contient 0 : aucune différence n’est montrée, et avec si peu de patients une "
            "grande n’est pas exclue non plus."
        ),
    ),
    "honest_shown": (
        (
            "{model}: {n} patients with {events} events. Survival at {horizon} differs by {difference} points; "
            "Fisher’s {p}. The interval excludes 0, but its width shows how little so few patients tell of the size."
        ),
        (
            "{model} : {n} patients et {events} événements. La survie à {horizon} diffère de {difference} points ; "
            "Fisher {p}. L’intervalle exclut 0, mais sa largeur montre combien si peu de patients en disent peu sur "
            "l’ampleur."
        ),
    ),
    "honest_disagree": (
        (
            "{model}: {n} patients with {events} events. Survival at {horizon} differs by {difference} points, an "
            "interval that excludes 0, but Fisher’s exact test gives {p}: with so few patients the difference is not "
            "shown reliably."
        ),
        (
            "{model} : {n} patients et {events} événements. La survie à {horizon} diffère de {difference} points, "
            "intervalle qui exclut 0, mais le test exact de Fisher donne {p} : avec si peu de patients, la "
            "différence n’est pas montrée de façon fiable."
        ),
    ),
    # validation
    "validation_said": (
        (
            "Numbers of train are apparent: the model was fitted to these patients. Only test, or the bootstrap, "
            "tells what to expect."
        ),
        (
            "Les nombres d’apprentissage sont apparents : le modèle a été ajusté sur ces patients. Seuls le test ou "
            "le bootstrap disent à quoi s’attendre."
        ),
    ),
    "interval_note": (
        (
            "C-index: Harrell’s, with the infinitesimal jackknife. AUC: time-dependent, weighted by inverse "
            "probability of censoring."
        ),
        (
            "Indice C : de Harrell, jackknife infinitésimal. AUC : dépendante du temps, pondérée par l’inverse de la "
            "probabilité de censure."
        ),
    ),
    "accuracy_note": (
        (
            "Brier: mean squared error, 0 is perfect. Error removed: share of the Kaplan–Meier error that the model "
            "removes. Slope: 1 is calibrated, below 1 overfitted. Observed / expected: deaths seen over deaths "
            "predicted."
        ),
        (
            "Brier : erreur quadratique moyenne, 0 est parfait. Erreur évitée : part de l’erreur de Kaplan–Meier que "
            "le modèle évite. Pente : 1 est calibré, moins de 1 surajusté. Observé / attendu : événements observés "
            "sur prédits."
        ),
    ),
    "optimism_said": (
        (
            "In each of {samples} bootstrap samples the whole chain was learned anew: scores of earlier models, "
            "selection, fit and cut-points."
        ),
        (
            "Dans chacun des {samples} échantillons bootstrap, toute la chaîne a été réapprise : scores des modèles "
            "précédents, sélection, ajustement et seuils."
        ),
    ),
    "optimism_note": (
        (
            "Slope: mean calibration slope of the samples’ models in the original patients; below 1, coefficients "
            "should shrink by it."
        ),
        (
            "Pente : pente de calibration moyenne des modèles des échantillons chez les patients d’origine ; sous 1, "
            "les coefficients devraient être réduits d’autant."
        ),
    ),
    "separation_note": (
        "Log-rank χ² between the groups, less what the search and fit add to it by chance.",
        "χ² du log-rank entre groupes, moins ce que la recherche et l’ajustement y ajoutent par hasard.",
    ),
    "nested_note": (
        "In train, each model with all its entry variables.",
        "Sur l’apprentissage, chaque modèle avec toutes ses variables d’entrée.",
    ),
    # further
    "frozen_said": (
        "Applied as they are to the test patients, those added since included: nothing is fitted or cut anew.",
        "Appliqués tels quels aux patients du test, y compris ceux ajoutés depuis : rien n’est réajusté ni recoupé.",
    ),
    "further_said": (
        "These questions arose from the results; take their answers as hypotheses.",
        "Ces questions sont nées des résultats ; leurs réponses sont des hypothèses.",
    ),
    "pool_said": (
        "Groups of models of different patients, taken together: {models}. p-values are not corrected.",
        "Groupes de modèles de patients différents, réunis : {models}. Les p ne sont pas corrigés.",
    ),
    "classifier_said": (
        "Is the event to come by {horizon}? Censored patients are weighted. Variables: {variables}.",
        "L’événement surviendra-t-il d’ici {horizon} ? Les patients censurés sont pondérés. Variables : {variables}.",
    ),
    "classifier_chosen": (
        "Chosen by the lowest Brier score: {name}.",
        "Retenu pour son score de Brier le plus bas : {name}.",
    ),
    "learners_note": (
        (
            "Out-of-fold predictions, calibrated. A Brier score above that of Kaplan–Meier is worse than no variable "
            "at all."
        ),
        (
            "Prédictions hors pli, calibrées. Un score de Brier au-dessus de celui de Kaplan–Meier est pire que sans "
            "variable."
        ),
    ),
    "classifier_note": ("Train: out of fold.", "Apprentissage : hors pli."),
    # reporting
    "departures_said": (
        "All other numbers agree with R’s survival, MASS, maxstat, survminer, timeROC and rolr to rounding.",
        (
            "Tous les autres nombres sont ceux de survival, MASS, maxstat, survminer, timeROC et rolr de R, à "
            "l’arrondi près."
        ),
    ),
    "departure_tied_scores_said": (
        (
            "Equal scores are never separated by a cut-point. R’s rolr splits them by the order of the rows, so its "
            "cut-point can change when the table is sorted."
        ),
        (
            "Des scores égaux ne sont jamais séparés par un seuil. rolr de R les coupe selon l’ordre des lignes, son "
            "seuil peut donc changer avec le tri de la table."
        ),
    ),
    "departure_tied_event_censoring_said": (
        "rmolr allows a time with both an event and a censoring. R’s rolr stops with an error there.",
        "rmolr admet un temps avec un événement et une censure. rolr de R s’y arrête avec une erreur.",
    ),
    "departure_no_second_cut_said": (
        (
            "Where neither side of the first cut can be split again in the same direction, rhier makes two groups "
            "and says so. R’s rolr returns the first cut twice."
        ),
        (
            "Si aucun côté du premier seuil ne se coupe encore dans le même sens, rhier fait deux groupes et le dit. "
            "rolr de R rend deux fois le premier seuil."
        ),
    ),
    "departure_administrative_censoring_said": (
        (
            "Where everybody left is censored exactly at the time asked for, AUC and Brier score are evaluated just "
            "below it. R’s timeROC returns NA there."
        ),
        (
            "Si tous ceux qui restent sont censurés exactement au temps demandé, l’AUC et le score de Brier sont "
            "évalués juste avant. timeROC de R y rend NA."
        ),
    ),
    "failures_said": (
        "What could not be computed (all else stands):",
        "Ce qui n’a pas pu être calculé (tout le reste vaut) :",
    ),
    "no_failures": ("Everything asked for was computed.", "Tout ce qui était demandé a été calculé."),
    "warnings_said": ("Warnings:", "Avertissements :"),
    "no_warnings": ("No warnings.", "Aucun avertissement."),
    "tripod_said": (
        "Filled in where the software knows the answer (Collins et al., BMJ 2024;385:e078378).",
        "Remplie là où le logiciel connaît la réponse (Collins et al., BMJ 2024;385:e078378).",
    ),
    "frozen_note": (
        "A model of simulated patients is refused for real ones. Scores of new rows: nemopet score MODEL COHORT.",
        (
            "Un modèle de patients simulés est refusé pour de vrais patients. Scores de nouvelles lignes : nemopet "
            "score MODEL COHORT."
        ),
    ),
}
