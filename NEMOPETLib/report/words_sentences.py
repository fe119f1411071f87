"""The sentences of the survival report."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "research_only": (
        "For research, not for clinical decisions.",
        "Pour la recherche, pas pour des décisions cliniques.",
    ),
    "simulated_banner": (
        "Simulated data: no row is a patient, and nothing here says anything about real patients.",
        "Données simulées : aucune ligne n’est un patient, et rien ici ne concerne de vrais patients.",
    ),
    "simulated_said": (
        (
            "Simulated data: the effects were put in by a simulator. The models learned here are refused for real "
            "patients."
        ),
        (
            "Données simulées : les effets viennent d’un simulateur. Les modèles appris ici sont refusés pour de "
            "vrais patients."
        ),
    ),
    "origin_real_said": (
        "All rows and all models come from real patients, as far as the table says.",
        "Toutes les lignes et tous les modèles viennent de patients réels, pour autant que la table le dise.",
    ),
    # in short
    "summary_set": (
        "{set}: {n} of {rows} rows analysed, {events} events",
        "{set} : {n} lignes analysées sur {rows}, {events} événements",
    ),
    "summary_rows": ("{sets}.", "{sets}."),
    "summary_model": (
        "{model} keeps {kept}; C-index in {set} {c}.",
        "{model} retient {kept} ; indice C ({set}) {c}.",
    ),
    "summary_optimism": (
        "Its C-index in train is {apparent}, and {corrected} once the optimism of the whole chain is taken off.",
        "Son indice C d’apprentissage est {apparent}, et {corrected} une fois ôté l’optimisme de toute la chaîne.",
    ),
    "summary_corrected": (
        "Once the optimism of the whole chain is taken off, {corrected} is left.",
        "Une fois ôté l’optimisme de toute la chaîne, il reste {corrected}.",
    ),
    "summary_gain": (
        "{larger} discriminates better than {smaller} in {set}: difference of C {difference}, {p}.",
        "{larger} discrimine mieux que {smaller} ({set}) : différence de C {difference}, {p}.",
    ),
    "summary_no_gain": (
        "That {larger} discriminates better than {smaller} is not shown in {set}: difference of C {difference}, {p}.",
        "Que {larger} discrimine mieux que {smaller} n’est pas montré ({set}) : différence de C {difference}, {p}.",
    ),
    "summary_naive": (
        (
            "Naive p-values of groups whose cut-points were searched on the same patients are far too small; the "
            "corrected one stands beside each of them."
        ),
        (
            "Les p naïfs de groupes dont les seuils ont été cherchés sur les mêmes patients sont bien trop petits ; "
            "le p corrigé figure à côté de chacun."
        ),
    ),
    # cohort
    "endpoint_said": (
        "Endpoint: {name} (column {time} in {unit}; {event} is 1 for an event, 0 for censored).",
        "Critère : {name} (colonne {time} en {unit} ; {event} vaut 1 pour un événement, 0 pour une censure).",
    ),
    "complete_cases": (
        "All models use the same complete rows; nothing is imputed.",
        "Tous les modèles utilisent les mêmes lignes complètes ; rien n’est imputé.",
    ),
    "nothing_missing": ("No value is missing.", "Aucune valeur ne manque."),
    "flow_note": (
        "Events: number and share of the rows analysed. Follow-up by reverse Kaplan–Meier.",
        "Événements : nombre et part des lignes analysées. Suivi par Kaplan–Meier inversé.",
    ),
    "baseline_note": ("Mean ± standard deviation, or number (%).", "Moyenne ± écart-type, ou nombre (%)."),
    "composition_said": (
        (
            "BCi is the risk score of the model “{model}”, exp(linear predictor), centred on train: 1 is average, "
            "more is worse. It was learned in train and enters later models as one variable, so that train flatters "
            "it."
        ),
        (
            "Le BCi est le score de risque du modèle « {model} », exp(prédicteur linéaire), centré sur "
            "l’apprentissage : 1 est la moyenne, plus est moins bon. Appris sur l’apprentissage, il entre ensuite "
            "comme une variable ; l’apprentissage le flatte donc."
        ),
    ),
    # models
    "models_said": (
        "Cox models with Efron’s handling of ties. Continuous variables enter as they are.",
        "Modèles de Cox, ex æquo selon Efron. Les variables continues entrent telles quelles.",
    ),
    "events_per_variable_note": (
        (
            "Events for each coefficient that competed to enter, those of scores that are variables included; fewer "
            "than 10 foretell optimism."
        ),
        (
            "Événements par coefficient candidat, y compris ceux des scores qui sont des variables ; moins de 10 "
            "annoncent de l’optimisme."
        ),
    ),
    "selection_said": ("Selection: {how}.", "Sélection : {how}."),
    "few_events": (
        "{events} events are {each} for each candidate coefficient, fewer than 10: expect optimism.",
        "{events} événements font {each} par coefficient candidat, moins de 10 : l’optimisme est à craindre.",
    ),
    "no_variable_said": (
        "The selection kept no variable: everybody has the same risk, and there are no groups.",
        "La sélection n’a gardé aucune variable : le risque est le même pour tous, et il n’y a pas de groupes.",
    ),
    "likelihood_ratio_said": (
        "Against the model without variables: likelihood ratio χ² = {chisq}, {df} df, {p}.",
        "Contre le modèle sans variable : rapport de vraisemblance χ² = {chisq}, {df} ddl, {p}.",
    ),
    "zph_holds": (
        "No sign that hazards are not proportional ({p} of the global test).",
        "Pas d’indice contre des risques proportionnels ({p} au test global).",
    ),
    "zph_departs": (
        (
            "Hazards are not proportional ({p} of the global test): an effect changes with time, and its hazard "
            "ratio is an average."
        ),
        (
            "Les risques ne sont pas proportionnels ({p} au test global) : un effet change avec le temps, et son "
            "rapport de risques est une moyenne."
        ),
    ),
    "same_model_share": (
        "The same variables are selected in {share} of {samples} bootstrap samples.",
        "Les mêmes variables sont retenues dans {share} de {samples} échantillons bootstrap.",
    ),
    "variables_note": (
        (
            "SE: standard error. PH test: score test of proportional hazards (R’s cox.zph). VIF: variance inflation "
            "in the full model, above {limit} hard to tell apart."
        ),
        (
            "ET : erreur type. Test RP : test du score des risques proportionnels (cox.zph de R). VIF : inflation de "
            "la variance dans le modèle complet, au-dessus de {limit} difficile à séparer."
        ),
    ),
    # groups
    "groups_said": (
        "Cut-points are found in train and applied unchanged to test.",
        "Les seuils sont trouvés sur l’apprentissage et appliqués tels quels au test.",
    ),
    "naive_said": (
        (
            "A naive p-value pretends that nothing was fitted or searched on these patients: without any true "
            "effect, it is below 0.05 in a third to half of all studies for searched cut-points. A corrected p-value "
            "repeats the whole chain (selection, fit, search) on permuted outcomes. In test the log-rank test needs "
            "no correction."
        ),
        (
            "Un p naïf feint que rien n’a été ajusté ni cherché sur ces patients : sans aucun effet réel, il est "
            "sous 0,05 dans un tiers à la moitié des études pour des seuils cherchés. Un p corrigé répète toute la "
            "chaîne (sélection, ajustement, recherche) sur des issues permutées. Sur le test, le log-rank n’a pas "
            "besoin de correction."
        ),
    ),
    "cuts_note": (
        "Cut-points of the risk score; a patient above is in the higher group. Bootstrap of the whole chain.",
        "Seuils du score de risque ; au-dessus, le groupe de risque plus élevé. Bootstrap de toute la chaîne.",
    ),
    "survival_note": (
        (
            "Kaplan–Meier survival with its 95% interval (log); none (–) where nobody died. Δ: lowest less highest "
            "group in percentage points, 95% Wald interval, which is too narrow where nobody died in one of the two."
        ),
        (
            "Survie de Kaplan–Meier avec son intervalle à 95 % (log) ; aucun (–) si personne n’est décédé. Δ : "
            "groupe le plus faible moins le plus élevé, en points, intervalle de Wald à 95 %, trop étroit si "
            "personne n’est décédé dans l’un des deux."
        ),
    ),
    "subtype_note": ("Number, and share of the subtype in the set.", "Nombre, et part du sous-type dans le jeu."),
    "naive_p_said": ("Log-rank, naive {p}", "Log-rank, {p} naïf"),
    "corrected_p_said": ("Corrected {p} ({how})", "{p} corrigé ({how})"),
    "uncorrected_said": ("Not corrected for fit or search", "Ni ajustement ni recherche corrigés"),
    "test_p_said": ("Log-rank {p}", "Log-rank {p}"),
    "no_log_rank": (
        "No log-rank test: one group, or no event",
        "Pas de log-rank : un seul groupe, ou aucun événement",
    ),
    "other_figures": (
        "Curves and profiles of the other methods ({methods}) are in the folder figures.",
        "Les courbes et profils des autres méthodes ({methods}) sont dans le dossier figures.",
    ),
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
    "honest_certain": (
        "The interval takes the group {groups}, in which nobody had the event, as certain, and is too narrow.",
        "L’intervalle tient le groupe {groups}, sans aucun événement, pour certain ; il est trop étroit.",
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
    "warnings_said": ("Warnings:", "Avertissements (en anglais) :"),
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
