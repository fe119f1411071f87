"""Write a network in LION's format that calls every voxel above SUV 2 a tumour; run by LION's own Python.

    python tiny_lion.py MODELS_FOLDER TRAINER

Every convolution but the last passes its input on, shifted so far that the activation is linear there; the last makes
of it the logit 10 (SUV - 2) for the tumour, 0 for the background and -60 for the ten organs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet

TUMOUR, CLASSES = 11, 12
SUV_OF_EVEN_ODDS, SLOPE, SHIFT, NEVER = 2.0, 10.0, 50.0, -60.0
ARCHITECTURE = {
    "n_stages": 2,
    "features_per_stage": [1, 1],
    "conv_op": "torch.nn.modules.conv.Conv3d",
    "kernel_sizes": [[1, 1, 1]] * 2,
    "strides": [[1, 1, 1], [2, 2, 2]],
    "n_conv_per_stage": [1, 1],
    "n_conv_per_stage_decoder": [1],
    "conv_bias": True,
    "norm_op": None,
    "norm_op_kwargs": {},
    "dropout_op": None,
    "dropout_op_kwargs": None,
    "nonlin": "torch.nn.LeakyReLU",
    "nonlin_kwargs": {"inplace": True},
}


def network() -> PlainConvUNet:
    """The network with its weights set by hand."""
    options = {**ARCHITECTURE, "conv_op": torch.nn.Conv3d, "nonlin": torch.nn.LeakyReLU}
    made = PlainConvUNet(1, num_classes=CLASSES, deep_supervision=False, **options)
    with torch.no_grad():
        for weights in made.parameters():
            weights.zero_()
        first = made.encoder.stages[0][0].convs[0].conv
        first.weight.fill_(1)
        first.bias.fill_(SHIFT)
        made.decoder.stages[0].convs[0].conv.weight[0, 1] = 1  # of the skip connection
        last = made.decoder.seg_layers[0]
        last.bias.fill_(NEVER)
        last.bias[0] = 0
        last.weight[TUMOUR] = SLOPE
        last.bias[TUMOUR] = -SLOPE * (SHIFT + SUV_OF_EVEN_ODDS)
    return made


def plans() -> dict[str, object]:
    """nnU-Net's plans: no normalisation, so that the network sees SUV."""
    resampling = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": False}
    statistics = dict.fromkeys(("mean", "median", "min", "percentile_00_5"), 0.0)
    configuration = {
        "data_identifier": "nnUNetPlans_3d_fullres",
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": 2,
        "patch_size": [32, 32, 32],
        "spacing": [4.0, 4.0, 4.0],
        "normalization_schemes": ["NoNormalization"],
        "use_mask_for_norm": [False],
        "architecture": {
            "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
            "arch_kwargs": ARCHITECTURE,
            "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
        },
        "batch_dice": True,
        **{f"resampling_fn_{of}": "resample_data_or_seg_to_shape" for of in ("data", "seg", "probabilities")},
        **{f"resampling_fn_{of}_kwargs": resampling for of in ("data", "probabilities")},
        "resampling_fn_seg_kwargs": {**resampling, "is_seg": True},
    }
    return {
        "dataset_name": "Dataset789_Tumors",
        "plans_name": "nnUNetPlans",
        "image_reader_writer": "SimpleITKIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            "0": {**statistics, "std": 1.0, "max": 1.0, "percentile_99_5": 1.0}
        },
        "configurations": {"3d_fullres": configuration},
    }


def write(models: Path, trainer: str) -> None:
    """Write the model's folder."""
    model = models / "Dataset789_Tumors" / f"{trainer}__nnUNetPlans__3d_fullres"
    (model / "fold_all").mkdir(parents=True)
    labels = {"background": 0, **{f"organ_{number}": number for number in range(1, TUMOUR)}, "tumor": TUMOUR}
    dataset = {"channel_names": {"0": "PET"}, "labels": labels, "numTraining": 1, "file_ending": ".nii.gz"}
    (model / "dataset.json").write_text(json.dumps(dataset))
    (model / "plans.json").write_text(json.dumps(plans()))
    checkpoint = {
        "network_weights": network().state_dict(),
        "trainer_name": trainer,
        "init_args": {"configuration": "3d_fullres"},
        "inference_allowed_mirroring_axes": None,
    }
    torch.save(checkpoint, model / "fold_all" / "checkpoint_final.pth")


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
