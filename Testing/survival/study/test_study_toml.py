from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.study import study_toml
from NEMOPETLib.survival.study.study_config import ClassifierConfig, Endpoint, ModelConfig, Split, nemo_pet_study
from NEMOPETLib.survival.study.study_toml import read_study_config, study_config_of

CONTRACT = """
[endpoint]            # any units; horizons in the same
time = "os_months"
event = "os_event"
horizons = [12, 24]
[split]               # a column with train/test, or train = "all"
column = "set"
[stratify]
ns = 45
minprop = 0.1
methods = ["median", "rlr", "rhier"]
[[models]]
name = "clinical"
variables = ["hr", "her2", "age_years", "bmi"]
selection = "both"    # or "backward", "none"
"""


def test_the_contract() -> None:
    config = study_config_of(tomllib.loads(CONTRACT))
    assert config.endpoint == Endpoint("os_months", "os_event", (12.0, 24.0), "")
    assert config.split == Split()
    assert (config.stratify.ns, config.stratify.minprop) == (45, 0.1)
    assert config.stratify.methods == ("median", "rlr", "rhier")
    assert config.models == (ModelConfig("clinical", ("hr", "her2", "age_years", "bmi")),)
    assert config.further == ()
    assert config.classifier == ClassifierConfig()


def test_nothing_said_is_the_published_study() -> None:
    assert study_config_of({}) == nemo_pet_study()


def test_everything_documented_is_read() -> None:
    documented = study_toml.__doc__ or ""
    text = "\n".join(line.removeprefix("    ") for line in documented.split("toml\n", 1)[1].splitlines())
    text = text.split("\nWhatever")[0].replace('log = ["bci"]', "")
    text = text.replace(
        "[[further]]                   # as [[models]]; models with one pool are also grouped together", ""
    )
    config = study_config_of(tomllib.loads(text))
    assert config.models[0].only == ("subtype", "TNBC")
    assert config.models[0].ns == 20
    assert config.classifier.horizon == 24
    assert config.stratify.permutations == 199
    assert config.described == ("subtype",)


def test_all_rows_teach() -> None:
    assert study_config_of({"split": {"train": "all"}}).split == Split(column=None)


def test_scores_of_earlier_models() -> None:
    text = """
    [[models]]
    name = "bci"
    variables = ["a", "b"]
    [[models]]
    name = "more"
    variables = ["bci", "c"]
    log = ["bci"]
    [[further]]
    name = "part"
    variables = ["c"]
    only = { column = "g", value = "x" }
    pool = "p"
    """
    config = study_config_of(tomllib.loads(text))
    assert config.models[1].logged == ("bci",)
    assert config.further[0].only == ("g", "x")
    assert config.further[0].pool == "p"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[endpoint]\ntimes = 'x'", "[endpoint] has no key times; known are time, event, horizons, unit"),
        ("[endpoint]\ntime = 3", "[endpoint] time = 3: give a text"),
        ("[endpoint]\nhorizons = [24, 12]", "[endpoint] horizons = [24, 12]: give a list of rising numbers above 0"),
        ("[endpoint]\nhorizons = []", "give a list of rising numbers above 0"),
        ("[endpoint]\nhorizons = 12", "give a list of rising numbers above 0"),
        ("endpoint = 'x'", "[endpoint] must be a section with keys, not 'x'"),
        ("[split]\ntrain = 'x'", "[split] names no column"),
        ("[stratify]\nns = 0", "[stratify] ns = 0: give a whole number from 1 on"),
        ("[stratify]\nns = 4.5", "give a whole number from 1 on"),
        ("[stratify]\nns = true", "give a whole number from 1 on"),
        ("[stratify]\nminprop = 0.5", "[stratify] minprop = 0.5: give a number between 0 and 0.5"),
        ("[stratify]\nmethods = ['mean']", "methods = ['mean']: give a list of median, quartiles, rlr,"),
        ("[stratify]\nmethods = ['rlr', 'rlr']", "[stratify] methods names rlr twice"),
        ("models = []", "models is empty"),
        ("[models]\nname = 'a'", "models must be written as [[models]]"),
        ("[[models]]\nvariables = ['x']", "[[models]] number 1 has no name"),
        ("[[models]]\nname = 'a'", "model a: has no variables"),
        ("[[models]]\nname = 'a'\nvariables = ['x', 'x']", "model a: variables names x twice"),
        ("[[models]]\nname = 'a'\nvariables = ['x']\nselection = 'forward'", "give one of both, backward, none"),
        ("[[models]]\nname = 'a'\nvariables = ['x']\nlog = ['x']", "model a: log names x, which is no earlier model"),
        (
            "[[models]]\nname = 'a'\nvariables = ['x']\nonly = {column = 'g'}",
            "model a: only needs a column and a value",
        ),
        (
            "[[models]]\nname = 'a'\nvariables = ['x']\n[[models]]\nname = 'a'\nvariables = ['y']",
            "two models are called a",
        ),
        (
            "[[models]]\nname = 'a'\nvariables = ['b']\n[[models]]\nname = 'b'\nvariables = ['y']",
            "model a: its variable b is a model that comes only later",
        ),
        (
            "models = [{name='a', variables=['x']}, {name='b', variables=['a']}, {name='c', variables=['b']}]",
            "model c: its variable b is itself made of model scores",
        ),
        ("[classifier]\nvariables = ['bci']", "[classifier] variables names the model bci"),
        ("[classifier]\nfolds = 1", "[classifier] folds = 1: give a whole number from 2 on"),
        ("[study]\nbootstraps = -1", "[study] bootstraps = -1: give a whole number from 0 on"),
        ("[modles]\nx = 1", "the configuration has no key modles; known are"),
    ],
)
def test_what_means_nothing_is_one_clear_error(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        study_config_of(tomllib.loads(text))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    with pytest.raises(InputError, match="file not found"):
        read_study_config(path)
    path.write_text(CONTRACT, encoding="utf-8-sig")
    assert read_study_config(path).models[0].name == "clinical"
    path.write_text("[endpoint\n")
    with pytest.raises(InputError, match="is no TOML file"):
        read_study_config(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is no TOML file"):
        read_study_config(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_study_config(tmp_path)
