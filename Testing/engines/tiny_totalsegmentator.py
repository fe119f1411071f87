"""Make networks that the real TotalSegmentator runs in place of its own: they tell the phantom's tissues by HU.

    PYTHON tiny_totalsegmentator.py FOLDER

with a Python that has TotalSegmentator. ``FOLDER`` then serves as ``TOTALSEG_WEIGHTS_PATH``. Nothing is trained: the
logit of each label is a straight line over HU, and the upper envelope of straight lines cuts the axis into bands.
A band that is no structure of the task gets a label that no mask is made of.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet
from torch import nn

LEAK = 0.01
HU_UNIT = 100.0
LOWEST, HIGHEST = -1000.0, 300.0


@dataclass(frozen=True)
class Bands:
    """Labels along the HU axis: ``labels[0]`` up to ``edges[0]``, ``labels[n]`` from ``edges[n - 1]`` on."""

    labels: tuple[int, ...]
    edges: tuple[float, ...]

    def lines(self) -> tuple[list[float], list[float]]:
        """Slope (per ``HU_UNIT``) and intercept of each label's logit."""
        heads = max(self.labels) + 1
        slopes, intercepts = [0.0] * heads, [0.0] * heads
        slope, intercept, bottom = -len(self.edges) / 2, 0.0, 0.0
        for place, label in enumerate(self.labels):
            if place:
                edge = self.edges[place - 1] / HU_UNIT
                slope, intercept = slope + 1, intercept - edge
                bottom = min(bottom, slope * edge + intercept)
            slopes[label], intercepts[label] = slope, intercept
        for label in set(range(heads)) - set(self.labels):
            intercepts[label] = bottom - 50
        return slopes, intercepts


# The phantom: air -1000, lung -800, trunk fat -120, subcutaneous fat -80, wall -20, bladder 5, brain 25, muscle 55,
# lesion 80, liver 100, heart 120, kidney 140, bone 165, spleen 200.
REGION = Bands((0, 1), (182.5,))
SPLEEN = Bands((0, 1), (90,))  # within the region nothing else is so dense
ORGANS = Bands((0, 22, 21, 23, 5, 24, 2, 25, 1), (-400, -7.5, 15, 90, 110, 130, 152.5, 182.5))
TISSUES = Bands((0, 2, 1, 4, 3, 5), (-145, -100, -50, 40, 67.5))

TOTAL, TOTAL_3_MM = "nnUNetTrainerNoMirroring", "nnUNetTrainer_4000epochs_NoMirroring"
MODELS = (
    ("Dataset291_TotalSegmentator_part1_organs_1559subj", TOTAL, 1.5, SPLEEN),
    ("Dataset292_TotalSegmentator_part2_vertebrae_1532subj", TOTAL, 1.5, SPLEEN),
    ("Dataset293_TotalSegmentator_part3_cardiac_1559subj", TOTAL, 1.5, SPLEEN),
    ("Dataset294_TotalSegmentator_part4_muscles_1559subj", TOTAL, 1.5, SPLEEN),
    ("Dataset295_TotalSegmentator_part5_ribs_1559subj", TOTAL, 1.5, SPLEEN),
    ("Dataset297_TotalSegmentator_total_3mm_1559subj", TOTAL_3_MM, 3.0, ORGANS),
    ("Dataset298_TotalSegmentator_total_6mm_1559subj", TOTAL_3_MM, 6.0, REGION),
    ("Dataset481_tissue_1559subj", "nnUNetTrainer", 1.5, TISSUES),
)

ARCHITECTURE = {
    "n_stages": 2,
    "features_per_stage": [2, 2],
    "kernel_sizes": [[1, 1, 1], [1, 1, 1]],
    "strides": [[1, 1, 1], [2, 2, 2]],
    "n_conv_per_stage": [1, 1],
    "n_conv_per_stage_decoder": [1],
    "conv_bias": True,
    "norm_op_kwargs": {},
    "dropout_op_kwargs": None,
    "nonlin_kwargs": {"inplace": True, "negative_slope": LEAK},
}


