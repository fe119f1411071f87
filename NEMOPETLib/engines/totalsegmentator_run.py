"""One task of TotalSegmentator on one CT: from the cache, or run with less and less memory until it succeeds."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from NEMOPETLib.engines.cache import CachedSegmentation, cache_key, cached, digest_of_image, keep
from NEMOPETLib.engines.engine_progress import EngineProgress
from NEMOPETLib.engines.folders import writing_into
from NEMOPETLib.engines.image_file import write_image
from NEMOPETLib.engines.memory_ladder import AUTO, CPU, Mode, is_out_of_memory, ladder
from NEMOPETLib.engines.process import Ending, EngineRun, engine_environment, engine_run, one_at_a_time
from NEMOPETLib.engines.run_log import RunLog
from NEMOPETLib.engines.totalsegmentator_faults import MissingWeightsError, failure, out_of_memory
from NEMOPETLib.engines.totalsegmentator_program import Program
from NEMOPETLib.engines.totalsegmentator_tasks import Task
from NEMOPETLib.engines.weights import (
    digest_of_weights,
    home_folder,
    licence,
    missing_weights,
    weights_folder,
    write_private_home,
)
from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress
from NEMOPETLib.studies.volume import Volume

SILENCE_LIMIT_S = 1800.0
_SPLIT_SLICES = 60  # TotalSegmentator's three parts overlap by 20 slices of the network's grid on either side
_NO_GPU = "No GPU detected"
_INPUT, _OUTPUT, _REPORT, _HOME = "ct.nii", "labels.nii.gz", "report.json", "home"


@dataclass(frozen=True)
class Segmentation:
    """A label map, what made it, and what the reader should know."""

    labels: Path
    description: str
    warnings: tuple[str, ...]


class TaskRunner:
    """Runs tasks on one CT, which is written once for all of them.

    Parameters
    ----------
    program
        The TotalSegmentator to run.
    ct
        HU.
    device
        ``auto`` (a GPU if there is one), ``gpu``, ``gpu:N``, ``mps`` or ``cpu``.
    silence_limit_s
        How long it may print nothing.
    """

    def __init__(self, program: Program, ct: Volume, device: str, silence_limit_s: float) -> None:
        self.program, self._ct, self._silence_limit_s = program, ct, silence_limit_s
        self._device = "gpu" if device == AUTO else device
        self._wanted_gpu = device not in (AUTO, CPU)
        self._image = digest_of_image(ct)
        self._weights = weights_folder()

    def segment(self, task: Task, progress: Progress) -> Segmentation:
        """The label map of a task.

        Raises
        ------
        MissingWeightsError, MissingLicenceError
            If the task cannot run on this machine until somebody installs something.
        InputError
            If it failed; says why and where the log is.
        """
        missing = missing_weights(task.weights, self._weights)
        if missing:
            raise MissingWeightsError(
                f"TotalSegmentator's weights for {task.name} are missing ({', '.join(missing)} in {self._weights}):"
                " nemopet doctor says how to get them"
            )
        key = self._key(task)
        found = cached(key)
        if found is None:
            title = f"TotalSegmentator: {task.title}"
            with one_at_a_time(self._device, progress, title):
                found = cached(key) or self._run(task, EngineProgress(progress, title))
        record = found.record
        return Segmentation(found.path, f"{record['task']} on {record['mode']}", tuple(record["warnings"]))

    def _key(self, task: Task) -> str:
        weights = digest_of_weights(task.used, self._weights)
        return cache_key(self._image, task.options, self.program.versions, weights)

    def _run(self, task: Task, progress: EngineProgress) -> CachedSegmentation:
        """Climb down the ladder in one private folder."""
        tried: list[str] = []
        number = licence(home_folder())
        with engine_run() as run, RunLog(f"totalsegmentator-{task.title}", run.folder, number or "") as log:
            log.write(str(self.program))
            with writing_into(run.folder.parent, "TMPDIR"):
                write_image(run.folder / _INPUT, self._ct)
                write_private_home(run.folder / _HOME, number)
            ear = _Ear(log, progress)
            for mode in self._modes(task):
                variant = task.fast if mode.fast and task.fast else task
                # Without a GPU what was asked of it has run on the processor already.
                if (ear.without_gpu and mode.device != CPU) or str(mode) in tried:
                    continue
                if variant is not task and (found := cached(self._key(variant))):
                    return found
                ending = self._attempt(run, variant, mode, ear)
                if ending.status == 0:
                    return self._kept(variant, mode, run.folder / _OUTPUT, _read_report(variant, run.folder, log))
                if not is_out_of_memory(ending):
                    raise failure(variant.name, ending, str(log.path))
                tried.append(str(Mode(CPU, mode.split, mode.fast) if ear.without_gpu else mode))
            raise out_of_memory(task.name, tried, str(log.path))

    def _modes(self, task: Task) -> Sequence[Mode]:
        tall = self._ct.grid.shape[0] * self._ct.grid.spacing[2] >= _SPLIT_SLICES * task.voxel_mm
        fast = task.fast is not None and not missing_weights(task.fast.weights, self._weights)
        return tuple(ladder(self._device, can_split=bool(tall) and not task.cropped, can_be_fast=fast))

    def _attempt(self, run: EngineRun, task: Task, mode: Mode, ear: _Ear) -> Ending:
        """Run one mode."""
        output, report = run.folder / _OUTPUT, run.folder / _REPORT
        for old in (output, report):
            old.unlink(missing_ok=True)
        arguments = [
            *("-i", str(run.folder / _INPUT), "-o", str(output), *task.options, "-d", mode.device),
            *("-ml", "-ns", "1", "-nr", "1", "--report", str(report), *(["-fs"] if mode.split else [])),
        ]
        ear.log.write(f"{task.name} on {mode}: {' '.join(arguments)}")
        try:
            command = self.program.command(arguments)
            ending = run.execute(command, self._environment(run), ear.hear, self._silence_limit_s)
        finally:
            ear.progress.close()
        ear.log.write(f"ended with status {ending.status}")
        return ending

    def _environment(self, run: EngineRun) -> dict[str, str]:
        return engine_environment(
            self.program.python,
            TOTALSEG_HOME_DIR=str(run.folder / _HOME),
            TOTALSEG_WEIGHTS_PATH=str(self._weights),
            nnUNet_def_n_proc=str(os.cpu_count() or 1),  # fewer would take threads from torch
        )

    def _kept(self, task: Task, mode: Mode, labels: Path, report: Mapping[str, Any]) -> CachedSegmentation:
        device = str(report.get("device", mode.device))
        on_cpu = device == CPU and mode.device != CPU
        really = Mode(CPU, mode.split, mode.fast) if on_cpu else mode
        warnings = [f"TotalSegmentator found no GPU and ran on the processor ({task.name})"] * (
            on_cpu and self._wanted_gpu
        )
        if mode.fast:
            warnings.append(f"memory was short: {task.name} with the 3 mm network, whose volumes differ")
        record = {
            "task": task.name,
            "mode": str(really),
            "warnings": warnings,
            "versions": self.program.versions,
            "seconds": report.get("runtime_seconds"),
        }
        return keep(self._key(task), labels, record)


class _Ear:
    """Hears what the engine prints: for the log, for the progress, and whether it found no GPU."""

    def __init__(self, log: RunLog, progress: EngineProgress) -> None:
        self.log, self.progress, self.without_gpu = log, progress, False

    def hear(self, line: str) -> None:
        """Take in a line."""
        self.without_gpu = self.without_gpu or _NO_GPU in line
        self.log.write(line)
        self.progress.line(line)


def _read_report(task: Task, folder: Path, log: RunLog) -> Mapping[str, Any]:
    """The run's report; raises InputError if it or the output is missing: the run cannot have been whole."""
    for name in (_OUTPUT, _REPORT):
        file = folder / name
        if not file.is_file() or file.stat().st_size == 0:
            raise InputError(f"TotalSegmentator ({task.name}) ended without {name} (log: {log.path})")
    try:
        content: dict[str, Any] = json.loads((folder / _REPORT).read_bytes())
    except ValueError as error:
        raise InputError(f"TotalSegmentator ({task.name}): its report is damaged (log: {log.path})") from error
    return content
