"""TotalSegmentator's weights and licence on this machine: where they lie and which are missing.

TotalSegmentator downloads what it misses without asking. Here nothing is downloaded: what is missing is said before
a run, with the command that fetches it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines.cache import digest_of_file

_CONFIG = "config.json"
_LICENCE = "license_number"


@dataclass(frozen=True)
class WeightSet:
    """A trained network of TotalSegmentator: its folder, and the trainer that its files are named after."""

    folder: str
    trainer: str

    def files(self, results: Path) -> tuple[Path, ...]:
        """The files that the network consists of."""
        network = results / self.folder / f"{self.trainer}__nnUNetPlans__3d_fullres"
        return network / "plans.json", network / "dataset.json", network / "fold_0" / "checkpoint_final.pth"


# totalsegmentator/map_tasks_config.py, 2.18.0
TOTAL = tuple(
    WeightSet(folder, "nnUNetTrainerNoMirroring")
    for folder in (
        "Dataset291_TotalSegmentator_part1_organs_1559subj",
        "Dataset292_TotalSegmentator_part2_vertebrae_1532subj",
        "Dataset293_TotalSegmentator_part3_cardiac_1559subj",
        "Dataset294_TotalSegmentator_part4_muscles_1559subj",
        "Dataset295_TotalSegmentator_part5_ribs_1559subj",
    )
)
TOTAL_3_MM = WeightSet("Dataset297_TotalSegmentator_total_3mm_1559subj", "nnUNetTrainer_4000epochs_NoMirroring")
TOTAL_6_MM = WeightSet("Dataset298_TotalSegmentator_total_6mm_1559subj", "nnUNetTrainer_4000epochs_NoMirroring")
TISSUE_TYPES = WeightSet("Dataset481_tissue_1559subj", "nnUNetTrainer")


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """TotalSegmentator's own folder, where its configuration lies."""
    if given := environment.get("TOTALSEG_HOME_DIR"):
        return Path(given)
    home = Path.home()
    return (Path("/tmp") if str(home) == "/" else home) / ".totalsegmentator"  # as TotalSegmentator does in Docker


def weights_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where TotalSegmentator's weights lie."""
    given = environment.get("TOTALSEG_WEIGHTS_PATH")
    return Path(given) if given else home_folder(environment) / "nnunet" / "results"


def missing_weights(sets: Sequence[WeightSet], results: Path) -> list[str]:
    """The folders of those sets of which any file is missing or empty."""

    def there(file: Path) -> bool:
        return file.is_file() and file.stat().st_size > 0

    return [one.folder for one in sets if not all(map(there, one.files(results)))]


def digest_of_weights(sets: Sequence[WeightSet], results: Path) -> list[str]:
    """SHA-256 of each file of the sets: other weights make another segmentation."""
    return [digest_of_file(file) for one in sets for file in one.files(results)]


def licence(home: Path) -> str | None:
    """The user's licence number as TotalSegmentator keeps it; None if there is none."""
    try:
        number = json.loads((home / _CONFIG).read_bytes()).get(_LICENCE)
    except (OSError, ValueError, AttributeError):
        return None
    return str(number) if number else None


def write_private_home(folder: Path, number: str | None) -> None:
    """Make a home folder for one run: its configuration sends nothing, and the user's own stays as it is.

    TotalSegmentator writes its configuration on each run without a lock, and sends usage statistics unless it says
    not to.
    """
    folder.mkdir()
    config: dict[str, object] = {
        "totalseg_id": "nemopet",
        "send_usage_stats": False,
        "prediction_counter": 0,
        "statistics_disclaimer_shown": True,
    }
    if number:
        config[_LICENCE] = number
    (folder / _CONFIG).write_text(json.dumps(config), encoding="utf-8")