def network(bands: Bands) -> PlainConvUNet:
    """A network whose logits are straight lines over its input."""
    slopes, intercepts = bands.lines()
    net = PlainConvUNet(
        1,
        num_classes=len(slopes),
        conv_op=nn.Conv3d,
        norm_op=None,
        dropout_op=None,
        nonlin=nn.LeakyReLU,
        **ARCHITECTURE,
    )
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        # leaky(x) - leaky(-x) = (1 + LEAK) x: the value goes through each layer as two features, unchanged.
        first = net.encoder.stages[0][0].convs[0].conv
        first.weight[:, 0, 0, 0, 0] = torch.tensor([1.0, -1.0])
        merging = net.decoder.stages[0].convs[0].conv  # the coarse level's two features (zero), then these two
        merging.weight[:, 2:, 0, 0, 0] = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]) / (1 + LEAK)
        last = net.decoder.seg_layers[-1]
        line = torch.tensor(slopes) / (1 + LEAK)
        last.weight[:, :, 0, 0, 0] = torch.stack([line, -line], dim=1)
        last.bias[:] = torch.tensor(intercepts)
    return net


def plans(dataset: str, spacing: float) -> dict[str, object]:
    """What nnU-Net reads of a training."""
    resampling = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    name = "resample_data_or_seg_to_shape"
    return {
        "dataset_name": dataset,
        "plans_name": "nnUNetPlans",
        "image_reader_writer": "SimpleITKIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            "0": {"mean": 0.0, "std": HU_UNIT, "percentile_00_5": LOWEST, "percentile_99_5": HIGHEST}
        },
        "configurations": {
            "3d_fullres": {
                "data_identifier": "nnUNetPlans_3d_fullres",
                "preprocessor_name": "DefaultPreprocessor",
                "batch_size": 2,
                "patch_size": [96, 96, 96],
                "spacing": [spacing] * 3,
                "normalization_schemes": ["CTNormalization"],
                "use_mask_for_norm": [False],
                "resampling_fn_data": name,
                "resampling_fn_seg": name,
                "resampling_fn_probabilities": name,
                "resampling_fn_data_kwargs": resampling,
                "resampling_fn_seg_kwargs": {**resampling, "is_seg": True},
                "resampling_fn_probabilities_kwargs": resampling,
                "architecture": {
                    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
                    "arch_kwargs": {
                        **ARCHITECTURE,
                        "conv_op": "torch.nn.modules.conv.Conv3d",
                        "norm_op": None,
                        "dropout_op": None,
                        "nonlin": "torch.nn.LeakyReLU",
                    },
                    "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
                },
                "batch_dice": False,
            }
        },
    }


def write_model(results: Path, dataset: str, trainer: str, spacing: float, bands: Bands) -> None:
    """Write one network in nnU-Net's layout."""
    folder = results / dataset / f"{trainer}__nnUNetPlans__3d_fullres"
    (folder / "fold_0").mkdir(parents=True)
    heads = max(bands.labels) + 1
    about = {
        "channel_names": {"0": "CT"},
        "labels": {"background": 0, **{f"label_{number}": number for number in range(1, heads)}},
        "numTraining": 1,
        "file_ending": ".nii.gz",
    }
    (folder / "dataset.json").write_text(json.dumps(about))
    (folder / "plans.json").write_text(json.dumps(plans(dataset, spacing)))
    checkpoint = {
        "network_weights": network(bands).state_dict(),
        "trainer_name": trainer,
        "init_args": {"configuration": "3d_fullres"},
        "inference_allowed_mirroring_axes": None,
    }
    torch.save(checkpoint, folder / "fold_0" / "checkpoint_final.pth")


if __name__ == "__main__":
    for model in MODELS:
        write_model(Path(sys.argv[1]), *model)
