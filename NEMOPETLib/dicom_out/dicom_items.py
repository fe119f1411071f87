"""Sequence items."""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.dataset import Dataset
from pydicom.valuerep import format_number_as_ds

from NEMOPETLib.coded_concept import Code


def item(**values: object) -> Dataset:
    """A sequence item with these attributes."""
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def code_item(code: Code) -> Dataset:
    """A coded concept (PS3.3 8.8)."""
    return item(CodeValue=code.value, CodingSchemeDesignator=code.scheme, CodeMeaning=code.meaning)


def decimals(values: Iterable[float]) -> list[str]:
    """Numbers as decimal strings of at most 16 characters, so exact as these allow."""
    return [str(format_number_as_ds(float(value))) for value in values]
