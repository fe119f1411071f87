"""Which masks have changed since they were last looked at, so that only those are measured again."""

from __future__ import annotations

from collections.abc import Mapping

from NEMOPETLib.masks.cropped_mask import CroppedMask, fingerprint
from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.scene.segments import LABELMAP, settle


class ChangeWatch:
    """Looks at the masks of a patient.

    Asking costs nothing while no segment was touched; a segment that was touched is settled (see ``settle``)
    and compared by its voxels, so that saving the scene, or a stroke that is undone, is no change.

    Parameters
    ----------
    patient
        Whose masks.
    known
        Fingerprints by mask, as of ``known`` of an earlier watch (such as kept with the numbers); a mask that
        is not among them counts as changed.
    """

    def __init__(self, patient: PatientNodes, known: dict[str, str] | None = None) -> None:
        self._patient = patient
        self._known = dict(known or {})
        self._seen: dict[str, tuple[int, str]] = {}

    @property
    def known(self) -> dict[str, str]:
        """Fingerprints of the masks as they were last taken and confirmed."""
        return dict(self._known)

    def touched(self) -> bool:
        """Whether any segment was modified since ``changed`` was last asked; costs nothing."""
        return any(self._touched(name) for name in self._patient.names)

    def changed(self) -> tuple[str, ...]:
        """The masks that are not what was taken last."""
        return tuple(name for name in self._patient.names if self.has_changed(name))

    def has_changed(self, name: str) -> bool:
        """Whether this one mask is not what was taken last: for a window that must not wait for all."""
        return self._now(name) != self._known.get(name)

    def removed(self) -> tuple[str, ...]:
        """The masks that were taken and whose segment is gone."""
        return tuple(name for name in self._known if name not in self._patient.names)

    def may_have_changed(self, name: str) -> bool:
        """Whether this mask was touched since it was last compared, or is not what was taken last; costs nothing."""
        return self._touched(name) or self._seen[name][1] != self._known.get(name)

    def take(self, name: str) -> tuple[CroppedMask, str]:
        """The mask, to be measured, and its fingerprint; it counts as changed until that is confirmed."""
        mask = settle(self._patient, name)
        self._seen[name] = (self._modified(name), fingerprint(mask))
        return mask, self._seen[name][1]

    def confirm(self, taken: Mapping[str, str | None]) -> None:
        """The numbers of these masks are there: fingerprints as taken, None for a mask that is gone."""
        for name, mark in taken.items():
            if mark is None:
                self._known.pop(name, None)
            else:
                self._known[name] = mark

    def _now(self, name: str) -> str:
        if self._touched(name):
            now = fingerprint(settle(self._patient, name))
            self._seen[name] = (self._modified(name), now)
        return self._seen[name][1]

    def _touched(self, name: str) -> bool:
        return name not in self._seen or self._seen[name][0] != self._modified(name)

    def _modified(self, name: str) -> int:
        image = self._patient.segment(name).GetRepresentation(LABELMAP)
        scalars = image.GetPointData().GetScalars() if image is not None else None
        return max((part.GetMTime() for part in (image, scalars) if part is not None), default=0)
