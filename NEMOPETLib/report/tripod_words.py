"""The TRIPOD+AI checklist in English and French, and what the software can answer of it.

Source: Collins et al., BMJ 2024;385:e078378. The questions are shortened.
"""

from __future__ import annotations

PARTS: dict[str, tuple[str, str]] = {
    "1": ("Title and abstract", "Titre et résumé"),
    "3a": ("Introduction", "Introduction"),
    "5a": ("Methods", "Méthodes"),
    "18a": ("Open science and involvement", "Science ouverte et participation"),
    "20a": ("Results", "Résultats"),
    "25": ("Discussion", "Discussion"),
}
"""Heads, each before its first item."""

ITEMS: dict[str, tuple[str, str]] = {
    "1": (
        "Title names the kind of study, population and outcome",
        "Le titre nomme le type d’étude, la population et l’événement",
    ),
    "2": ("Abstract as TRIPOD+AI for abstracts asks", "Résumé selon TRIPOD+AI pour les résumés"),
    "3a": ("Healthcare context, rationale, existing models", "Contexte de soins, justification, modèles existants"),
    "3b": (
        "Target population, purpose in the care pathway, users",
        "Population cible, but dans le parcours de soins, utilisateurs",
    ),
    "3c": ("Known health inequalities", "Inégalités de santé connues"),
    "4": ("Objectives: development, evaluation or both", "Objectifs : développement, évaluation ou les deux"),
    "5a": ("Sources of the data, their representativeness", "Sources des données, représentativité"),
    "5b": ("Dates of inclusion and end of follow-up", "Dates d’inclusion et fin du suivi"),
    "6a": ("Setting: number and place of centres", "Cadre : nombre et lieu des centres"),
    "6b": ("Eligibility criteria", "Critères d’éligibilité"),
    "6c": ("Treatments received", "Traitements reçus"),
    "7": ("Preparation of the data and quality checks", "Préparation des données et contrôles de qualité"),
    "8a": ("Outcome and time horizon, how and when assessed", "Événement et horizon, comment et quand évalués"),
    "8b": ("Who assessed a subjective outcome", "Qui a évalué un événement subjectif"),
    "8c": ("Blinding of the outcome’s assessment", "Évaluation de l’événement en aveugle"),
    "9a": ("Choice of candidate predictors", "Choix des prédicteurs candidats"),
    "9b": ("Definition and measurement of all predictors", "Définition et mesure de tous les prédicteurs"),
    "9c": ("Who measured subjective predictors", "Qui a mesuré les prédicteurs subjectifs"),
    "10": ("Sample size", "Taille de l’échantillon"),
    "11": ("Missing data", "Données manquantes"),
    "12a": ("Use of the data for development and evaluation", "Usage des données pour développer et évaluer"),
    "12b": ("Handling of predictors: form, scaling", "Traitement des prédicteurs : forme, échelle"),
    "12c": ("Type of model and all steps of its building", "Type de modèle et toutes les étapes"),
    "12d": ("Heterogeneity between clusters such as centres", "Hétérogénéité entre groupes, comme les centres"),
    "12e": ("Measures and plots of performance", "Mesures et graphiques de performance"),
    "12f": ("Updating of the model after evaluation", "Mise à jour du modèle après évaluation"),
    "12g": ("How predictions were computed in evaluation", "Calcul des prédictions lors de l’évaluation"),
    "13": ("Handling of class imbalance", "Traitement du déséquilibre des classes"),
    "14": ("Approaches to fairness", "Approches de l’équité"),
    "15": ("Output of the model and thresholds", "Sortie du modèle et seuils"),
    "16": (
        "Differences between training and evaluation data",
        "Différences entre données d’apprentissage et d’évaluation",
    ),
    "17": ("Ethical approval and consent", "Accord éthique et consentement"),
    "18a": ("Funding", "Financement"),
    "18b": ("Conflicts of interest", "Conflits d’intérêts"),
    "18c": ("Protocol", "Protocole"),
    "18d": ("Registration", "Enregistrement"),
    "18e": ("Sharing of the data", "Partage des données"),
    "18f": ("Sharing of the code", "Partage du code"),
    "19": ("Involvement of patients and the public", "Participation des patients et du public"),
    "20a": ("Flow of participants, with and without the event", "Flux des participants, avec et sans événement"),
    "20b": ("Characteristics of the participants", "Caractéristiques des participants"),
    "20c": (
        "Predictors compared between training and evaluation",
        "Prédicteurs comparés entre apprentissage et évaluation",
    ),
    "21": ("Participants and events in each analysis", "Participants et événements de chaque analyse"),
    "22": ("Full specification of the model", "Spécification complète du modèle"),
    "23a": ("Performance with intervals, also in subgroups", "Performance avec intervalles, aussi par sous-groupe"),
    "23b": ("Heterogeneity of performance between clusters", "Hétérogénéité de la performance entre groupes"),
    "24": ("Results of any updating", "Résultats d’une mise à jour"),
    "25": ("Interpretation, fairness included", "Interprétation, équité comprise"),
    "26": ("Limitations", "Limites"),
    "27a": ("Poor or missing input when the model is used", "Données d’entrée mauvaises ou manquantes à l’usage"),
    "27b": ("Interaction and expertise required of users", "Interaction et expertise demandées aux utilisateurs"),
    "27c": ("Next steps of research", "Suites de la recherche"),
}

