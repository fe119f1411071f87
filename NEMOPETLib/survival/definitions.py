"""Every statistic of a survival study once: its names, formula, source, and the function that computes it.

docs/statistics.md is made from them (`definitions_page`); those of risk groups are in `group_definitions`. A test asks
for a definition of every statistic that ``results.json`` holds, so that none is told without its formula.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statistic:
    """Definition of one statistic.

    Attributes
    ----------
    key
        Short name, unique; of a way to form groups its name in ``METHODS``.
    english, french
        Label.
    formula
        Plain text.
    source
        Paper, book or R package whose numbers it has.
    computed_by
        Function, property or class below ``NEMOPETLib.survival``.
    found_in
        Where its numbers are: keys of ``results.json`` without the names of models, methods, sets and groups,
        ``tables/NAME.csv``, or ``score`` for columns that ``nemopet score`` writes.
    """

    key: str
    english: str
    french: str
    formula: str
    source: str
    computed_by: str
    found_in: tuple[str, ...]


THERNEAU = "Therneau & Grambsch, Modeling Survival Data (2000)"
GRAF = "Graf, Schmoor, Sauerbrei & Schumacher, Stat Med 18 (1999) 2529"
BLANCHE = "Blanche, Dartigues & Jacqmin-Gadda, Stat Med 32 (2013) 5381"
HARRELL = "Harrell, Lee & Mark, Stat Med 15 (1996) 361"
PHIPSON = "Phipson & Smyth, Stat Appl Genet Mol Biol 9 (2010) 39"
WATSON = "Therneau & Watson, Mayo Clinic Technical Report 85 (2015)"

MODELS: tuple[Statistic, ...] = (
    Statistic(
        "cox", "Cox model", "Modèle de Cox",
        "β maximises log L = Σ_deaths x·β − Σ_times Σ_l log(Σ_R w − (l/d)·Σ_D w), w = exp(x·β), l = 0 … d − 1 "
        "counting the d deaths D of one time and R those at risk (Efron's handling of ties); se: roots of the "
        "diagonal of the inverse information; p: Wald, 2·Φ(−|β/se|)",
        f"Cox, J R Stat Soc B 34 (1972) 187; Efron, J Am Stat Assoc 72 (1977) 557; {THERNEAU}, ch. 3",
        "cox.cox_fit",
        ("models.coef", "models.se", "models.p", "models.loglik", "models.loglik_null"),
    ),
    Statistic(
        "hazard_ratio", "Hazard ratio", "Rapport de risque instantané",
        "exp(β) with exp(β ± 1.96·se), Wald's 95 % interval", THERNEAU + ", ch. 3",
        "cox.CoxFit.hazard_ratios", ("models.hazard_ratio",),
    ),
    Statistic(
        "likelihood_ratio", "Likelihood ratio test", "Test du rapport de vraisemblance",
        "χ² = 2·(log L of the larger model − log L of the smaller), df = coefficients more; of one model against none "
        "of its variables, of two models fitted without selection where one contains the other",
        THERNEAU + ", ch. 3", "cox.compare_nested",
        ("models.likelihood_ratio_test", "comparisons.likelihood_ratio_test"),
    ),
    Statistic(
        "step_aic", "Stepwise selection by AIC", "Sélection pas à pas par AIC",
        "AIC = −2·log L + 2·p, p coefficients; from the full model each step drops or adds back (`backward`: only "
        "drops) the variable that lowers AIC most, until none lowers it by 1e-7; a factor moves as a whole",
        "Akaike, IEEE Trans Automat Contr 19 (1974) 716; Venables & Ripley, Modern Applied Statistics with S (2002), "
        "ch. 6 (R's MASS::stepAIC)",
        "step_aic.step_aic", ("models.aic", "models.path", "models.selected"),
    ),
    Statistic(
        "ph_test", "Test of proportional hazards", "Test des risques proportionnels",
        "Rao's score test that γ = 0 in the coefficient β + γ·g(t), at the fitted β, g(t) = 1 − Kaplan–Meier just "
        "before t; for each variable and for all together (GLOBAL)",
        "Grambsch & Therneau, Biometrika 81 (1994) 515; R's cox.zph of survival ≥ 3",
        "proportional_hazards.proportional_hazards", ("models.ph_test",),
    ),
    Statistic(
        "events_per_variable", "Events per variable", "Événements par variable",
        "events ÷ coefficients that competed to enter", "Peduzzi et al., J Clin Epidemiol 48 (1995) 1503",
        "adequacy.events_per_variable", ("models.events_per_variable",),
    ),
    Statistic(
        "variance_inflation", "Variance inflation factor", "Facteur d'inflation de la variance",
        "1/(1 − R²), R² of each column of the full model on its others",
        "Belsley, Kuh & Welsch, Regression Diagnostics (1980)",
        "adequacy.variance_inflation", ("models.variance_inflation",),
    ),
    Statistic(
        "risk_score", "Risk score", "Score de risque",
        "exp(Σ β·(x − m)), m the mean in train, 0 for columns of −1, 0 and 1 only",
        "R's predict(coxph, type = \"risk\")", "cox.CoxFit.risk_score", ("models.means", "score"),
    ),
    Statistic(
        "bci", "Body composition index (BCi)", "Indice de composition corporelle (BCi)",
        "risk score of the model `bci`: volume, mean SUL and mean HU of muscle, subcutaneous and visceral fat, "
        "selected by AIC; a variable of later models; sets compared by Wilcoxon's test",
        "the NEMO-PET study", "study.study_baseline.describe_composition", ("bci", "score"),
    ),
    Statistic(
        "predicted_survival", "Predicted survival", "Survie prédite",
        "S = exp(−Λ), Λ = Λ₀(t)·r, r the risk score, Λ₀ = Σ 1/φ over the deaths up to t, φ Efron's sum over those "
        "at risk as in log L; S·exp(± 1.96·se), at most 1, se² = r²·[Σ 1/φ² + q·V·qᵀ], q = Λ₀·(z − m) − Σ (x̄ − "
        "m)/φ, V the covariance of β, z the patient's variables, x̄ the mean of those at risk; nothing beyond the "
        "follow-up in train",
        f"Tsiatis, Ann Stat 9 (1981) 93; Andersen & Gill, Ann Stat 10 (1982) 1100; {THERNEAU}, ch. 10 (R's "
        "survfit.coxph)",
        "predicted_survival.predicted_survival", ("score",),
    ),
)  # fmt: skip

PERFORMANCE: tuple[Statistic, ...] = (
    Statistic(
        "concordance", "Concordance index (Harrell's C)", "Indice de concordance (C de Harrell)",
        "(concordant + ½·tied in score) ÷ comparable pairs; a pair is comparable when one has the event before the "
        "other's time (or at the time at which the other is censored); se: infinitesimal jackknife; C ± 1.96·se, "
        "within 0 … 1",
        f"Harrell et al., JAMA 247 (1982) 2543; {WATSON}",
        "concordance.concordance", ("models.concordance", "validation.concordance"),
    ),
    Statistic(
        "concordance_difference", "Difference of two concordances", "Différence de deux concordances",
        "C₂ − C₁ of the same rows ± 1.96·se, se² = Σ (influence₂ − influence₁)²; p: 2·Φ(−|difference|/se)", WATSON,
        "concordance.compare_concordance", ("comparisons.concordance",),
    ),
    Statistic(
        "auc", "AUC(t)", "AUC(t)",
        "weighted share of the pairs (case, control) in which the case has the higher score, ties ½; cases: events "
        "before t, weight 1/G(T−), controls: followed beyond t, G the Kaplan–Meier estimate of staying uncensored; "
        "se of the i.i.d. representation, estimation of G included; AUC ± 1.96·se, within 0 … 1; where everybody "
        "left is censored exactly at t, just below it",
        f"Hung & Chiang, Can J Stat 38 (2010) 8; {BLANCHE} (R's timeROC)",
        "time_roc.time_roc", ("validation.auc", "validation.auc_over_time"),
    ),
    Statistic(
        "auc_difference", "Difference of two AUC(t)", "Différence de deux AUC(t)",
        "AUC₂ − AUC₁ of the same rows and time ± 1.96·se, se from the difference of their influence functions",
        BLANCHE,
        "time_roc.compare_areas", ("comparisons.auc",),
    ),
    Statistic(
        "brier", "Brier score", "Score de Brier",
        "mean of w·(alive at t − predicted survival)², w = 1/G(T−) for those who died up to t, 1/G(t) for those "
        "alive, 0 for those censored before; reference: the same with Kaplan–Meier survival for all; scaled: 1 − "
        "score/reference",
        GRAF, "brier.brier_scores", ("validation.brier",),
    ),
    Statistic(
        "brier_integrated", "Integrated Brier score (IBS)", "Score de Brier intégré (IBS)",
        "mean of the Brier score over time by the trapezoidal rule, at the horizons and at 2/8 … 8/8 of the last "
        "one, as far as they lie between the first event and the last time",
        GRAF, "brier.BrierScores.integrated", ("validation.brier_integrated",),
    ),
    Statistic(
        "calibration_slope", "Calibration slope", "Pente de calibration",
        "coefficient (with se) of a Cox model with the linear predictor as the only variable: 1 is calibrated, "
        "below 1 overfitted",
        "van Houwelingen, Stat Med 19 (2000) 3401; Royston & Altman, BMC Med Res Methodol 13 (2013) 33",
        "calibration.calibration_slope", ("validation.calibration_slope",),
    ),
    Statistic(
        "calibration_in_the_large", "Calibration in the large", "Calibration globale",
        "(1 − Kaplan–Meier survival at t) ÷ mean predicted risk up to t: above 1 the risk is underestimated",
        "Royston & Altman, BMC Med Res Methodol 13 (2013) 33",
        "calibration.calibration_in_the_large", ("validation.calibration_in_the_large",),
    ),
    Statistic(
        "calibration_groups", "Calibration by groups", "Calibration par groupes",
        "five groups by the fifths of predicted survival at t, equal predictions together: mean prediction beside "
        "Kaplan–Meier survival with its log-log interval",
        "Royston & Altman, BMC Med Res Methodol 13 (2013) 33",
        "calibration.calibration_groups", ("tables/calibration.csv",),
    ),
    Statistic(
        "decision_curve", "Decision curve", "Courbe de décision",
        "net benefit = s·(1 − S) − s·S·p/(1 − p): s the share with predicted risk above the threshold p (2 % to 60 "
        "%), S their Kaplan–Meier survival at t; beside it that of treating all",
        "Vickers, Cronin, Elkin & Gönen, BMC Med Inform Decis Mak 8 (2008) 53",
        "decision_curve.decision_curve", ("tables/decision_curve.csv",),
    ),
    Statistic(
        "optimism", "Bootstrap optimism", "Optimisme par bootstrap",
        "mean over samples of n rows with replacement of (value in the sample − value in the original rows) of a "
        "chain learned anew in each (derived scores, selection, fit, cut-points); corrected = apparent − optimism; "
        "slope: mean calibration slope in the original rows; selected: share of the samples that keep a variable",
        HARRELL, "bootstrap.bootstrap_chain", ("validation.optimism",),
    ),
    Statistic(
        "classifier", "Prognostic classifier", "Classifieur pronostique",
        "event up to the horizon, weights as for the Brier score; six learners, settings and logistic calibration "
        "chosen by inner cross-validation, compared by the Brier score of the outer folds; the lowest is applied to "
        "test",
        f"Varma & Simon, BMC Bioinformatics 7 (2006) 91; Platt, in Smola et al. (eds), Advances in Large Margin "
        f"Classifiers (1999) 61; {GRAF}",
        "study.prognostic_classifier.prognostic_classifier", ("classifier",),
    ),
)  # fmt: skip

DESCRIPTION: tuple[Statistic, ...] = (
    Statistic(
        "baseline", "Baseline table", "Caractéristiques initiales",
        "numbers: mean, sd (n − 1), quantiles of type 7, Wilcoxon's rank sum test of train against test, exact "
        "where both have fewer than 50 values and none are tied, else with continuity correction; categories: "
        "counts, Pearson's χ², for 2×2 with Yates' correction and Fisher's exact test beside it",
        "R's quantile, wilcox.test, chisq.test, fisher.test",
        "study.study_baseline.describe_cohort", ("table1",),
    ),
    Statistic(
        "spearman", "Spearman's rank correlation", "Corrélation de rangs de Spearman",
        "correlation ρ of the ranks in train; p of t = ρ·√((n − 2)/(1 − ρ²)) with n − 2 degrees of freedom",
        "R's cor.test(method = \"spearman\")", "associations.spearman", ("spearman",),
    ),
    Statistic(
        "follow_up", "Median follow-up", "Suivi médian",
        "median of the Kaplan–Meier estimate with event and censoring exchanged",
        "Schemper & Smith, Control Clin Trials 17 (1996) 343",
        "study.study_rows.select_rows", ("cohort.median_follow_up",),
    ),
)  # fmt: skip
