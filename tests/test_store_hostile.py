"""A baseline's folder changed by someone who signs the changes: refused, nothing executed."""

import json
import os

import pytest

from stance import store
from stance.classifiers.baseline import BaselineClassifier
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
