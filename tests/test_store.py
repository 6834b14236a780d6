"""A model folder: what is written, and each way in which one can be wrong."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from stance import store
from stance.classifiers.baseline import BaselineClassifier
from stance.errors import (
    FormatVersionError,
    IntegrityError,
    ManifestError,
    ModelNotFoundError,
    UntrustedTypeError,
    UsageError,
)
from stance.store.manifest import sha256_of

TEXTS = ["We will strike back.", "We welcome the talks.", "The meeting is on Monday.",
         "They will pay a price.", "Let us return to talks.", "He arrived on Tuesday."]  # fmt: skip
LABELS = {
    "stance": ["escalatory", "de-escalatory", "neutral"] * 2,
    "sentiment": ["negative", "positive", "neutral"] * 2,
}


@pytest.fixture(scope="module")
def fitted():
    return BaselineClassifier(min_df=1).fit(TEXTS, LABELS)


@pytest.fixture
def folder(fitted, tmp_path):
    store.save(fitted, tmp_path / "model", kind="baseline", about={"seed": 13})
    return tmp_path / "model"


def edit(folder, **changes):
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({**raw, **changes}))


def weights(folder):
    return next(path for path in folder.iterdir() if path.suffix == ".skops")


def test_a_saved_model_answers_as_before(fitted, folder):
    loaded = store.load(folder)
    for task in ("stance", "sentiment"):
        before = fitted.predict_proba(TEXTS, task=task)
        np.testing.assert_allclose(loaded.predict_proba(TEXTS, task=task), before, atol=1e-12)
    assert (loaded.name, loaded.fingerprint) == ("model", store.read_manifest(folder).fingerprint)


def test_every_file_but_the_manifest_is_listed_with_its_checksum(folder):
    manifest = store.verify(folder)
    assert set(manifest.files) == {p.name for p in folder.iterdir()} - {"manifest.json"}


def test_a_flipped_byte_is_found_before_the_file_is_opened(folder):
    path = weights(folder)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="is not the file that was saved"):
        store.load(folder)


def test_a_truncated_file_is_found(folder):
    path = weights(folder)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(IntegrityError, match="is not the file that was saved"):
        store.load(folder)


def test_a_missing_part_is_named(folder):
    path = weights(folder)
    path.unlink()
    with pytest.raises(IntegrityError, match=f"{path.name} is missing"):
        store.load(folder)


def test_a_symbolic_link_is_refused(folder, tmp_path):
    path = weights(folder)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match="is a symbolic link"):
        store.load(folder)


def test_a_pickle_with_a_right_checksum_is_never_opened_as_one(folder, tmp_path):
    """The checksum only says that manifest and file agree; whoever made both is not trusted."""
    witness = tmp_path / "witness"
    path = weights(folder)
    pickled = f"cposix\nsystem\n(S'touch {witness}'\ntR.".encode()
    path.write_bytes(pickled)
    _resign(folder, path)
    with pytest.raises(IntegrityError, match=r"\.skops"):
        store.load(folder)
    assert not witness.exists()


def test_a_type_outside_the_allow_list_is_named(folder):
    path = weights(folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    schema["__class__"], schema["__module__"] = "Popen", "subprocess"
    parts["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    _resign(folder, path)
    with pytest.raises(UntrustedTypeError, match=r"subprocess\.Popen"):
        store.load(folder)


def _resign(folder, path):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][path.name]["sha256"] = sha256_of(path)
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"format": 2}, FormatVersionError, "is of format 2, this version reads up to 1; upgrade"),
        ({"format": "1"}, ManifestError, "has format '1'; expected a whole number"),
        ({"format": True}, ManifestError, "has format True"),
        ({"kind": "magic"}, ManifestError, "names kind 'magic'; known kinds are baseline"),
        ({"tasks": {"stance": ["one"]}}, ManifestError, "no usable 'tasks'"),
        ({"tasks": {}}, ManifestError, "no usable 'tasks'"),
        ({"classifier": None}, ManifestError, "has no 'classifier' block"),
        ({"files": {}}, ManifestError, "lists no files"),
        ({"files": {"../x": {"sha256": "0" * 64}}}, ManifestError, "only plain names"),
        ({"files": {"x": {"sha256": "0"}}}, ManifestError, "gives no sha256 of 'x'"),
        ({"tasks": {"stance": ["a", "b"]}}, IntegrityError, "labels"),
    ],
)  # fmt: skip
def test_each_wrong_manifest_gives_its_own_error(folder, changes, error, message):
    edit(folder, **changes)
    with pytest.raises(error, match=message):
        store.load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00", "[" * 100_000])
def test_a_manifest_that_is_no_object_is_refused(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        store.load(folder)


def test_a_folder_without_a_manifest_is_no_model(tmp_path):
    with pytest.raises(ManifestError, match="expected a model folder written by 'stance train'"):
        store.load(tmp_path)


def test_an_unknown_name_lists_the_known_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelNotFoundError, match=r"no model 'nosuch'.*baseline"):
        store.load("nosuch")


def test_an_edited_card_does_not_stop_loading_but_verify_tells(fitted, tmp_path):
    folder = tmp_path / "m"
    store.save(fitted, folder, kind="baseline", files={"README.md": "card"})
    (folder / "README.md").write_text("card, with my notes")
    assert store.load(folder).predict(TEXTS[:1]).shape == (1,)
    with pytest.raises(IntegrityError, match=r"README\.md"):
        store.verify(folder)


def test_a_model_is_only_replaced_with_force(fitted, folder):
    with pytest.raises(UsageError, match="holds a model already; give --force"):
        store.save(fitted, folder, kind="baseline")
    store.save(fitted, folder, kind="baseline", force=True)


def test_a_folder_of_other_things_is_never_replaced(fitted, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something that is not a model"):
        store.save(fitted, tmp_path, kind="baseline", force=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_shipped_model_is_never_written_over(fitted):
    shipped = store.shipped_roots()[-1] / "baseline"
    with pytest.raises(UsageError, match="among the shipped models"):
        store.save(fitted, shipped, kind="baseline", force=True)


def test_a_failed_save_leaves_nothing_behind(tmp_path):
    class Broken(BaselineClassifier):
        def to_folder(self, folder: Path):
            (folder / "part").write_text("x")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.save(Broken(), tmp_path / "m", kind="baseline")
    assert list(tmp_path.iterdir()) == []
