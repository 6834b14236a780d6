"""A baseline's folder changed by someone who signs the changes: refused, nothing executed."""

import json
import os

import pytest
from typer.testing import CliRunner

from stance import store
from stance.classifiers.baseline import BaselineClassifier
from stance.cli.app import app
from stance.errors import ModelError

TEXTS = ["We will strike.", "We welcome talks.", "It is on Monday."] * 2
LABELS = {"stance": ["escalatory", "de-escalatory", "neutral"] * 2}


@pytest.fixture
def folder(tmp_path):
    model = BaselineClassifier(min_df=1).fit(TEXTS, LABELS)
    store.save(model, tmp_path / "m", kind="baseline")
    return tmp_path / "m"


def change(folder, *path, value):
    raw = json.loads((folder / "manifest.json").read_text())
    place = raw
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    (folder / "manifest.json").write_text(json.dumps(raw))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 0, 1e-300, 1e300, [1], None])
def test_a_temperature_that_makes_no_probabilities_is_refused(folder, value):
    change(folder, "classifier", "temperature", "stance", value=value)
    with pytest.raises(ModelError, match=r"temperature|does not describe a baseline"):
        store.load(folder)


@pytest.mark.parametrize("value", [None, True, [], {}, ["baseline"], 3])
def test_a_kind_of_another_type_is_refused(folder, value):
    change(folder, "kind", value=value)
    with pytest.raises(ModelError, match="names kind"):
        store.load(folder)


@pytest.mark.parametrize("value", [["a\x1b[2J", "b"], ["a\n", "b"]])
def test_labels_that_act_on_a_terminal_are_refused(folder, value):
    change(folder, "tasks", "stance", value=value)
    with pytest.raises(ModelError, match="no usable 'tasks'"):
        store.load(folder)


@pytest.mark.parametrize("name", ["pipeline.skops", "manifest.json"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop"])
def test_what_is_no_plain_file_is_refused_at_once(folder, name, kind):
    path = folder / name
    path.unlink()
    make = {"folder": path.mkdir, "pipe": lambda: os.mkfifo(path),
            "loop": lambda: path.symlink_to(path)}  # fmt: skip
    make[kind]()
    with pytest.raises(ModelError, match=r"is missing|is a symbolic link|has no manifest\.json"):
        store.load(folder)


def test_a_number_of_many_digits_is_no_traceback(folder):
    (folder / "manifest.json").write_text('{"format": ' + "9" * 5000 + "}")
    with pytest.raises(ModelError, match="is not JSON"):
        store.load(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [("min_df", "x"), ("use_context", 1), ("C", float("nan")), ("C", [1]), ("max_iter", 10**30)],
)
def test_a_parameter_of_another_type_is_refused(folder, name, value):
    change(folder, "classifier", "params", name, value=value)
    with pytest.raises(ModelError, match=f"has parameter {name} = "):
        store.load(folder)


def test_half_of_a_surrogate_pair_in_a_manifest_is_refused(folder):
    change(folder, "classifier", "params", "word_ngrams", value="\ud800")
    with pytest.raises(ModelError, match="surrogates not allowed"):
        store.load(folder)


def listed(folder, monkeypatch, *words):
    """What a command about models prints where `folder` lies under ./models."""
    (folder.parent / "models").mkdir(exist_ok=True)
    folder.rename(folder.parent / "models" / "odd")
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["models", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "holds list; expected an object"),
        ("null", "holds NoneType; expected an object"),
        ('{"format": 1, "kind": 5}', "names kind 5; known kinds are"),
        ('{"format": 1, "kind": "baseline", "classifier": [1]}', "has no 'classifier' block"),
        ("\0", "is not JSON"),
    ],
)
def test_an_odd_manifest_is_listed_with_its_reason_and_the_others_too(
    folder, monkeypatch, text, message
):
    (folder / "manifest.json").write_text(text)
    found = json.loads(listed(folder, monkeypatch, "list", "--json").stdout)["models"]
    assert message in found[0]["error"]
    assert {"baseline", "transformer"} <= {one["name"] for one in found}


@pytest.mark.parametrize("block", ["metrics", "pinned", "export", "evaluations", "config"])
def test_a_block_of_another_type_is_refused(folder, monkeypatch, block):
    change(folder, block, value=5)
    with pytest.raises(ModelError, match=f"holds int under '{block}'; expected an? (object|list)"):
        store.load(folder)
    assert "unusable" in listed(folder, monkeypatch, "list").stdout


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metrics",), {"test": [1]}),
        (("metrics",), {"test": {"stance": {"macro_f1": {"value": "high"}}}}),
        (("files", "pipeline.skops", "bytes"), "many"),
        (("files", "pipeline.skops", "bytes"), float("inf")),
    ],
)
def test_figures_that_cannot_be_read_are_said_to_be_so(folder, monkeypatch, path, value):
    change(folder, *path, value=value)
    shown = listed(folder, monkeypatch, "list").stdout
    assert "its manifest states figures that cannot be read" in shown
    assert "transformer" in shown


def test_a_manifest_is_shown_whatever_it_holds(folder, monkeypatch):
    change(folder, "metrics", value={"test": float("nan")})
    change(folder, "fingerprint", value="that of another")
    shown = json.loads(listed(folder, monkeypatch, "show", "odd").stdout)
    assert shown["metrics"] == {"test": None}
    assert shown["fingerprint"] == store.read_manifest(store.find("odd")).fingerprint


def test_a_manifest_that_nests_too_deep_is_one_line(folder, monkeypatch):
    deep = 1
    for _ in range(400):
        deep = {"x": deep}
    change(folder, "data", value=deep)
    done = listed(folder, monkeypatch, "show", "odd")
    assert done.exit_code in (0, 3)
    assert done.exit_code == 0 or "nests too deep; retrain the model" in done.stderr
