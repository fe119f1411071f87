"""One run of LION on one PET: from the cache, or in its own environment, on the processor if memory runs short."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import SimpleITK

from NEMOPETLib.engines import lion_program
from NEMOPETLib.engines.cache import CachedSegmentation, cache_key, cached, digest_of_image, keep
from NEMOPETLib.engines.engine_progress import EngineProgress
from NEMOPETLib.engines.folders import writing_into
from NEMOPETLib.engines.image_file import write_image
from NEMOPETLib.engines.lion_environment import LIONZ_VERSION, TORCH
from NEMOPETLib.engines.lion_weights import LionWeights
from NEMOPETLib.engines.machine import full_disk
from NEMOPETLib.engines.memory_ladder import AUTO, CPU, is_out_of_memory, ladder
from NEMOPETLib.engines.process import Ending, EngineRun, engine_environment, engine_run, one_at_a_time
from NEMOPETLib.engines.run_log import RunLog
from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress
from NEMOPETLib.studies.volume import Volume

SILENCE_LIMIT_S = 3600.0
"""nnU-Net is silent between its progress bars: resampling and export of a large PET on a slow processor."""

_INPUT, _OUTPUT, _MODELS = "pet.nii", "tumour.nii.gz", "models"
_SAID_DEVICE = "device: "
_CAUSE = "Error"  # the line of a traceback that says what it is about


@dataclass(frozen=True)
class LionRunner:
    """LION as it is installed, and how to run it.

    Parameters
    ----------
    python
        The Python of its environment.
    weights
        Those to use.
    device
        ``auto`` (a GPU if there is one), ``gpu``, ``gpu:N``, ``mps`` or ``cpu``.
    silence_limit_s
        How long it may print nothing before it is taken to hang.
    """

    python: Path
    weights: LionWeights
    device: str = AUTO
    silence_limit_s: float = SILENCE_LIMIT_S

    def segment(self, pet: Volume, progress: Progress) -> CachedSegmentation:
        """LION's tumour mask of a PET in SUVbw; the record has ``device`` and ``warnings``.

        Raises
        ------
        InputError
            If it fails; says why and where the log is.
        """
        key = cache_key(digest_of_image(pet), f"lionz {LIONZ_VERSION}", TORCH, self.weights.sha256())
        if (found := cached(key)) is not None:
            return found
        with one_at_a_time(self.device, progress, "LION: lesions"):
            return cached(key) or self._run(key, pet, progress)

    def _run(self, key: str, pet: Volume, progress: Progress) -> CachedSegmentation:
        with engine_run() as run, RunLog("lion", run.folder) as log:
            with writing_into(run.folder.parent, "TMPDIR"):
                write_image(run.folder / _INPUT, as_lion_sees_it(pet))
                self.weights.stage(run.folder / _MODELS)
            attempts: list[_Attempt] = []
            for mode in ladder(self.device, can_split=False, can_be_fast=False):
                if attempts and attempts[-1].device == CPU:
                    break
                attempt = _Attempt(mode.device, log, EngineProgress(progress, "LION: lesions"))
                ending = self._execute(run, attempt)
                if ending.status == 0:
                    return self._keep(key, run.folder / _OUTPUT, pet, attempt)
                if not is_out_of_memory(ending):
                    raise _failure(ending, log)
                attempts.append(attempt)
            tried = "; ".join(attempt.device for attempt in attempts)
            raise InputError(
                f"LION had not enough memory, tried: {tried}: close other programs or use a machine with more"
                f" (log: {log.path})"
            )

    def _execute(self, run: EngineRun, attempt: _Attempt) -> Ending:
        arguments = [str(run.folder / _INPUT), str(run.folder / _OUTPUT), attempt.device.replace("gpu", "cuda")]
        models = str(run.folder / _MODELS)
        environment = engine_environment(self.python, LIONZ_TELEMETRY="0", LIONZ_MODELS_DIRECTORY=models)
        command = [str(self.python), lion_program.__file__, *arguments]
        try:
            return run.execute(command, environment, attempt.hear, self.silence_limit_s)
        finally:
            attempt.bar.close()

    def _keep(self, key: str, output: Path, pet: Volume, attempt: _Attempt) -> CachedSegmentation:
        if not output.is_file() or not read_tumour(output).grid.matches(as_lion_sees_it(pet).grid):
            raise InputError(f"LION ended without a mask of the whole PET (log: {attempt.log.path})")
        asked = self.device not in (AUTO, CPU) and attempt.device == CPU
        warnings = ["LION could not use the GPU and ran on the processor"] * asked
        return keep(key, output, {"task": "lion", "device": attempt.device, "warnings": warnings})


@dataclass
class _Attempt:
    """One call of LION: the device that was asked for, until LION says which it uses, and who listens."""

    device: str
    log: RunLog
    bar: EngineProgress

    def hear(self, line: str) -> None:
        """Take in a line."""
        self.log.write(line)
        self.bar.line(line)
        if line.startswith(_SAID_DEVICE):
            self.device = line.removeprefix(_SAID_DEVICE)


def as_lion_sees_it(pet: Volume) -> Volume:
    """The PET stored from right to left, back to front, feet to head, as lionz stores what it converts from DICOM.

    nnU-Net takes voxels as they are stored: another order would be another patient to it.
    """
    return Volume.from_sitk(SimpleITK.DICOMOrient(pet.to_sitk(), "LAS"))


def read_tumour(path: Path) -> Volume:
    """The tumour mask as LION wrote it; raises InputError if it is damaged."""
    try:
        return Volume.from_sitk(SimpleITK.ReadImage(str(path)))
    except RuntimeError as error:
        raise InputError("LION's mask cannot be read: run it again") from error


def _failure(ending: Ending, log: RunLog) -> InputError:
    if ending.is_for_lack_of_disk:
        return InputError(f"LION failed: {full_disk()} (log: {log.path})")
    causes = [line.strip() for line in ending.tail if _CAUSE in line and not line.startswith(" ")]
    said = (causes or [line.strip() for line in ending.tail] or ["it printed nothing"])[-1]
    return InputError(f"LION {ending}: {said[:200]} (log: {log.path})")
