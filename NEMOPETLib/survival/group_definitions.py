"""The statistics of risk groups: each way to cut a score, the p-values of the groups, and their survival."""

from __future__ import annotations

from NEMOPETLib.survival.definitions import HARRELL, PHIPSON, Statistic

ROLR = (
    "Crowley, Mitchell, Qu, Morgan & Barlogie, in Frontiers of Biostatistical Methods and Applications in Clinical "
    "Oncology (2017) (R's rolr)"
)
LAUSEN = "Lausen & Schumacher, Biometrics 48 (1992) 73"

_CUTS = ("strata.cutpoints", "strata.statistic")

CUT_POINTS: tuple[Statistic, ...] = (
    Statistic(
        "median", "Median", "Médiane", "high: score > its median in train", "R's median",
        "risk_groups.median_cut", _CUTS,
    ),
    Statistic(
        "quartiles", "Quartiles", "Quartiles",
        "low: score ≤ first quartile in train, high: score > third, intermediate between; quantiles of type 7",
        "R's quantile", "risk_groups.quartile_cuts", _CUTS,
    ),
    Statistic(
        "rlr", "Running log-rank", "Log-rank courant",
        "rows sorted by score, m Efron's martingale residuals of the model without variables: L = −Σ m of the k "
        "lowest, e = Σ (δ − m) of them, V = e·(D − e)/D, D all events; largest |Z| = |L|/√V with ns rows or more on "
        "both sides and no equal scores separated; high: score ≥ cut",
        f"LeBlanc & Crowley, J Am Stat Assoc 88 (1993) 457; {ROLR}", "log_rank_cuts.rlr", _CUTS,
    ),
    Statistic(
        "rlr_last", "Last admissible cut of the running log-rank", "Dernière coupure admissible du log-rank courant",
        "the highest cut that `rlr` may take, whatever its Z; high: score > cut",
        "the published study's group sizes", "log_rank_cuts.CutProfile.last_cut", _CUTS,
    ),
    Statistic(
        "rhier", "Hierarchical running log-rank", "Log-rank courant hiérarchique",
        "first cut as `rlr`; then the largest Z of the same sign inside either side that has 2·ns rows or more; "
        "above a cut: score ≥ it; without such a second cut two groups",
        ROLR, "log_rank_cuts.rhier", _CUTS,
    ),
    Statistic(
        "rmolr", "Ordered log-rank over all pairs", "Log-rank ordonné sur toutes les paires",
        "largest (L_i + L_j)/√(V_i + V_j + 2·c_ij) over the pairs of cuts i < j with ns rows or more in each group, "
        "L and V as for `rlr`, c_ij = Σ over distinct event times of R₁·R₃/R², R₁ and R₃ at risk in the lowest and "
        "highest group; above a cut: score ≥ it",
        f"Liu, Tsai & Wolf, Stat Med 17 (1998) 1469; {ROLR}", "rmolr.rmolr", _CUTS,
    ),
    Statistic(
        "surv_cutpoint", "Maximally selected rank statistic", "Statistique de rang maximale",
        "a = δ − Σ over times up to one's own of δ/(N − r + 1), r the maximum rank of the time; S their sum over "
        "the m lowest scores; largest T = |S − m·Σa/N| ÷ √(m(N − m)·[N·Σa² − (Σa)²]/(N²(N − 1))), both groups "
        "minprop of the rows or more; high: score > cut",
        f"{LAUSEN} (R's maxstat, survminer's surv_cutpoint)", "maxstat.maxstat", _CUTS,
    ),
    Statistic(
        "time_roc", "Youden's cut at the last horizon", "Coupure de Youden au dernier horizon",
        "largest sensitivity − false positives of the time-dependent ROC curve (see AUC(t)), the highest cut of "
        "equals; high: score > cut",
        "Youden, Cancer 3 (1950) 32; Blanche, Dartigues & Jacqmin-Gadda, Stat Med 32 (2013) 5381",
        "time_roc.TimeROC.cut", _CUTS,
    ),
)  # fmt: skip

