"""What a survival study analyses: endpoint, sets, models and ways to form groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cut_methods import METHODS
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.step_aic import Direction


@dataclass(frozen=True)
class Endpoint:
    """What is waited for.

    Parameters
    ----------
    time, event
        Columns: follow-up time and 1 for the event, 0 for a censored time.
    horizons
        Times, rising, at which survival is told; in the unit of ``time``.
    unit
        Its name.
    """

    time: str = "os_months"
    event: str = "os_event"
    horizons: tuple[float, ...] = (12.0, 24.0)
    unit: str = "months"


@dataclass(frozen=True)
class Split:
    """Which rows teach and which test.

    Parameters
    ----------
    column
        The column that tells, or None: every row teaches.
    train, test
        Its values.
    """

    column: str | None = "set"
    train: str = "train"
    test: str = "test"


@dataclass(frozen=True)
class Stratification:
    """How risk groups are formed.

    Parameters
    ----------
    methods
        The ways, each applied to every model.
    ns
        Fewest rows in a group (rlr, rhier, rmolr).
    minprop
        Smallest share of the rows in a group (surv_cutpoint).
    permutations
        Permutations of the outcome behind each corrected p-value: the whole chain is learned anew in each. 0
        leaves the closed formula (surv_cutpoint) or none.
    subtype
        Column against which the groups are tabulated, or None.
    """

    methods: tuple[Method, ...] = METHODS
    ns: int = 45
    minprop: float = 0.1
    permutations: int = 199
    subtype: str | None = "subtype"


@dataclass(frozen=True)
class ModelConfig:
    """One model.

    Parameters
    ----------
    name
        Its name: also that of its risk score when it is a variable of a later model.
    variables
        Columns of the cohort, or names of earlier models.
    selection
        Stepwise choice by AIC (``both``, ``backward``) or ``none``.
    logged
        Earlier models among ``variables`` that enter as the logarithm of their score.
    only
        Column and value: the model is of these rows alone.
    ns, methods
        Instead of the study's.
    pool
        Models of one pool are of different rows; their groups are also shown together.
    """

    name: str
    variables: tuple[str, ...]
    selection: Direction = "both"
    logged: tuple[str, ...] = ()
    only: tuple[str, str] | None = None
    ns: int | None = None
    methods: tuple[Method, ...] | None = None
    pool: str | None = None


@dataclass(frozen=True)
class ClassifierConfig:
    """Prognostic classifier at one time.

    Parameters
    ----------
    variables
        Columns of the cohort (a model's score would have seen the folds left out); none: no classifier.
    horizon
        Event up to this time, yes or no; None: the last horizon.
    folds, inner_folds
        Of the nested cross-validation.
    """

    variables: tuple[str, ...] = ()
    horizon: float | None = None
    folds: int = 5
    inner_folds: int = 3


@dataclass(frozen=True)
class StudyConfig:
    """A whole study.

    Parameters
    ----------
    endpoint, split, stratify
        As there.
    models
        The main models, in order: a model's score can be a variable of the later ones.
    further
        Models that follow from the main ones' results ("perspectives"), analysed in the same way.
    described
        Columns of the table of baseline characteristics, besides the models' variables.
    composition
        Name of the model whose score is summarised as body composition index, if there is one.
    classifier
        The classifier.
    bootstraps
        Bootstrap samples behind optimism, selection frequencies and intervals of the cut-points; 0: none.
    seed
        Where the random numbers start: the same seed gives the same results.
    """

    endpoint: Endpoint = field(default_factory=Endpoint)
    split: Split = field(default_factory=Split)
    stratify: Stratification = field(default_factory=Stratification)
    models: tuple[ModelConfig, ...] = ()
    further: tuple[ModelConfig, ...] = ()
    described: tuple[str, ...] = ()
    composition: str | None = "bci"
    classifier: ClassifierConfig = field(default_factory=ClassifierConfig)
    bootstraps: int = 200
    seed: int = 0


CLINICAL = ("hr", "her2", "age_years", "bmi")
RADIOMIC = ("tmtv_ml", "dmax_mm")
ORGANOMIC = tuple(
    f"{tissue}_{quantity}"
    for quantity in ("volume_ml", "sul_mean", "hu_mean")
    for tissue in ("fat_sc", "fat_v", "muscle")
)
SUBTYPES = ("TNBC", "HR+HER2-", "HR+HER2+", "HER2+")


def nemo_pet_study() -> StudyConfig:
    """The published study's six models, and what its authors want next."""
    without_receptors = ("age_years", "bmi")
    organomic = ("bci", "spleen_sul_mean")
    luminal = ("subtype", "HR+HER2-")
    return StudyConfig(
        models=(
            ModelConfig("clinical", CLINICAL),
            ModelConfig("radiomic", RADIOMIC),
            ModelConfig("clinical_radiomic", CLINICAL + RADIOMIC),
            ModelConfig("bci", ORGANOMIC),
            ModelConfig("bci_spleen", organomic),
            ModelConfig("clinical_radiomic_organomic", CLINICAL + RADIOMIC + organomic),
        ),
        further=(
            ModelConfig("clinical_without_receptors", without_receptors),
            ModelConfig("clinical_radiomic_without_receptors", without_receptors + RADIOMIC),
            ModelConfig("without_receptors", without_receptors + RADIOMIC + organomic),
            *(
                ModelConfig(
                    f"tmtv_dmax_{subtype}",
                    RADIOMIC,
                    selection="none",
                    only=("subtype", subtype),
                    ns=10,
                    methods=("median", "rlr"),
                    pool="tmtv_dmax_by_subtype",
                )
                for subtype in SUBTYPES
            ),
            ModelConfig(
                "three_groups_HR+HER2-",
                without_receptors + RADIOMIC + organomic,
                only=luminal,
                ns=25,
                methods=("quartiles", "rhier", "rmolr"),
            ),
        ),
        described=("subtype",),
        classifier=ClassifierConfig((*CLINICAL, *RADIOMIC, *ORGANOMIC, "spleen_sul_mean")),
    )


def only_models(config: StudyConfig, names: Sequence[str]) -> StudyConfig:
    """The study of some of its main models and of those whose scores are variables of them; nothing further.

    Raises
    ------
    InputError
        If it has no such model.
    """
    by_name = {model.name: model for model in config.models}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise InputError(f"there is no model {', '.join(unknown)}: the known ones are {', '.join(by_name)}")
    wanted = set(names)
    for model in reversed(config.models):
        if model.name in wanted:
            wanted |= set(model.variables) & set(by_name)
    return replace(config, models=tuple(model for model in config.models if model.name in wanted), further=())
