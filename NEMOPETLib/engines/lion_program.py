"""Runs lionz on one PET in SUV; a program for LION's own Python, started by ``lion.py`` and imported by nobody.

``python lion_program.py PET.nii TUMOUR.nii.gz DEVICE``, DEVICE being auto, cuda:N, mps or cpu. The models are those of
``LIONZ_MODELS_DIRECTORY``, which must be a folder of links that lionz may do with as it likes. It prints the device
that it uses as ``device: …``, and nnU-Net's progress bar.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(pet: str, tumour: str, device: str) -> int:
    """Predict the tumour mask and write it."""
    os.environ["LIONZ_TELEMETRY"] = "0"
    from lionz import models
    from lionz.lionz import lion
    from lionz.nnUNet_custom_trainer.utility import add_custom_trainers_to_local_nnunetv2

    dataset = Path(os.environ["LIONZ_MODELS_DIRECTORY"], models.MODEL_METADATA["fdg"][models.KEY_FOLDER_NAME])
    if not dataset.is_dir():
        sys.stderr.write("the weights were not handed over\n")
        return 1
    # With the address that it expects noted, lionz neither removes nor downloads anything.
    note = {"url": models.MODEL_METADATA["fdg"][models.KEY_URL]}
    (dataset / "model_version.json").write_text(json.dumps(note), encoding="utf-8")
    add_custom_trainers_to_local_nnunetv2()  # as lionz' own command line does; its function does not
    _adapt_predictor()
    chosen = _available(device)
    sys.stdout.write(f"device: {chosen}\n")
    Path(lion(pet, "fdg", str(Path(tumour).parent), chosen)).replace(tumour)
    return 0


def _available(asked: str) -> str:
    """The device that was asked for, or the processor where there is no such."""
    import torch

    gpu, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if gpu and asked in ("auto", "cuda"):
        return "cuda:0"
    if mps and asked in ("auto", "mps"):
        return "mps"
    return asked if gpu and asked.startswith("cuda:") else "cpu"


def _adapt_predictor() -> None:
    """Let nnU-Net show how many tiles are done, which lionz turns off, and export one image by one process."""
    from lionz import predict
    from nnunetv2.inference import predict_from_raw_data
    from tqdm import tqdm

    predict.nnUNetPredictor = functools.partial(_predictor, predict.nnUNetPredictor)
    predict_from_raw_data.tqdm = functools.partial(tqdm, file=sys.__stderr__)  # lionz sends the rest to nowhere


def _predictor(make: Callable[..., Any], **options: object) -> object:
    made = make(**{**options, "allow_tqdm": True})
    # By default it starts eight, and each imports torch.
    export = made.predict_from_data_iterator
    made.predict_from_data_iterator = functools.partial(export, num_processes_segmentation_export=1)
    return made


if __name__ == "__main__":  # nnU-Net starts processes that import this file
    raise SystemExit(main(*sys.argv[1:]))
