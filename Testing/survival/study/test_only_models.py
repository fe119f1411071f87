"""Some models of a study, with those that they are made of."""

from __future__ import annotations

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.study.study_config import nemo_pet_study, only_models


def test_a_model_brings_those_whose_scores_are_its_variables() -> None:
    chosen = only_models(nemo_pet_study(), ["bci_spleen"])
    assert [model.name for model in chosen.models] == ["bci", "bci_spleen"]
    assert chosen.further == ()


def test_the_order_is_that_of_the_study() -> None:
    chosen = only_models(nemo_pet_study(), ["radiomic", "clinical"])
    assert [model.name for model in chosen.models] == ["clinical", "radiomic"]


def test_an_unknown_model_is_named_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no model clincal: the known ones are clinical, radiomic"):
        only_models(nemo_pet_study(), ["clincal"])
