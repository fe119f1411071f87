"""The columns are those of the public contract."""

from __future__ import annotations

import re
from itertools import product

import pytest

from NEMOPETLib.cohort.columns import BY_NAME, COLUMNS, KEY


def test_names_are_unique_and_the_key_comes_first():
    assert len(BY_NAME) == len(COLUMNS)
    assert tuple(column.name for column in COLUMNS[:2]) == KEY
    assert all(BY_NAME[name].kind == "id" for name in KEY)


def test_groups_are_not_mixed():
    groups = [column.group for column in COLUMNS]
    order = ["patient", "measurements", "score", "clinical", "provenance"]
    assert groups == sorted(groups, key=order.index)


def test_every_column_of_the_contract_is_there(reference_data):
    contract = reference_data.parent / "CONTRACT.md"
    if not contract.is_file():
        pytest.skip("the contract is not beside the reference data")
    table = contract.read_text("utf-8").split("## Cohort table")[1].split("## ")[0]
    names = set(re.findall(r"`([a-z_0-9]+)`", table)) | {
        f"{tissue}_{what}"
        for tissue, what in product(("muscle", "fat_sc", "fat_v", "spleen"), ("volume_ml", "sul_mean", "hu_mean"))
    }
    assert names <= set(BY_NAME)  # it may be extended
