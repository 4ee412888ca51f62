"""Bundled models: whole, listed, and stanza's official ones instead, from a server that we run here."""

import http.server
import json
import threading

import pytest
import stanza
from click.testing import CliRunner

from attribution.cli import main
from attribution.language import bundle
from attribution.language.pipeline import annotate, load


@pytest.fixture
def mirror(tmp_path):
    """A local HTTP server with our own files in stanza's layout."""
    folder = tmp_path / "mirror"
    table = bundle.resources()
    english = table["en"]
    for name in ("tokenize", "mwt", "lemma"):
        source = bundle.WEIGHTS / "en" / name / "compact.pt"
        target = folder / "en" / name / "compact.pt"
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
        english[name]["compact"] = {"md5": stanza.resources.common.get_md5(source)}
    del english["quote"]
    english["packages"]["default"].pop("quote")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    table["url"] = address + "/{lang}/{filename}"
    (folder / f"resources_{stanza.resources.common.DEFAULT_RESOURCES_VERSION}.json").write_text(json.dumps(table))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()


def test_download_from_a_mirror_and_use(mirror, tmp_path):
    official = str(tmp_path / "official")
    result = CliRunner().invoke(
        main, ["models", "download", official, "--url", mirror, "--processors", "tokenize,mwt,lemma"])
    assert result.exit_code == 0, result.output
    text = "“We will go,” Ines Marlow said."
    doc = annotate([text], [((0, len(text)),)], load(tmp_path / "official"))[0]
    assert [word.lemma for word in doc.sentences[0].words][1:4] == ["we", "will", "go"]


def test_a_failed_download_is_one_clear_line(tmp_path):
    result = CliRunner().invoke(main, ["models", "download", str(tmp_path), "--url", "http://127.0.0.1:9"])
    assert result.exit_code == 1
    assert "bundled models go on working" in result.output


def test_verify_runs_every_processor():
    result = CliRunner().invoke(main, ["models", "verify"])
    assert result.exit_code == 0, result.output
    for name in ("tokenize", "mwt", "pos", "lemma", "depparse", "ner", "quote"):
        assert f"{name:10} ok" in result.output


def test_list_as_json():
    rows = json.loads(CliRunner().invoke(main, ["models", "list", "--json"]).output)
    assert sum(row["bytes"] for row in rows) < 80_000_000
    assert all(row["bytes"] < 50_000_000 and len(row["sha256"]) == 64 for row in rows)


def test_a_changed_file_is_named(tmp_path, monkeypatch):
    folder = tmp_path / "language" / "weights"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    bundle.write_sums(folder)
    monkeypatch.setattr(bundle, "PACKAGE", tmp_path)
    assert [file.size for file in bundle.verify()] == [7]
    (folder / "model.bin").write_bytes(b"weightS")
    with pytest.raises(bundle.ModelError, match="model.bin"):
        bundle.verify()
    (folder / "model.bin").unlink()
    with pytest.raises(bundle.ModelError, match="missing"):
        bundle.verify()