ANSWERS: dict[str, tuple[str, str]] = {
    "tripod_4": (
        (
            "Models are developed in train and evaluated by bootstrap of the whole chain and, where there is one, in "
            "test."
        ),
        (
            "Les modèles sont développés sur l’apprentissage et évalués par bootstrap de toute la chaîne et, s’il "
            "existe, sur le test."
        ),
    ),
    "tripod_5a": (
        (
            "One cohort table of {rows} rows ({origin}); SHA-256 of what was analysed begins with {fingerprint}. "
            "Representativeness: to be filled in by the authors."
        ),
        (
            "Une table de cohorte de {rows} lignes ({origin}) ; le SHA-256 de ce qui est analysé commence par "
            "{fingerprint}. Représentativité : à remplir par les auteurs."
        ),
    ),
    "tripod_7": (
        "See “What was analysed”: rows left out and why. Nothing is imputed, transformed or winsorised.",
        "Voir « Ce qui a été analysé » : lignes écartées et pourquoi. Rien n’est imputé, transformé ni tronqué.",
    ),
    "tripod_8a": (
        "{endpoint}, horizons {horizons}. How it was assessed: to be filled in by the authors.",
        "{endpoint}, horizons {horizons}. Comment il a été évalué : à remplir par les auteurs.",
    ),
    "tripod_9a": (
        "Candidates are the entry lists of the models, fixed before the outcome was seen by the software.",
        "Les candidats sont les listes d’entrée des modèles, fixées avant que le logiciel ne voie l’événement.",
    ),
    "tripod_9b": (
        (
            "Names and units stand in the tables; formulas and sources of measured columns are in the software’s "
            "documentation."
        ),
        (
            "Noms et unités figurent dans les tableaux ; formules et sources des mesures sont dans la documentation "
            "du logiciel."
        ),
    ),
    "tripod_10": (
        (
            "No formal calculation. {events} events in train; events for each coefficient that competed stand in the "
            "table of the models."
        ),
        (
            "Pas de calcul formel. {events} événements dans l’apprentissage ; les événements par coefficient "
            "candidat figurent dans le tableau des modèles."
        ),
    ),
    "tripod_11": (
        "One complete-case step over all variables of all models: {missing} rows left out for a missing variable.",
        (
            "Une seule étape de cas complets pour toutes les variables de tous les modèles : {missing} lignes "
            "écartées pour une variable manquante."
        ),
    ),
    "tripod_12a": (
        "Train n = {train}, test n = {test}, by the column {column}. Nothing is learned from test.",
        "Apprentissage n = {train}, test n = {test}, selon la colonne {column}. Rien n’est appris du test.",
    ),
    "tripod_12a_all": (
        "All {train} rows teach; there is no test set, so that only the bootstrap corrects for optimism.",
        "Les {train} lignes servent à l’apprentissage ; sans jeu de test, seul le bootstrap corrige l’optimisme.",
    ),
    "tripod_12b": (
        (
            "Continuous variables enter linearly and unscaled; factors in treatment coding; scores are centred on "
            "means of train."
        ),
        (
            "Les variables continues entrent linéairement et sans mise à l’échelle ; facteurs en codage de "
            "traitement ; scores centrés sur les moyennes de l’apprentissage."
        ),
    ),
    "tripod_12c": (
        "Cox model, Efron’s ties, stepwise AIC; optimism by {samples} bootstrap samples of the whole chain.",
        (
            "Modèle de Cox, ex æquo d’Efron, AIC pas à pas ; optimisme par {samples} échantillons bootstrap de toute "
            "la chaîne."
        ),
    ),
    "tripod_12e": (
        (
            "C-index, AUC(t), Brier score, calibration, decision curves, Kaplan–Meier and log-rank, likelihood "
            "ratio, bootstrap optimism."
        ),
        (
            "Indice C, AUC(t), score de Brier, calibration, courbes de décision, Kaplan–Meier et log-rank, rapport "
            "de vraisemblance, optimisme bootstrap."
        ),
    ),
    "tripod_12f": ("No model was updated.", "Aucun modèle n’a été mis à jour."),
    "tripod_12g": (
        "Frozen models (models/*.json): exp(Σ β·(x − mean of train)) and the baseline hazard of train.",
        (
            "Modèles gelés (models/*.json) : exp(Σ β·(x − moyenne de l’apprentissage)) et risque de base de "
            "l’apprentissage."
        ),
    ),
    "tripod_13": (
        "None was handled: survival models use all event times as they are.",
        "Aucun traitement : les modèles de survie utilisent tous les temps tels quels.",
    ),
    "tripod_14": (
        "Groups are tabulated by {subtype}; further approaches: to be filled in by the authors.",
        "Les groupes sont présentés par {subtype} ; autres approches : à remplir par les auteurs.",
    ),
    "tripod_15": (
        (
            "Risk score, predicted survival at the horizons, risk groups; cut-points and how they were found: see "
            "“Risk groups”."
        ),
        (
            "Score de risque, survie prédite aux horizons, groupes de risque ; seuils et leur recherche : voir « "
            "Groupes de risque »."
        ),
    ),
    "tripod_16": ("See the table of characteristics by set.", "Voir le tableau des caractéristiques par jeu."),
    "tripod_18f": (
        "NEMO-PET {version}, open source (Apache-2.0); seed {seed}.",
        "NEMO-PET {version}, logiciel libre (Apache-2.0) ; graine {seed}.",
    ),
    "tripod_20": ("See “What was analysed”.", "Voir « Ce qui a été analysé »."),
    "tripod_21": ("See the table of the models.", "Voir le tableau des modèles."),
    "tripod_22": (
        "Coefficients stand in “Models”; with the baseline hazard, means and cut-points in models/*.json.",
        (
            "Les coefficients figurent dans « Modèles » ; avec le risque de base, les moyennes et les seuils dans "
            "models/*.json."
        ),
    ),
    "tripod_23a": (
        "See “Validation” and “Risk groups”, with intervals; subtypes in the comparison of the models.",
        (
            "Voir « Validation » et « Groupes de risque », avec intervalles ; sous-types dans la comparaison des "
            "modèles."
        ),
    ),
    "tripod_24": ("No model was updated.", "Aucun modèle n’a été mis à jour."),
    "tripod_27a": (
        "A row with a missing variable gets no score; values outside the training range are warned of.",
        (
            "Une ligne dont une variable manque n’a pas de score ; les valeurs hors du domaine d’apprentissage sont "
            "signalées."
        ),
    ),
    "to_be_filled": ("to be filled in by the authors", "à remplir par les auteurs"),
}
