from __future__ import annotations

import os

import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.errors import InputError
from NEMOPETLib.pacs.pacs_config import DicomWebConfig, DimseConfig, read_pacs_config

DIMSE = '[dimse]\nhost = "pacs"\ncalled_aet = "PACS"\n'
WEB = '[dicomweb]\nurl = "https://pacs.example.org/dicom-web"\n'
posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "pacs.toml", mode: int = 0o600):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        path.chmod(mode)
        return path

    return write


def test_the_password_comes_from_the_environment(write):
    config = read_pacs_config(write(WEB + 'user = "me"\n'), {"NEMOPET_PACS_PASSWORD": "geheim"})
    assert config == DicomWebConfig("https://pacs.example.org/dicom-web", "me", "geheim")
    assert "geheim" not in repr(config)


def test_the_password_comes_from_a_file_beside(write):
    write("geheim\n", "password")
    config = read_pacs_config(write(WEB + 'user = "me"\npassword_file = "password"\n'), {})
    assert config.password == "geheim"


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606, 0o602])
def test_a_password_that_others_can_read_is_refused(write, mode):
    write("geheim", "password", mode)
    with pytest.raises(InputError, match=r"password can be read by others: make it yours alone \(chmod 600\)"):
        read_pacs_config(write(WEB + 'user = "me"\npassword_file = "password"\n'), {})
    with pytest.raises(InputError, match="can be read by others"):
        read_pacs_config(write(WEB + 'user = "me"\npassword = "geheim"\n', mode=mode), {})


def test_dimse(write):
    config = read_pacs_config(write('[dimse]\nhost = "pacs"\nport = 104\ncalled_aet = "PACS"\ntls = true\n'), {})
    assert config == DimseConfig("pacs", 104, "PACS", tls=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "give one table"),
        (WEB + '[dimse]\nhost = "a"\n', "give one table"),
        ("[dicomweb\n", "cannot be read as TOML"),
        ("[dicomweb]\n", "url is missing"),
        (WEB + "verify = false\n", "unknown key verify"),
        (WEB + 'user = "me"\n', "there is a user and no password"),
        ('[dicomweb]\nurl = "https://me:geheim@pacs/dicom-web"\n', "without user or password"),
        ('[dicomweb]\nurl = "pacs.example.org"\n', "give https://"),
        ('[dicomweb]\nurl = "https://pacs:web/dicom-web"\n', "give https://"),
        ('[dicomweb]\nurl = "https://[pacs/dicom-web"\n', "give https://"),
        ("[dicomweb]\nurl = 3\n", "url is not of the type str"),
        ('[dicomweb]\nurl = "http://pacs/x"\nuser = "me"\npassword = "p"\n', "would go over http"),
        ('[dimse]\nhost = "pacs"\nport = "104"\ncalled_aet = "PACS"\n', "port is not of the type int"),
        ('[dimse]\nhost = "pacs"\n', "port, called_aet is missing"),
        ('dicomweb = "https://pacs"\n', "give one table"),
        ("[[dimse]]\nport = 104\n", "give one table"),
        (WEB + "password_file = 3\n", "password_file is not of the type str"),
        (WEB + "password_file = 0\n", "password_file is not of the type str"),
        (WEB + "ca_file = 3\n", "ca_file is not of the type str"),
        (DIMSE + "port = 65536\n", "^port: a port is a number from 1 to 65535$"),
        (DIMSE + "port = 104\nreceive_port = 0\n", "^receive_port: a port is a number"),
        (DIMSE + 'port = 104\ncalling_aet = "SEVENTEEN_LETTERS"\n', "^calling_aet: an AE title has 1 to 16 characters"),
        (DIMSE + 'port = 104\nsending_aet = "ARCHIV-MÜNCHEN"\n', "^sending_aet: an AE title"),
        ('[dimse]\nhost = "pacs"\nport = 104\ncalled_aet = " "\n', "^called_aet: an AE title"),
    ],
)
def test_unusable_configurations_are_refused(write, text, said):
    with pytest.raises(InputError, match=said):
        read_pacs_config(write(text), {})


def test_a_password_in_the_url_is_not_repeated(write):
    path = write('[dicomweb]\nurl = "https://me:geheim@pacs/dicom-web"\n')
    with pytest.raises(InputError, match=r"^url: give https://") as refused:
        read_pacs_config(path, {})
    assert "geheim" not in str(refused.value)


def test_a_ca_file_without_a_certificate_is_refused(write):
    write("none", "ca.pem")
    config = read_pacs_config(write(WEB + 'ca_file = "ca.pem"\n'), {})
    with pytest.raises(InputError, match="holds no certificate"):
        config.tls()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch", "studies"], "say which studies"),
        (["fetch", "one", "two", "--patient-id", "A"], "fetch: give one folder"),
        (["store", "nothing"], "nothing is not there: check its name"),
        (["store", "."], "there is no DICOM object to store"),
        (["store", "pacs.toml"], "pacs.toml was not written by NEMO-PET: only its own objects are stored"),
    ],
)
def test_what_is_asked_of_the_verb(write, tmp_path, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["pacs", *arguments, "--config", str(write(WEB))]) == 2
    assert said in capsys.readouterr().err


def test_a_list_of_patients_that_is_not_utf_8_is_named(write, tmp_path, capsys):
    listed = tmp_path / "patients.txt"
    listed.write_bytes("MÜLLER\n".encode("latin-1"))
    assert main(["pacs", "fetch", "studies", "--config", str(write(WEB)), "--patients", str(listed)]) == 2
    assert capsys.readouterr().err == f"nemopet: error: {listed} is not in UTF-8: save it as UTF-8\n"


def test_a_password_that_is_not_utf_8_is_named_and_not_shown(write, tmp_path):
    path = write("", "password")
    path.write_bytes("geheim-ß".encode("latin-1"))
    with pytest.raises(InputError, match=r"password is not in UTF-8: save it as UTF-8$"):
        read_pacs_config(write(WEB + 'user = "me"\npassword_file = "password"\n'), {})


def test_a_server_that_is_not_there_is_named(write, capsys):
    path = write('[dicomweb]\nurl = "http://localhost:9/dicom-web"\n')
    assert main(["pacs", "fetch", "studies", "--config", str(path), "--patient-id", "A"]) == 2
    assert "the PACS localhost cannot be reached" in capsys.readouterr().err
