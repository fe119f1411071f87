"""What the worker wrote becomes a patient of the scene, in steps between which the window answers."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from slicer.i18n import tr as _


def volume_steps(scene, facts: dict, joined) -> list:
    """Read the images and make them a patient; ``joined`` is given its nodes."""
    from NEMOPETLib.scene.patient_nodes import add_patient
    from NEMOPETLib.scene.volumes import load_volume, show_as_ct, show_as_pet

    loaded = {}

    def load(name: str, show) -> None:
        loaded[name] = load_volume(scene, Path(facts["files"][name]), name.upper())
        show(loaded[name])

    def join() -> None:
        patient = facts["patient"]
        nodes = add_patient(
            scene,
            json.dumps([patient["patient_id"], patient["study_uid"]]),
            loaded["pet"],
            loaded["ct"],
            label=patient["patient_id"] or _("Patient"),
            patient_id=patient["patient_id"],
            study_uid=patient["study_uid"],
            study_date=patient["study_date"],
        )
        joined(nodes)

    return [partial(load, "ct", show_as_ct), partial(load, "pet", show_as_pet), join]


def mask_steps(nodes, answer: dict) -> list:
    """Put the masks of an answer into the patient's segments, each beside its automatic one.

    ``replaced`` of the answer names those to be put, and those to be taken out as there are none of them now.
    """
    from NEMOPETLib.scene.review import remove_mask

    masks = answer["cropped"]
    automatic = answer.get("automatic_cropped", masks)
    names = answer.get("replaced", list(masks))
    put = [partial(_take, nodes, name, masks[name], automatic.get(name, "")) for name in names if name in masks]
    return [*(partial(remove_mask, nodes, name) for name in names if name not in masks), *put]


def written_mask_steps(nodes, folder: Path) -> tuple:
    """Write the patient's masks, as they are and as engines made them: the steps, and the answer that they fill.

    The answer is what ``mask_steps`` puts back.
    """
    from NEMOPETLib.scene.review import automatic_mask
    from NEMOPETLib.scene.segments import get_mask, hand_over

    answer: dict = {"cropped": {}, "automatic_cropped": {}}

    def write(name: str) -> None:
        for key, mask in (("cropped", get_mask(nodes, name)), ("automatic_cropped", automatic_mask(nodes, name))):
            if mask is not None:
                place = folder / f"kept_{key}"
                place.mkdir(exist_ok=True)
                answer[key][name] = str(hand_over(mask, place))

    return [partial(write, name) for name in nodes.names], answer


def _take(nodes, name: str, path: str, automatic_path: str) -> None:
    from NEMOPETLib.masks.cropped_mask import fingerprint
    from NEMOPETLib.scene.review import keep_automatic_mask, set_automatic_mask, set_status
    from NEMOPETLib.scene.segments import set_mask

    mask = _read(nodes, name, path)
    was = mask if automatic_path == path else None
    if was is None and automatic_path:
        was = _read(nodes, name, automatic_path)
    if was is not None and fingerprint(was) == fingerprint(mask):
        set_automatic_mask(nodes, mask)
        return
    set_mask(nodes, mask)
    set_status(nodes, name, "corrected")
    if was is not None:
        keep_automatic_mask(nodes, was)


def _read(nodes, name: str, path: str):
    from NEMOPETLib.masks.cropped_mask import crop
    from NEMOPETLib.masks.mask_files import read_mask

    return crop(read_mask(Path(path), name, nodes.grid_of(name)))