P_VALUES: tuple[Statistic, ...] = (
    Statistic(
        "p_naive", "Naive p-value of the groups", "Valeur p naïve des groupes",
        "log-rank test in train as if the groups had been given: too small, since model and cut were learned there",
        "Mantel, Cancer Chemother Rep 50 (1966) 163", "log_rank.log_rank", ("strata.p_naive",),
    ),
    Statistic(
        "p_corrected", "Corrected p-value (permutation)", "Valeur p corrigée (permutation)",
        "of every method: (1 + permutations whose groups differ at least as much) ÷ (1 + B); in each the outcomes "
        "are dealt out at random and scores of earlier models, selection, fit and cut are learned anew; difference: "
        "−log p of the log-rank test, 0 without groups; with B = 0 p_lau94 where there is one",
        f"{PHIPSON}; Dobbin & Simon, BMC Med Genomics 4 (2011) 31",
        "study.chain_permutation.chain_permutation_p", ("strata.p_corrected", "strata.correction"),
    ),
    Statistic(
        "p_lau94", "Corrected p-value of Lausen et al.", "Valeur p corrigée de Lausen et al.",
        "of `surv_cutpoint`, for the search alone: 2·Φ(−T) + exp(−T²/2)/π·Σ (t − (T²/4 − 1)·t³/6) over neighbouring "
        "cuts of m₁ < m₂ rows, t = √(1 − m₁(N − m₂)/((N − m₁)m₂)), within 0 … 1",
        "Lausen, Sauerbrei & Schumacher, in Dirschedl & Ostermann (eds), Computational Statistics (1994) 483",
        "maxstat.lau94", ("strata.p_lau94",),
    ),
    Statistic(
        "cut_stability", "Stability of the cut-points", "Stabilité des coupures",
        "from bootstrap samples of the whole chain: 2.5 % and 97.5 % quantiles of each cut, and of the share of the "
        "original rows above it, over the samples with as many cuts; χ² of the groups with its optimism",
        HARRELL, "bootstrap.bootstrap_chain", ("strata.bootstrap",),
    ),
)  # fmt: skip

GROUPS: tuple[Statistic, ...] = (
    Statistic(
        "kaplan_meier", "Kaplan–Meier survival", "Survie de Kaplan–Meier",
        "S(t) = Π (1 − d/r) over times up to t, deaths at t included; se of log S: √Σ d/(r(r − d)) (Greenwood); "
        "interval S·exp(± 1.96·se of log S), at most 1 (R's default, log); tables have the log-log interval beside "
        "it",
        "Kaplan & Meier, J Am Stat Assoc 53 (1958) 457; Kalbfleisch & Prentice, The Statistical Analysis of Failure "
        "Time Data (2002), ch. 1",
        "kaplan_meier.kaplan_meier", ("strata.survival",),
    ),
    Statistic(
        "median_survival", "Median survival", "Survie médiane",
        "first time at which S ≤ ½ (the middle of the stretch where S = ½); limits likewise from the limits of S",
        "Brookmeyer & Crowley, Biometrics 38 (1982) 29", "kaplan_meier.KaplanMeier.median", ("strata.median",),
    ),
    Statistic(
        "log_rank", "Log-rank test", "Test du log-rank",
        "χ² = (O − E)ᵀ·V⁻¹·(O − E) of all groups but one, hypergeometric V; df: groups − 1",
        "Mantel, Cancer Chemother Rep 50 (1966) 163 (R's survdiff)", "log_rank.log_rank", ("strata.logrank",),
    ),
    Statistic(
        "pairwise", "Pairwise log-rank tests", "Tests du log-rank deux à deux",
        "log-rank test of every two of three groups or more; p_adjusted: Holm's step-down",
        "Holm, Scand J Stat 6 (1979) 65", "log_rank.pairwise_log_rank", ("strata.pairwise",),
    ),
    Statistic(
        "group_hazard_ratio", "Hazard ratio of the groups", "Rapport de risque des groupes",
        "Cox model with an indicator for each group with events above the lowest: exp(β), Wald's 95 % interval and p",
        "Cox, J R Stat Soc B 34 (1972) 187", "study.group_result.RiskGroups.hazard_ratios", ("strata.hazard_ratio",),
    ),
    Statistic(
        "survival_difference", "Difference of survival (Δ)", "Différence de survie (Δ)",
        "S of the lowest − S of the highest group at t; Wilson's score limits l, u of each S for n = S(1 − S)/Var S "
        "patients (Greenwood; where nobody has died those still followed), then Δ − √((S₁ − l₁)² + (u₂ − S₂)²) to Δ "
        "+ √((u₁ − S₁)² + (S₂ − l₂)²); p: Wald",
        "Newcombe, Stat Med 17 (1998) 873, method 10; Rothman, J Chronic Dis 31 (1978) 557; Zou & Donner, Stat Med "
        "27 (2008) 1693",
        "survival_difference.survival_difference", ("strata.difference",),
    ),
    Statistic(
        "fisher", "Fisher's test at a horizon", "Test de Fisher à un horizon",
        "exact test of dead or alive at t in the lowest and the highest group, those censored before left out",
        "R's fisher.test",
        "study.group_result.RiskGroups.fisher",
        ("tables/survival_two_groups.csv", "tables/survival_three_groups.csv"),
    ),
)  # fmt: skip
