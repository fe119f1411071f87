from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.segmentation_file import write_segmentation
from NEMOPETLib.session.tissue_file import tissues_in
from NEMOPETLib.studies.volume import Grid

MASK = Mask("any", np.ones((3, 3, 3), bool), Grid((3, 3, 3), np.eye(4)))


def test_a_file_says_which_tissues_it_has(tmp_path: Path) -> None:
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, dict.fromkeys(("spleen", "muscle", "lesions"), MASK))
    assert tissues_in(path) == {"muscle": path, "spleen": path}


def test_a_file_without_a_tissue_is_refused_with_the_names_it_should_have(tmp_path: Path) -> None:
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, {"Segment_1": MASK, "lesions": MASK})
    with pytest.raises(InputError, match="none of its masks is a tissue: name them muscle, fat_sc, fat_v, spleen"):
        tissues_in(path)
