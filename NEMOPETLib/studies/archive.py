"""Which studies lie in an archive of any size, from as little of each file as tells."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag

from NEMOPETLib.errors import InputError
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import DAMAGE, DAMAGED, files_below, is_directory, looks_like_dicom, reason_of
from NEMOPETLib.studies.file_stamp import FileStamp, stamp_of
from NEMOPETLib.wording.quoted import quoted

_LAST_TAG = 0x00280011  # Columns
_TAGS = [
    BaseTag(tag_for_keyword(keyword) or 0)
    for keyword in (
        "SOPClassUID", "Modality", "PatientID", "StudyInstanceUID", "SeriesInstanceUID",
        "NumberOfFrames", "Rows", "Columns",
    )
]  # fmt: skip
_IMAGE_SUFFIXES = frozenset({".dcm", ".dicom", ".ima", ".img"})
_THREADS = 8  # which wait for a network share


class ImageFacts(NamedTuple):
    """What tells where one DICOM file belongs, and how many voxels it has."""

    patient_id: str
    study_uid: str
    series_uid: str
    modality: str
    voxels: int


class KnownFile(NamedTuple):
    """A file as it was found: its stamp, and its facts if it is a DICOM image."""

    stamp: FileStamp
    facts: ImageFacts | None


@dataclass(frozen=True)
class ArchivedStudy:
    """The files of one study.

    Parameters
    ----------
    patient_id, study_uid
        As in the headers.
    files, stamps
        Its files, sorted, and how each is recognised again.
    damaged
        Files in its folder that cannot be read, and why.
    voxels
        Voxels of the largest series, by modality.
    """

    patient_id: str
    study_uid: str
    files: tuple[Path, ...]
    stamps: tuple[FileStamp, ...]
    damaged: tuple[tuple[Path, str], ...]
    voxels: Mapping[str, int]

    @property
    def folder(self) -> Path:
        """The deepest folder that holds all its files."""
        return Path(os.path.commonpath([file.parent for file in self.files]))


@dataclass(frozen=True)
class EmptyFolder:
    """A folder just below the archive's (or a file there) in which no study can be found, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Archive:
    """What lies below a folder.

    Parameters
    ----------
    studies
        Each study, sorted by patient and study.
    empty
        Where a study should be and none can be read.
    known
        Every file that could be read, for the next scan.
    """

    studies: tuple[ArchivedStudy, ...]
    empty: tuple[EmptyFolder, ...]
    known: Mapping[str, KnownFile]


