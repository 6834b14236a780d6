"""The card and the pinned examples of a folder: what training, calibration, evaluation say."""

import json

import pytest
import yaml
from huggingface_hub import ModelCard

from stance import cards, store
from stance.errors import IntegrityError, ManifestError, UsageError
from stance.pinned import STATEMENTS, check_pins

TASKS = ("stance", "sentiment")
LABELS = ("escalatory", "neutral", "de-escalatory")
SAID = {
    "escalatory": ("We will strike {} at dawn", "They shelled {} and will pay for it"),
    "neutral": ("The ministers met in {} on Monday", "The harbour of {} opens at nine"),
    "de-escalatory": ("We want to talk again in {}", "We welcome the truce of {}"),
}
PLACES = ("Port Halden", "the Vell", "Westmark", "Sudria", "the Amber Coast", "Norland")


def statements(count=10):
    """Labelled statements of `count` articles of two disputes, in three kinds."""
    # One label in six is wrong, so that no probability can be 1 and right.
    return [
        {"id": f"{n}-{label}-{k}", "article": f"a{n}", "dispute": ("strait", "border")[n % 2],
         "kind": ("direct", "indirect")[k], "speaker": "Mira Talven",
         "stance": LABELS[(at + ((n + at + k) % 6 == 0)) % 3],
         "sentiment": ("negative", "neutral", "positive")[(at + (n % 4 == 0)) % 3],
         "speaker_kind": ("person", "organisation")[n % 2],
         "text": f"{words.format(PLACES[n % 6])} ({n})"}
        for n in range(count) for at, label in enumerate(LABELS)
        for k, words in enumerate(SAID[label])
    ]  # fmt: skip


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory, root):
    """A folder with a trained, calibrated and evaluated model, made by the commands themselves."""
    import os
    import subprocess
    import sys

    where = tmp_path_factory.mktemp("cards")
    write(where / "mine.jsonl", statements())
    other = [{**row, "text": "So: " + row["text"], "article": "b" + row["article"]}
             for row in statements()]  # fmt: skip
    write(where / "other.jsonl", other)
    data = {"train": "mine.jsonl", "tasks": list(TASKS), "reference": True}
    config = {"kind": "baseline", "data": data, "model": {"min_df": 1},
              "provenance": "Invented for a test."}  # fmt: skip
    (where / "c.yaml").write_text(yaml.safe_dump(config))
    said = {}
    for name, line in {
        "train": "train c.yaml --set model.C=2.0 --out model",
        "crossval": "crossval c.yaml --folds 5 --out oof.jsonl",
        "calibrate": "models calibrate model oof.jsonl --plot plots/before.png",
        "evaluate": "evaluate model --data other.jsonl --coverage 0.8 --swap-names --card "
        "--json e.json --report e.html",
        "verify": "models verify model",
    }.items():
        done = subprocess.run(
            [sys.executable, "-m", "stance", *line.split()], cwd=where, text=True, check=False,
            capture_output=True, env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(root)},
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        said[name] = done.stdout + done.stderr
    return where, said


def test_the_card_says_what_was_learnt_measured_and_how_to_make_the_model_again(made):
    where, _ = made
    card = ModelCard.load(where / "model" / "README.md")
    text = " ".join(card.text.split())
    assert card.data.library_name == "stance"
    assert {(r.metric_type, r.dataset_name, r.dataset_config) for r in card.data.eval_results} == {
        (kind, "other.jsonl", task) for kind in ("f1", "accuracy", "ece") for task in TASKS
    }
    for said in (
        "*escalatory*: pushes the conflict up",
        "60 statements of 10 articles from mine.jsonl",
        "Invented for a test.",
        "| mine.jsonl | train |",
        "### On other.jsonl",
        "| kind: direct | 30 |",
        "| speaker: person | 30 |",
        "| dispute: strait | 30 |",
        "Sets of a stated 80 % hold the right label for",
        "With people and countries exchanged for others,",
        "## Calibration and abstention",
        "| stance | 90 |",
        "## Dual use",
        "stance train c.yaml --set model.C=2.0 --out model",
    ):
        assert said in text, said
    assert "Not calibrated" not in text
    assert "has not been recorded here" not in text


