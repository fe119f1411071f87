"""Many studies from a PACS into a folder, and results back: what fails is named, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.errors import refused
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.pacs.archive import Archive, PacsError, Query, short_name
from NEMOPETLib.pacs.dicomweb import DicomWeb
from NEMOPETLib.pacs.dimse import Dimse
from NEMOPETLib.pacs.pacs_config import DicomWebConfig, DimseConfig
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.whole_file import remove_unfinished


@dataclass(frozen=True)
class Fetched:
    """What came of fetching.

    Parameters
    ----------
    folders
        Of each study that is there whole.
    failures
        Name of each study that is not, and why.
    absent
        Queries that mean no study with a PET.
    """

    folders: tuple[Path, ...]
    failures: tuple[tuple[str, str], ...]
    absent: tuple[Query, ...]


def archive_of(config: DicomWebConfig | DimseConfig) -> Archive:
    """The PACS that a configuration names."""
    return DicomWeb(config) if isinstance(config, DicomWebConfig) else Dimse(config)


def fetch_studies(archive: Archive, queries: Iterable[Query], root: Path, progress: Progress = no_progress) -> Fetched:
    """Fetch every study that a query means, each into a folder of its own below a root.

    A study comes into ``ROOT/.nemopet-incoming`` first and moves when it is whole, so that no half one is ever
    measured; what lies beside the root may be on another disk. One that is whole is not fetched again; one that is
    not goes on where it stopped.

    Raises
    ------
    PacsError
        If the PACS cannot be asked which studies there are.
    """
    found = {query: archive.studies(query) for query in queries}
    studies = list(dict.fromkeys(uid for uids in found.values() for uid in uids))
    folders, failures = [], []
    incoming = root / INCOMING
    for uid in progress(studies, "Fetching studies"):
        folder, coming = root / short_name(uid), incoming / short_name(uid)
        try:
            if not folder.exists():
                coming.mkdir(parents=True, exist_ok=True)
                archive.fetch(uid, coming, no_progress)
                remove_unfinished(coming)
                coming.rename(folder)
            folders.append(folder)
        except (PacsError, OSError) as error:
            failures.append((folder.name, _why(error)))
    if incoming.exists() and not any(incoming.iterdir()):
        incoming.rmdir()
    return Fetched(tuple(folders), tuple(failures), tuple(query for query, uids in found.items() if not uids))


def store_results(archive: Archive, files: Sequence[Path], progress: Progress = no_progress) -> tuple[str, ...]:
    """Store objects; those of one folder are stored or named as failed together.

    Returns
    -------
    What failed, one line a folder.
    """
    failures = []
    for folder in progress(list(dict.fromkeys(file.parent for file in files)), "Storing results"):
        try:
            archive.store([file for file in files if file.parent == folder], no_progress)
        except (PacsError, OSError) as error:
            failures.append(f"{folder}: {_why(error)}")
    return tuple(failures)


def _why(error: PacsError | OSError) -> str:
    return refused(error) if isinstance(error, OSError) else str(error)
