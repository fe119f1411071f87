"""A PACS of 20 small patients: fetched, measured, results stored and read again, with the seconds of each step.

    python3 Testing/run.py python Testing/Benchmarks/pacs.py

By DICOMweb over TLS and by C-FIND, C-MOVE and C-STORE, each with an Orthanc of its own (Debian: orthanc,
orthanc-dicomweb). All goes through the command line as a user calls it; what both ways fetch is the same and is
measured once. Stops at the first thing that is not as it should be.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom import dcmread

from NEMOPETLib.command_line import main as nemopet
from NEMOPETLib.pacs.dicomweb import DicomWeb
from NEMOPETLib.pacs.dimse import Dimse
from NEMOPETLib.pacs.pacs_config import PASSWORD_VARIABLE
from NEMOPETLib.pacs.transfer import store_results
from NEMOPETLib.phantom.masks import write_masks
from Testing.pacs.orthanc import PASSWORD, USER, Orthanc, orthanc_program
from Testing.pacs.patients import Scanned, images_of, scanned_patients

Show = Callable[[str], None]


class NotAsItShouldBeError(Exception):
    """A step whose outcome is wrong."""


def require(true: bool, what: str) -> None:
    if not true:
        raise NotAsItShouldBeError(what)


def config(server: Orthanc, way: str) -> str:
    """The user's configuration of a PACS."""
    if way == "dicomweb":
        given = {"url": server.dicomweb.url, "user": USER, "ca_file": str(server.ca_file)}
    else:
        dimse = server.dimse
        given = {"host": dimse.host, "port": dimse.port, "called_aet": dimse.called_aet,
                 "calling_aet": dimse.calling_aet, "receive_port": dimse.receive_port}  # fmt: skip
    values = (f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"' for key, value in given.items())
    return "\n".join((f"[{way}]", *values, ""))


@contextmanager
def timed(step: str, show: Show) -> Iterator[None]:
    start = time.perf_counter()
    yield
    show(f"  {step}: {time.perf_counter() - start:.1f} s")


def fetched(way: str, server: Orthanc, scanned: Scanned, root: Path, show: Show) -> Path:
    """The patients sent to a PACS and fetched from it: the folder of their studies."""
    archive = DicomWeb(server.dicomweb) if way == "dicomweb" else Dimse(server.dimse)
    with timed(f"{len(scanned.all_files)} images sent", show):
        require(store_results(archive, scanned.all_files) == (), "all images sent")

    pacs, patients, studies = root / f"{way}.toml", root / "patients.txt", root / way
    pacs.write_text(config(server, way))
    patients.write_text("\n".join(scanned.files))
    with timed(f"{len(scanned.files)} studies fetched", show):
        fetch = ["pacs", "fetch", str(studies), "--config", str(pacs), "--patients", str(patients)]
        require(nemopet([*fetch, "--json", str(root / "fetched.json")]) == 0, "exit 0 of fetch")
    require(len(list(studies.iterdir())) == len(scanned.files), "a folder a study")
    require(images_of(list(studies.rglob("*.dcm"))) == images_of(scanned.all_files), "images as they were sent")
    return studies


def measured(studies: Path, scanned: Scanned, root: Path, show: Show) -> Path:
    """The folder of the patients' results."""
    cohort = root / "cohort.csv"
    lesions = write_masks(scanned.phantom.phantom, root / "masks", ["lesions"])["lesions"]
    with timed("measured", show):
        batch = ["batch", str(studies), "--cohort", str(cohort), "--lesions", str(lesions), "--dicom"]
        require(nemopet(batch) == 0, "exit 0 of batch")
    results = sorted((root / "cohort_patients").rglob("dicom/*.dcm"))
    require(len(results) == 3 * len(scanned.files), "SEG, SR and RTSTRUCT of each")
    return root / "cohort_patients"


def stored(way: str, server: Orthanc, patients: Path, root: Path, show: Show) -> None:
    """Store the results and read each again."""
    before, results = server.object_count(), sorted(patients.rglob("dicom/*.dcm"))
    with timed(f"{len(results)} results stored", show):
        require(
            nemopet(["pacs", "store", str(patients), "--config", str(root / f"{way}.toml")]) == 0, "exit 0 of store"
        )
    require(server.object_count() == before + len(results), "each result there once")
    for file in results:
        ours = dcmread(file)
        theirs = server.held(ours.SOPInstanceUID)
        del ours.file_meta, theirs.file_meta  # says who sent it
        require(theirs == ours, f"{file.name} read again as it was written")
    show("  all images and results equal when read again")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=20, help="default: %(default)s")
    count = parser.parse_args().patients
    program = orthanc_program()
    if program is None:
        sys.exit("Orthanc is not installed (Debian: apt install orthanc orthanc-dicomweb)")
    os.environ[PASSWORD_VARIABLE] = PASSWORD

    def show(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    show(f"{os.cpu_count()} cores, load {load:.0f}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as name:
        root, results = Path(name), None
        scanned = scanned_patients(root / "scanned", count)
        for way in ("dicomweb", "dimse"):
            show(way)
            server = Orthanc(program, root / f"orthanc {way}", tls=way == "dicomweb")
            try:
                server.start()
                studies = fetched(way, server, scanned, root, show)
                results = results or measured(studies, scanned, root, show)
                stored(way, server, results, root, show)
            finally:
                server.stop()
                if server.proxy is not None:
                    server.proxy.stop()


if __name__ == "__main__":
    main()
