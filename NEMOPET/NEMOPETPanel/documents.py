"""What is known of the open patient: JSON documents in the scene's parameters, saved and restored with it."""

from __future__ import annotations

import json

OPENED, SEGMENTED, MEASURED, MOVED, PREDICTED = "opened", "segmented", "measured", "moved", "predicted"
STALE = "staleMasks"
SAVED = "saved"


class Documents:
    """What the worker has said, while ``parameters`` are those of a scene; nothing while they are None."""

    parameters = None

    @property
    def facts(self) -> dict:
        """What the worker said of the open patient."""
        return self._document(OPENED).get("facts", {})

    @property
    def request(self) -> dict:
        """With what the open patient was opened."""
        return self._document(OPENED).get("request", {})

    @property
    def engines(self) -> dict:
        """What the worker said of the masks that engines made."""
        return self._document(SEGMENTED)

    @property
    def measured(self) -> dict:
        """``values`` by column, ``lesions``, ``warnings`` and ``masks``: fingerprints of what was measured."""
        return self._document(MEASURED)

    @property
    def moved(self) -> dict:
        """How far numbers and risk move with the masks."""
        return self._document(MOVED)

    @property
    def predicted(self) -> dict:
        """Risk by the chosen model, and percentiles."""
        return self._document(PREDICTED)

    @property
    def stale(self) -> tuple:
        """Names of the masks that have changed since they were measured."""
        return tuple(self._document(STALE))

    @property
    def saved(self) -> dict:
        """Fingerprints of the masks as the cohort table has them."""
        return self._document(SAVED)

    def keep(self, name: str, document) -> None:
        """Put a document into the scene."""
        if self.parameters is not None:
            setattr(self.parameters, name, json.dumps(document))

    def forget(self) -> None:
        """Keep nothing of another patient."""
        for name in (SEGMENTED, MEASURED, MOVED, PREDICTED, STALE, SAVED):
            setattr(self.parameters, name, "")

    def _document(self, name: str):
        text = getattr(self.parameters, name) if self.parameters else ""
        return json.loads(text) if text else {}
