"""LION's weights: where they are, when they are whole, how they come and stay."""

from __future__ import annotations

import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from NEMOPETLib.engines.lion_weights import DATASET, RELEASE, URL, find_weights, install_weights
from NEMOPETLib.errors import InputError

MODEL = f"{DATASET}/nnUNetTrainer__nnUNetPlans__3d_fullres"


def checkpoint(content: str = "weights") -> bytes:
    """As torch writes it: a ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("data.pkl", content)
    return file.getvalue()


def archive_of(path: Path, **changed: bytes | None) -> Path:
    files: dict[str, bytes | None] = {
        "plans.json": b"{}",
        "dataset.json": b"{}",
        "fold_all/checkpoint_final.pth": checkpoint(),
        **changed,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(f"{MODEL}/{name}", content)
    return path


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIONZ_MODELS_DIRECTORY", str(tmp_path / "models"))
    return tmp_path / "models"


def test_an_archive_that_was_carried_here(tmp_path: Path, models: Path) -> None:
    carried = archive_of(tmp_path / f"{RELEASE}.zip")
    assert find_weights().problem == "its weights are missing"
    assert install_weights(str(carried)) == models / DATASET
    weights = find_weights()
    assert (weights.problem, weights.release()) == ("", RELEASE)
    assert json.loads((models / DATASET / "model_version.json").read_text()) == {"url": URL}, "as lionz notes it"
    assert [path.name for path in models.iterdir()] == [DATASET]


class _Server(http.server.BaseHTTPRequestHandler):
    content = b""
    promised = 0

    def do_GET(self) -> None:
        self.send_response(200 if self.content else 404)
        self.send_header("Content-Length", str(self.promised or len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[type[_Server], str]]:
    class Own(_Server):
        pass

    running = http.server.HTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield Own, f"http://127.0.0.1:{running.server_port}/clin_pt_fdg_9_01012030.zip"
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_download_ends_in_the_same(tmp_path: Path, server: tuple[type[_Server], str]) -> None:
    handler, address = server
    handler.content = archive_of(tmp_path / "a.zip").read_bytes()
    install_weights(address)
    assert (find_weights().problem, find_weights().release()) == ("", "clin_pt_fdg_9_01012030")


def test_a_download_that_breaks_off_leaves_what_was_there(
    tmp_path: Path, models: Path, server: tuple[type[_Server], str]
) -> None:
    install_weights(str(archive_of(tmp_path / "old.zip")))
    before = find_weights().sha256()
    handler, address = server
    handler.content = archive_of(tmp_path / "new.zip").read_bytes()[:-40]
    handler.promised = len(handler.content) + 40
    with pytest.raises(InputError, match=r"cannot be downloaded .*--from FILE"):
        install_weights(address)
    handler.content = b""
    with pytest.raises(InputError, match="cannot be downloaded"):
        install_weights(address)
    assert find_weights().sha256() == before
    assert [path.name for path in models.iterdir()] == [DATASET]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path, "does not exist"),
        (lambda path: path.write_bytes(b"not a ZIP"), "not a whole ZIP"),
        (lambda path: path.write_bytes(archive_of(path).read_bytes()[:-50]), "not a whole ZIP"),
        (lambda path: archive_of(path, **{"plans.json": None}), "lacks plans.json"),
        (lambda path: archive_of(path, **{"fold_all/checkpoint_final.pth": checkpoint()[:-30]}), "damaged"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "cannot be used: its weights are missing"),
    ],
)
def test_archives_that_are_none(make: object, message: str, tmp_path: Path, models: Path) -> None:
    path = tmp_path / "a.zip"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputError, match=message):
        install_weights(str(path))
    assert list(models.iterdir()) == []


def test_a_cut_off_checkpoint_is_noticed_on_disk(tmp_path: Path, models: Path) -> None:
    install_weights(str(archive_of(tmp_path / "a.zip")))
    before = find_weights().sha256()
    file = models / MODEL / "fold_all" / "checkpoint_final.pth"
    file.write_bytes(checkpoint("other weights"))
    assert find_weights().sha256() != before, "other weights have another fingerprint"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"damaged.*run nemopet doctor --install lion-weights"):
        find_weights().require()


def test_what_is_staged_can_be_destroyed(tmp_path: Path, models: Path) -> None:
    """lionz' own way with weights of another release: remove them."""
    import shutil

    install_weights(str(archive_of(tmp_path / "a.zip")))
    before = find_weights().sha256()
    find_weights().stage(tmp_path / "run")
    there = tmp_path / "run" / MODEL / "fold_all" / "checkpoint_final.pth"
    assert there.read_bytes() == checkpoint()
    shutil.rmtree(tmp_path / "run")
    assert find_weights().sha256() == before
    assert not (tmp_path / "run").exists()


def test_a_path_that_leaves_the_archive_stays_inside(tmp_path: Path, models: Path) -> None:
    path = archive_of(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../escaped.txt", "x")
    install_weights(str(path))
    assert not list(tmp_path.rglob("escaped.txt"))
