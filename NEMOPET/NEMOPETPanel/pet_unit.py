"""In what a PET volume without DICOM is: SUV, or Bq/ml with the time since the injection."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from slicer.i18n import tr as _

SUV, BQML = range(2)
_BQML_CODE = "bq/ml"  # of UCUM, in small letters


class PetUnit:
    """The two fields of a form that say it.

    Parameters
    ----------
    ui
        The form.
    changed
        Called when the user changes one.
    """

    def __init__(self, ui, changed: Callable[[], None]) -> None:
        self._ui = ui
        self._asked = False  # whether such a volume is to be chosen
        ui.petUnitSelector.connect("currentIndexChanged(int)", lambda _index: self._on_unit(changed))
        ui.uptakeEdit.connect("textChanged(QString)", lambda _text: changed())

    def show(self, asked: bool) -> None:
        """Show the fields, or hide them where no volume is to be chosen."""
        self._asked = asked
        ui = self._ui
        for widget in (ui.petUnitSelector, ui.petUnitSelectorLabel):
            widget.setVisible(asked)
        for widget in (ui.uptakeEdit, ui.uptakeEditLabel):
            widget.setVisible(asked and self._is_bqml)

    def take_from(self, node) -> None:
        """Propose the unit that a volume says itself, SUV where it says none; the time was another volume's."""
        units = node.GetVoxelValueUnits() if node is not None else None
        code = (units.GetCodeValue() or "").lower() if units is not None else ""
        self._ui.petUnitSelector.setCurrentIndex(BQML if code == _BQML_CODE else SUV)
        self._ui.uptakeEdit.clear()

    def lacking(self, overrides: Mapping) -> str:
        """What has to be given before SUV can be made; empty if nothing."""
        if not self._is_bqml or (self._uptake_min() is not None and {"weight_kg", "dose_mbq"} <= overrides.keys()):
            return ""
        return _("Give uptake, weight and dose: a PET in Bq/ml needs them")

    def arguments(self) -> dict:
        """The unit as arguments of the worker's ``open``."""
        return {"pet_unit": "bqml", "uptake_min": self._uptake_min()} if self._is_bqml else {"pet_unit": "suvbw"}

    @property
    def _is_bqml(self) -> bool:
        return self._ui.petUnitSelector.currentIndex == BQML

    def _uptake_min(self) -> float | None:
        try:
            minutes = float(self._ui.uptakeEdit.text.strip().replace(",", "."))
        except ValueError:
            return None
        return minutes if math.isfinite(minutes) else None

    def _on_unit(self, changed: Callable[[], None]) -> None:
        self.show(self._asked)
        changed()
