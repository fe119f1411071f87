"""LION's weights: where they are, whether they are whole, how they come, and how lionz is kept off them.

lionz removes the folder of its weights and downloads them anew if the address that it noted there is not the one
that it expects. It therefore never sees our folder: each run gives it links to the files (``stage``), beside a note
with the address that it expects.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines.folders import data_folder
from NEMOPETLib.engines.own_command import own_command
from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress

URL = "https://github.com/ENHANCE-PET/LION/releases/download/lionz-v.1.0.3/clin_pt_fdg_5209_27032026.zip"
"""The FDG weights that lionz 1.0.7 expects (Apache-2.0)."""
RELEASE = URL.rsplit("/", 1)[-1].removesuffix(".zip")
DATASET = "Dataset789_Tumors"
INSTALL = "doctor --install lion-weights"

_NOTE = "model_version.json"  # lionz' own: {"url": …}
_CHECKPOINT = Path("fold_all", "checkpoint_final.pth")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class LionWeights:
    """The weights as they were found.

    Parameters
    ----------
    folder
        The folder of models, which holds or would hold that of the weights.
    problem
        Why they cannot be used, in one line; empty if they can.
    """

    folder: Path
    problem: str = ""

    @property
    def dataset(self) -> Path:
        """The folder that lionz looks for."""
        return self.folder / DATASET

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the model but the note, in order."""
        return tuple(sorted(path for path in self.dataset.rglob("*") if path.is_file() and path.name != _NOTE))

    def release(self) -> str:
        """The name of the archive that they came from, as lionz noted it; ``unknown release`` if it did not."""
        try:
            noted = json.loads((self.dataset / _NOTE).read_text(encoding="utf-8"))
            return str(noted["url"]).rsplit("/", 1)[-1].removesuffix(".zip")
        except (OSError, ValueError, KeyError, TypeError):
            return "unknown release"

    def sha256(self) -> str:
        """One fingerprint of all files and their names."""
        whole = hashlib.sha256()
        for path in self.files:
            whole.update(path.relative_to(self.dataset).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        return whole.hexdigest()

    def require(self) -> LionWeights:
        """Themselves; raises InputError with the command that brings them if they cannot be used."""
        if self.problem:
            raise InputError(f"LION cannot run: {self.problem}: run {own_command(INSTALL)}")
        return self

    def stage(self, models: Path) -> None:
        """Put links to the files, or copies where links cannot be made, into a folder of models for one run.

        Raises
        ------
        OSError
            If the disk is full.
        """
        for path in self.files:
            there = models / DATASET / path.relative_to(self.dataset)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                there.symlink_to(path.resolve())
            except OSError:  # Windows lets only some users make links
                shutil.copyfile(path, there)


def find_weights() -> LionWeights:
    """Look for the weights (``LIONZ_MODELS_DIRECTORY``, else the data folder)."""
    given = os.environ.get("LIONZ_MODELS_DIRECTORY")
    folder = Path(given) if given else data_folder() / "lion" / "models"
    return LionWeights(folder, _problem(folder / DATASET))


def install_weights(source: str = URL, progress: Progress = no_progress) -> Path:
    """Install the weights from their address, or from an archive that was carried here.

    Parameters
    ----------
    source
        An address, or the path of the same ZIP file on this computer.
    progress
        Told of each part of the file.

    Returns
    -------
    Path
        Their folder. The weights that were there before stay until the new ones are whole.

    Raises
    ------
    InputError
        If the archive cannot be had, is damaged, or is not LION's.
    """
    folder = find_weights().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as unpacked, _archive(source, progress) as archive:
        _unpack(archive, Path(unpacked), source)
        new = Path(unpacked) / DATASET
        problem = _problem(new)
        if problem:
            raise InputError(f"{source} cannot be used: {problem}")
        (new / _NOTE).write_text(json.dumps({"url": _address(source)}), encoding="utf-8")
        shutil.rmtree(folder / DATASET, ignore_errors=True)
        new.rename(folder / DATASET)
    return folder / DATASET


def _problem(dataset: Path) -> str:
    if not dataset.is_dir():
        return "its weights are missing"
    models = [path for path in dataset.iterdir() if path.is_dir() and path.name.count("__") == 2]
    if len(models) != 1:
        return f"its weights are not whole ({dataset} holds {len(models)} models instead of one)"
    needed = [models[0] / "plans.json", models[0] / "dataset.json", models[0] / _CHECKPOINT]
    missing = [path.name for path in needed if not path.is_file()]
    if missing:
        return f"its weights are not whole ({models[0]} lacks {', '.join(missing)})"
    if not zipfile.is_zipfile(models[0] / _CHECKPOINT):  # torch's format; its end says that nothing is cut off
        return f"its weights are damaged ({models[0] / _CHECKPOINT})"
    return ""


def _address(source: str) -> str:
    """What to note as the origin: an archive that was carried here has the name of the release it is of."""
    return source if "://" in source else URL.rsplit("/", 1)[0] + "/" + Path(source).name


@contextmanager
def _archive(source: str, progress: Progress) -> Iterator[Path]:
    """The archive as a file on this computer, downloaded if it is an address."""
    if "://" not in source:
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="nemopet-") as folder:
        path = Path(folder) / "weights.zip"
        try:
            _download(source, path, progress)
        except (OSError, urllib.error.URLError) as error:
            reason = getattr(error, "reason", None) or error
            raise InputError(
                f"{source} cannot be downloaded ({reason}): on a computer without internet, carry the file there and"
                f" run {own_command(INSTALL)} --from FILE"
            ) from error
        yield path


def _download(url: str, path: Path, progress: Progress) -> None:
    with urllib.request.urlopen(url, timeout=60) as answer, path.open("wb") as file:
        size = int(answer.headers.get("Content-Length") or 0)
        parts: Sequence[int] = range(max(1, -(-size // _CHUNK)))
        for _ in progress(parts, "Downloading LION's weights"):
            file.write(answer.read(_CHUNK))
        shutil.copyfileobj(answer, file)  # the rest, where no length was told
        if size and file.tell() != size:
            raise OSError("the connection broke off")


def _unpack(archive: Path, folder: Path, source: str) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
    except FileNotFoundError as error:
        raise InputError(f"{source} does not exist") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise InputError(f"{source} is not a whole ZIP file ({error})") from error
