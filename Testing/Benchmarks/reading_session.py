"""The panel's worker on the full-size phantom: seconds and memory of each request that a reader waits for.

    python3 Testing/run.py python Testing/Benchmarks/reading_session.py
    python3 Testing/run.py python Testing/Benchmarks/reading_session.py --small

Writes about 1.5 GB into a temporary folder. Memory is that of the worker process (VmHWM of Linux).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from NEMOPETLib.phantom.masks import MEASURED, write_masks
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.study import write_phantom_study

ROOT = Path(__file__).resolve().parents[2]
ORGANS = ("kidney", "urinary_bladder")


class Worker:
    """A worker, asked and timed."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "NEMOPETLib.session"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, what: str, verb: str, **arguments: Any) -> Any:
        """The result; prints how long it took, and the process's peak memory."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        begun = time.perf_counter()
        request = {"id": 1, "do": verb, "arguments": arguments}
        self.process.stdin.write(json.dumps(request, default=str).encode() + b"\n")
        self.process.stdin.flush()
        while "progress" in (answer := json.loads(self.process.stdout.readline())):
            pass
        print(f"{what}: {time.perf_counter() - begun:.2f} s, peak {self._peak()}")  # noqa: T201
        return answer["result"]

    def _peak(self) -> str:
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        return next((f"{int(line.split()[1]) // 1000} MB" for line in lines if line.startswith("VmHWM")), "unknown")


def main() -> None:
    """Write the phantom, then do what a reader does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="the small phantom, to see whether it runs")
    phantom = small_phantom() if parser.parse_args().small else full_phantom()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = write_phantom_study(folder / "study", phantom)
        masks = write_masks(phantom, folder / "masks", [*MEASURED, *ORGANS])
        tissues = {name: masks[name] for name in MEASURED if name != "lesions"}
        worker, cohort = Worker(), folder / "cohort.csv"
        worker.ask("hello, the first answer", "hello")
        worker.ask("open from DICOM", "open", study=study.folder, work_folder=folder / "work")
        organs = {name: masks[name] for name in ORGANS}
        found = worker.ask(
            "segment: SUV, masks from files", "segment", lesions="threshold", tissues=tissues, organs=organs
        )
        worker.ask("measure all", "measure")
        worker.ask("measure, nothing changed", "measure", masks={"lesions": found["cropped"]["lesions"]})
        worker.ask("measure, lesions changed", "measure", masks={"lesions": masks["spleen"]})
        worker.ask("measure, spleen changed", "measure", masks={"spleen": masks["fat_v"], "lesions": masks["lesions"]})
        worker.ask("sensitivity", "sensitivity")
        row = worker.ask("save", "save", cohort=cohort, reader="R", approved=False)["row"]
        key = {name: row[name] for name in ("patient_id", "study_uid")}
        worker.ask("review", "review", cohort=cohort, work_folder=folder / "again", **key)


if __name__ == "__main__":
    main()
