"""The configuration of a study from a TOML file.

.. code-block:: toml

    [endpoint]                    # any units; horizons in the same
    time = "os_months"
    event = "os_event"
    horizons = [12, 24]
    unit = "months"               # its name in tables and figures
    [split]                       # a column with train/test, or train = "all"
    column = "set"
    train = "train"               # the values in it
    test = "test"
    [stratify]
    ns = 45
    minprop = 0.1
    methods = ["median", "rlr", "rhier"]
    permutations = 199            # behind each corrected p-value; 0: none
    subtype = "subtype"           # column against which groups are tabulated
    [[models]]
    name = "clinical"
    variables = ["hr", "her2", "age_years", "bmi"]   # columns, or names of earlier models
    selection = "both"            # or "backward", "none"
    log = ["bci"]                 # earlier models among the variables that enter as log score
    only = { column = "subtype", value = "TNBC" }    # the model is of these rows
    ns = 20                       # instead of the study's, and so methods
    [[further]]                   # as [[models]]; models with one pool are also grouped together
    pool = "by_subtype"
    [classifier]                  # needs scikit-survival
    variables = ["age_years", "bmi"]
    horizon = 24
    folds = 5
    inner_folds = 3
    [study]
    bootstraps = 200
    seed = 0
    composition = "bci"           # model whose score is summarised as body composition index
    described = ["subtype"]       # further columns of the baseline table

Whatever is left out is as in the published study; with ``[[models]]`` its further models and classifier are too.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cut_methods import METHODS
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.study_config import (
    ClassifierConfig,
    Endpoint,
    ModelConfig,
    Split,
    Stratification,
    StudyConfig,
    nemo_pet_study,
)
from NEMOPETLib.survival.study.toml_section import Section


def read_study_config(path: Path) -> StudyConfig:
    """Read a configuration file.

    Raises
    ------
    InputError
        The file cannot be read, is no TOML, or has a key or value that means nothing: one line that says which.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: file not found") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise InputError(f"{path}: is no TOML file: {error}") from error
    try:
        return study_config_of(document)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def study_config_of(document: object) -> StudyConfig:
    """The configuration in a parsed document; errors as `read_study_config`."""
    root = Section("", document)
    base = nemo_pet_study()
    given = root.has("models")
    models = tuple(_model(section) for section in root.sections("models"))
    further = tuple(_model(section) for section in root.sections("further"))
    endpoint = _endpoint(root.section("endpoint"), base.endpoint)
    config = replace(
        base,
        endpoint=endpoint,
        split=_split(root.section("split"), base.split),
        stratify=_stratify(root.section("stratify"), base.stratify),
        models=models if given else base.models,
        further=further if given or further else base.further,
        classifier=_classifier(root.section("classifier"), ClassifierConfig() if given else base.classifier),
    )
    config = _study(root.section("study"), replace(config, described=()) if given else config)
    root.end()
    if given and not models:
        raise InputError("models is empty: write one [[models]] for each model")
    _check_models((*config.models, *config.further))
    names = {model.name for model in (*config.models, *config.further)}
    scores = [name for name in config.classifier.variables if name in names]
    if scores:
        raise InputError(f"[classifier] variables names the model {scores[0]}: list the columns behind it instead")
    return config


def _endpoint(section: Section | None, base: Endpoint) -> Endpoint:
    if section is None:
        return base
    unit = "" if section.has("time") else base.unit
    endpoint = Endpoint(
        section.text("time", base.time),
        section.text("event", base.event),
        section.rising("horizons", base.horizons),
        section.text("unit", unit),
    )
    section.end()
    return endpoint


def _split(section: Section | None, base: Split) -> Split:
    if section is None:
        return base
    if section.has("column"):
        split = Split(section.text("column", "set"), section.text("train", base.train), section.text("test", base.test))
    elif section.text("train", "") == "all":
        split = Split(column=None)
    else:
        raise InputError('[split] names no column: give column = "…" or train = "all"')
    section.end()
    return split


def _methods(section: Section) -> tuple[Method, ...] | None:
    names = section.texts("methods")
    if names is None:
        return None
    unknown = [name for name in names if name not in METHODS]
    if unknown or not names:
        raise section.wrong("methods", list(names), f"a list of {', '.join(METHODS)}")
    return tuple(method for name in names for method in METHODS if method == name)


def _stratify(section: Section | None, base: Stratification) -> Stratification:
    if section is None:
        return base
    stratify = Stratification(
        _methods(section) or base.methods,
        section.whole("ns", base.ns, 1),
        section.number("minprop", base.minprop, 0, 0.5),
        section.whole("permutations", base.permutations, 0),
        section.text("subtype", base.subtype or "") or None,
    )
    section.end()
    return stratify


def _model(section: Section) -> ModelConfig:
    name = section.text("name", "")
    if not name:
        raise InputError(f"{section.heading} has no name")
    section.heading = f"model {name}:"
    variables = section.texts("variables")
    if not variables:
        raise InputError(f"{section.heading} has no variables: list at least one column")
    only = section.section("only")
    rows = None
    if only is not None:
        rows = only.text("column", ""), only.text("value", "")
        only.end()
        if not all(rows):
            raise InputError(f"{section.heading} only needs a column and a value")
    model = ModelConfig(
        name,
        variables,
        section.choice("selection", "both", ("both", "backward", "none")),
        section.texts("log") or (),
        rows,
        section.whole("ns", 0, 1) or None,
        _methods(section),
        section.text("pool", "") or None,
    )
    section.end()
    return model


def _classifier(section: Section | None, base: ClassifierConfig) -> ClassifierConfig:
    if section is None:
        return base
    variables = section.texts("variables")
    classifier = ClassifierConfig(
        base.variables if variables is None else variables,
        section.number("horizon", 0.0, 0, math.inf) or None,
        section.whole("folds", base.folds, 2),
        section.whole("inner_folds", base.inner_folds, 2),
    )
    section.end()
    return classifier


def _study(section: Section | None, base: StudyConfig) -> StudyConfig:
    if section is None:
        return base
    described = section.texts("described")
    config = replace(
        base,
        bootstraps=section.whole("bootstraps", base.bootstraps, 0),
        seed=section.whole("seed", base.seed, 0),
        composition=section.text("composition", base.composition or "") or None,
        described=base.described if described is None else described,
    )
    section.end()
    return config


def _check_models(models: Sequence[ModelConfig]) -> None:
    """Refuse names that are not unique and scores that are not there yet."""
    earlier: dict[str, ModelConfig] = {}
    names = {model.name for model in models}
    for model in models:
        if model.name in earlier:
            raise InputError(f"two models are called {model.name}: rename one")
        for variable in model.variables:
            if variable in names and variable not in earlier:
                raise InputError(f"model {model.name}: its variable {variable} is a model that comes only later")
            if variable in earlier and earlier.keys() & set(earlier[variable].variables):
                raise InputError(f"model {model.name}: its variable {variable} is itself made of model scores")
        wrong = [name for name in model.logged if name not in model.variables or name not in earlier]
        if wrong:
            raise InputError(f"model {model.name}: log names {wrong[0]}, which is no earlier model among its variables")
        earlier[model.name] = model
