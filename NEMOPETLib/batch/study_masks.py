"""Mask files of each study of an archive, named once for all: ``{study}/masks/lesions.nii.gz``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from NEMOPETLib.engines.engine_choice import EngineChoice, TissueChoice
from NEMOPETLib.masks.engine import MaskFile

STUDY = "{study}"


def engines_of_study(engines: EngineChoice, folder: Path) -> EngineChoice:
    """The engines with the files of the study in a folder, which stands where ``{study}`` does."""

    def placed(file: MaskFile) -> MaskFile:
        return replace(file, path=Path(str(file.path).replace(STUDY, str(folder))))

    def all_placed(found_by: TissueChoice) -> TissueChoice:
        return found_by if isinstance(found_by, str) else {name: placed(file) for name, file in found_by.items()}

    return replace(
        engines,
        lesions=placed(engines.lesions) if isinstance(engines.lesions, MaskFile) else engines.lesions,
        tissues=all_placed(engines.tissues),
        organs=all_placed(engines.organs),
        inside=placed(engines.inside) if engines.inside else None,
        liver=placed(engines.liver) if engines.liver else None,
    )


def mask_files(engines: EngineChoice) -> list[MaskFile]:
    """Every file that the engines read."""
    one = [file for file in (engines.lesions, engines.inside, engines.liver) if isinstance(file, MaskFile)]
    by_name = [found_by for found_by in (engines.tissues, engines.organs) if not isinstance(found_by, str)]
    return [*one, *(file for files in by_name for file in files.values())]