def test_the_manifest_knows_the_card_and_the_folder_verifies(made):
    where, said = made
    manifest = store.verify(where / "model")
    assert "8 pinned examples answered as when it was made (within" in said["verify"]
    (one,) = manifest.raw["evaluations"]
    assert (one["name"], one["n"], one["trained_on"]) == ("other.jsonl", 60, 0)
    assert one["model_fingerprint"] == manifest.fingerprint
    assert "So: We will" not in json.dumps(manifest.raw)  # figures, never statements


def test_calibrate_draws_its_plot_and_refuses_an_ending_before_the_model_changes(
    made, stance_command
):
    where, said = made
    assert "plot -> plots/before.png" in said["calibrate"]
    assert (where / "plots" / "before.png").read_bytes().startswith(b"\x89PNG")
    manifest = (where / "model" / "manifest.json").read_bytes()
    done = stance_command("models", "calibrate", "model", "oof.jsonl", "--plot", "b.gif", cwd=where)
    assert done.returncode == 2
    assert "--plot b.gif ends in '.gif'; expected .png, .svg, .pdf" in done.stderr
    assert (where / "model" / "manifest.json").read_bytes() == manifest


def test_evaluate_prints_the_band_of_exactly_right_probabilities_and_the_sets(made):
    where, said = made
    assert "ECE if exactly right" in said["evaluate"]
    assert "the surest answers (--abstain-below)" in said["evaluate"]
    assert "sets of labels (--coverage)" in said["evaluate"]
    found = json.loads((where / "e.json").read_text())["tasks"]["stance"]
    band = found["perfect_ece"]
    assert 0 <= band["low"] < band["value"] < band["high"] < 0.5
    (sets,) = found["sets"]
    assert sets["stated"] == 0.8
    assert sum(sets["sizes"]) == 60
    assert [kept["share"] for kept in found["kept"]] == [0.9, 0.7, 0.5]
    assert "if exactly right" in said["calibrate"]
    assert "sets of labels, by articles that taught them nothing" in said["calibrate"]


def test_the_page_of_an_evaluation_shows_the_band_and_the_sets(made):
    where, _ = made
    page = (where / "e.html").read_text()
    assert "ECE if the probabilities were exactly right" in page
    assert page.count("Sets of labels with a stated coverage") == len(TASKS)
    assert "<th scope=row>80<td>" in page


def test_score_takes_the_coverage_of_the_calibrated_folder(made, stance_command, tmp_path):
    where, _ = made
    out = tmp_path / "s.jsonl"
    article = "“We will strike Sudria at dawn,” said Mira Talven. “Ships sail,” said Osk Brandel."
    done = stance_command("score", "-", "--model", where / "model", "--coverage", "0.9",
                          "--explain", "--out", out, stdin=article)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert all((row["stance"] is None) == ("|" in row["stance_set"]) for row in rows)
    assert json.loads(rows[0]["stance_explanation"])["method"] == "exact"


def test_a_folder_that_keeps_a_reference_is_known_to_drift(made, stance_command, tmp_path):
    where, _ = made
    kept = [json.loads(line) for line in (where / "model" / "reference.jsonl").open()]
    assert len(kept) == 60
    assert set(kept[0]) == {"article", "id", "kind", "text"}
    write(tmp_path / "new.jsonl", [{**row, "article": f"n{n}", "text": "Grain fell by a tenth"}
                                   for n, row in enumerate(statements())])  # fmt: skip
    done = stance_command("drift", where / "model", tmp_path / "new.jsonl", "--no-embeddings",
                          "--json", "-")  # fmt: skip
    assert json.loads(done.stdout)["verdict"] == "large", done.stderr
    write(tmp_path / "same.jsonl", [{**row, "article": f"n{row['article']}"}
                                    for row in statements()])  # fmt: skip
    done = stance_command("drift", where / "model", tmp_path / "same.jsonl", "--no-embeddings",
                          "--json", "-")  # fmt: skip
    assert json.loads(done.stdout)["verdict"] == "alike", done.stderr


