"""The sentences of the survival report about rows, models and groups."""

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
    "summary_few": (
        "Fewer than 10 events for each candidate coefficient: {models}. Expect optimism.",
        "Moins de 10 événements par coefficient candidat : {models}. L’optimisme est à craindre.",
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
            "group in percentage points, with Newcombe’s 95% hybrid score interval for the effective number of "
            "patients."
        ),
        (
            "Survie de Kaplan–Meier avec son intervalle à 95 % (log) ; aucun (–) si personne n’est décédé. Δ : "
            "groupe le plus faible moins le plus élevé, en points, intervalle hybride de Newcombe à 95 % pour le "
            "nombre effectif de patients."
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
}