def scan_archive(
    root: Path,
    known: Mapping[str, KnownFile] | None = None,
    skip: Sequence[Path] = (),
    progress: Progress = no_progress,
) -> Archive:
    """Find every study below a folder.

    Parameters
    ----------
    root
        The folder; links are followed, circles of links end.
    known
        Of an earlier scan: a file with the same stamp is not opened again.
    skip
        Folders of our own, which may lie below.
    progress
        Shows how many files were looked at.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not root.is_dir():
        raise InputError(f"{root} is no folder: give the folder of the studies")
    damaged: list[tuple[Path, str]] = []
    paths = sorted(_without(skip, files_below(root, damaged)))
    found: dict[str, KnownFile] = {}
    for path, one in zip(paths, _look(paths, known or {}, progress), strict=True):
        if isinstance(one, str):
            damaged.append((path, one))
        else:
            found[str(path)] = one
    groups = _groups(found)
    tree = _Tree(root, groups)
    near, orphans = tree.placed([*damaged, *_suspects(found)])
    suspects = {path for path, _ in _suspects(found)}
    studies = tuple(
        ArchivedStudy(
            *key,
            files=tuple(path for path, _ in members),
            stamps=tuple(found[str(path)].stamp for path, _ in members),
            damaged=tuple(bad for bad in near[key] if bad[0] not in suspects),
            voxels=_voxels([facts for _, facts in members]),
        )
        for key, members in sorted(groups.items())
    )
    return Archive(studies, (*_unreadable(orphans), *_without_files(root, skip)), found)


Key = tuple[str, str]
Members = list[tuple[Path, ImageFacts]]
Damage = tuple[Path, str]


def _without(skip: Sequence[Path], paths: Iterable[Path]) -> Iterator[Path]:
    """The paths that lie below none of some folders."""
    own = {folder.resolve() for folder in skip}
    is_own: dict[Path, bool] = {}
    for path in paths:
        folder = path.parent
        if folder not in is_own:
            resolved = folder.resolve()
            is_own[folder] = not own.isdisjoint((resolved, *resolved.parents))
        if not is_own[folder]:
            yield path


def _look(paths: Sequence[Path], known: Mapping[str, KnownFile], progress: Progress) -> Iterator[KnownFile | str]:
    """What each file is, or why it cannot be read."""

    def look(path: Path) -> KnownFile | str:
        try:
            stamp = stamp_of(path)
            before = known.get(str(path))
            return before if before is not None and before.stamp == stamp else _facts(path, stamp)
        except DAMAGED as error:
            return reason_of(error)

    with ThreadPoolExecutor(_THREADS) as pool:
        results = pool.map(look, paths)
        for _ in progress(paths, "Finding studies"):
            yield next(results)


def _facts(path: Path, stamp: FileStamp) -> KnownFile | str:
    if not looks_like_dicom(path):
        return KnownFile(stamp, None)
    with path.open("rb") as file:
        header = read_partial(file, stop_when=_past, force=True, specific_tags=[*_TAGS])
    if is_directory(header):
        return KnownFile(stamp, None)
    patient_id, study, series = (h.text(header, k) for k in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID"))
    if not h.text(header, "SOPClassUID") or not series:
        return f"{DAMAGE}: the header ends before the series is named"
    rows, columns = (int(h.number(header, k) or 0) for k in ("Rows", "Columns"))
    frames = int(h.number(header, "NumberOfFrames") or 1)
    modality = h.text(header, "Modality").upper()
    return KnownFile(stamp, ImageFacts(patient_id, study, series, modality, rows * columns * frames))


def _past(tag: BaseTag, vr: str | None, length: int) -> bool:  # noqa: ARG001 - the interface
    return tag > _LAST_TAG


def _suspects(found: Mapping[str, KnownFile]) -> list[Damage]:
    """Files that are no DICOM but should be, by their name."""
    return [
        (Path(path), "no DICOM file" if one.stamp.size else "empty")
        for path, one in found.items()
        if one.facts is None and Path(path).suffix.lower() in _IMAGE_SUFFIXES
    ]


def _groups(found: Mapping[str, KnownFile]) -> dict[Key, Members]:
    groups: dict[Key, Members] = defaultdict(list)
    for path, one in found.items():
        if one.facts is not None:
            groups[one.facts.patient_id, one.facts.study_uid].append((Path(path), one.facts))
    return groups


def _voxels(facts: Sequence[ImageFacts]) -> dict[str, int]:
    """Voxels of the largest series of each modality."""
    series: dict[tuple[str, str], int] = defaultdict(int)
    for one in facts:
        series[one.modality, one.series_uid] += one.voxels
    largest: dict[str, int] = {}
    for (modality, _), count in series.items():
        largest[modality] = max(count, largest.get(modality, 0))
    return largest


class _Tree:
    """Which studies lie below each folder."""

    def __init__(self, root: Path, groups: Mapping[Key, Members]) -> None:
        self._root = root
        self._below: dict[Path, set[Key]] = defaultdict(set)
        for key, members in groups.items():
            for folder in {path.parent for path, _ in members}:
                for above in (folder, *folder.parents):
                    self._below[above].add(key)

    def placed(self, damaged: Iterable[Damage]) -> tuple[dict[Key, list[Damage]], dict[Path, list[Damage]]]:
        """Damaged files by the one study that they can belong to, the others by the folder that they fill."""
        near: dict[Key, list[Damage]] = defaultdict(list)
        orphans: dict[Path, list[Damage]] = defaultdict(list)
        for bad in sorted(damaged):
            first = next((folder for folder in bad[0].parents if folder in self._below), self._root)
            around = self._below.get(first, set())
            if len(around) == 1 and first != self._root:
                near[next(iter(around))].append(bad)
            else:
                orphans[first / bad[0].relative_to(first).parts[0]].append(bad)
        return near, orphans


def _unreadable(orphans: Mapping[Path, Sequence[Damage]]) -> Iterator[EmptyFolder]:
    for path, bad in orphans.items():
        first, reason = bad[0]
        if first == path:
            yield EmptyFolder(path, reason)
        else:
            yield EmptyFolder(
                path, f"no image can be read, of {len(bad)} files the first: {quoted(first.name)} ({reason})"
            )


def _without_files(root: Path, skip: Sequence[Path]) -> Iterator[EmptyFolder]:
    """Folders just below the archive's that hold nothing."""
    own = {folder.resolve() for folder in skip}
    for folder in sorted(root.iterdir()):
        if (
            folder.is_dir()
            and folder.name != INCOMING
            and folder.resolve() not in own
            and not any(files_below(folder, []))
        ):
            yield EmptyFolder(folder, "the folder holds no file")