def test_a_card_edited_by_hand_is_never_lost(made, tmp_path):
    import shutil

    where, _ = made
    folder = tmp_path / "model"
    shutil.copytree(where / "model", folder)
    (one,) = store.read_manifest(folder).raw["evaluations"]
    (folder / "README.md").write_text("mine")
    with pytest.raises(IntegrityError, match="was edited after it was written, and a new card"):
        cards.add_evaluation(folder, one)
    assert (folder / "README.md").read_text() == "mine"
    (folder / "README.md").unlink()
    cards.add_evaluation(folder, one)
    assert "### On other.jsonl" in (folder / "README.md").read_text()
    store.verify(folder)


def test_a_manifest_that_no_card_can_be_written_from_is_one_error(made, tmp_path):
    import shutil

    where, _ = made
    folder = tmp_path / "model"
    shutil.copytree(where / "model", folder)
    before = (folder / "README.md").read_text()
    store.rewrite_manifest(folder, metrics={"training": 7})
    (one,) = store.read_manifest(folder).raw["evaluations"]
    with pytest.raises(ManifestError, match="no card can be written from the manifest"):
        cards.add_evaluation(folder, one)
    assert (folder / "README.md").read_text() == before


def test_an_evaluation_replaces_one_on_the_same_data_and_those_of_other_weights(made, tmp_path):
    import shutil

    where, _ = made
    folder = tmp_path / "model"
    shutil.copytree(where / "model", folder)
    (one,) = store.read_manifest(folder).raw["evaluations"]
    cards.add_evaluation(folder, {**one, "name": "again"})
    other = {**one, "name": "more", "fingerprint": "0" * 16}
    found = cards.add_evaluation(folder, other).raw["evaluations"]
    assert [e["name"] for e in found] == ["again", "more"]
    found = cards.add_evaluation(folder, {**other, "model_fingerprint": "f" * 16}).raw
    assert [e["name"] for e in found["evaluations"]] == ["more"]


def test_the_card_of_a_shipped_model_is_never_written_over(root):
    with pytest.raises(UsageError, match="is among the shipped models"):
        cards.add_evaluation(root / "models" / "baseline", {})


def test_pinned_examples_tell_a_model_that_answers_otherwise(made):
    where, _ = made
    loaded = store.load(where / "model")
    pins = store.read_manifest(where / "model").raw["pinned"]
    assert len(pins) == len(STATEMENTS) == 8
    assert check_pins(loaded, pins, where="m") < 1e-6
    loaded.heads_["stance"].intercept_[1] += 0.2
    with pytest.raises(IntegrityError, match="m answers 'We will answer any crossing of the Vell"):
        check_pins(loaded, pins, where="m")
    assert check_pins(loaded, pins, where="m", tolerance=0.2) > 0.01
    with pytest.raises(ManifestError, match="has pinned examples that cannot be read"):
        check_pins(loaded, [{"text": "x"}], where="m")


def test_values_of_the_data_cannot_break_the_card():
    from stance.reports.card import _plain, figure, number

    assert _plain("a|b\n<script>") == "a/b ‹script>"
    assert figure({"value": 0.5, "low": 0.25, "high": None}) == "50.0"
    assert figure({"value": 0.5, "low": 0.25, "high": 0.75}) == "50.0 (25.0 to 75.0)"
    assert (figure(None), figure(None, bare=True)) == ("-", "")
    assert number({"value": None, "low": None, "high": None}) == "-"
