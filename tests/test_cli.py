"""The command line: what is printed where, exit statuses, and every command's help."""

import csv
import json

import pytest

from stance.cli.app import app

ARTICLE = """Ada Lund, the foreign minister of Norland, spoke on Monday.

“We will answer every attack with force,” Lund said. “They will pay a price.”

Prime Minister Tor Vik said he would welcome talks. “We want peace,” he said.
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory, root):
    """A baseline trained by the command itself on the repository's data."""
    import os
    import subprocess
    import sys

    out = tmp_path_factory.mktemp("models") / "mine"
    done = subprocess.run(
        [sys.executable, "-m", "stance", "train", "configs/baseline.yaml", "--out", str(out)],
        cwd=root, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "saved, loaded again and compared" in done.stderr
    assert done.stdout == ""
    return out


def test_train_writes_config_data_versions_and_seed_into_the_folder(model):
    manifest = json.loads((model / "manifest.json").read_text())
    assert manifest["config"]["kind"] == "baseline"
    assert manifest["data"]["statements"] == 104
    assert manifest["seed"] == 13
    assert {"python", "numpy", "scikit-learn"} <= set(manifest["versions"])
    assert "## Limits" in (model / "README.md").read_text()


def test_train_never_writes_over_a_model_without_force(stance_command, model):
    done = stance_command("train", "configs/baseline.yaml", "--out", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds a model already; give --force or another --out" in done.stderr


def test_set_overrides_and_its_mistakes_are_named(stance_command, tmp_path):
    done = stance_command("train", "configs/baseline.yaml", "--out", tmp_path / "m",
                          "--set", "model.ngrams=3", "--set", "modle.C=1")  # fmt: skip
    assert done.returncode == 3
    assert "has 2 mistakes" in done.stderr
    assert "modle: unknown key; did you mean 'model'?" in done.stderr
    assert "model.ngrams: unknown key" in done.stderr
    assert not (tmp_path / "m").exists()


def test_score_writes_rows_and_a_summary_by_speaker(stance_command, model, tmp_path):
    (tmp_path / "news.txt").write_text(ARTICLE)
    done = stance_command(
        "score", tmp_path / "news.txt", "--model", model, "--out", tmp_path / "s.csv"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    with (tmp_path / "s.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["speaker"] for row in rows} == {"Ada Lund", "Tor Vik"}
    assert all(row["stance"] in ("escalatory", "neutral", "de-escalatory") for row in rows)
    assert {row["model"] for row in rows} == {"mine"}
    assert "Ada Lund" in done.stderr
    assert "1 articles (1 scored, 0 without quotes, 0 failed)" in done.stderr


def test_a_bad_article_is_reported_and_the_rest_goes_on(stance_command, model, tmp_path):
    rows = [{"id": "1", "text": ARTICLE}, {"id": "2", "text": ""}, {"id": "3", "body": None}]
    lines = "".join(json.dumps(row) + "\n" for row in rows) + '{"id": "4", "text": "cut\n'
    (tmp_path / "news.jsonl").write_text(lines)
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    done = stance_command("score", tmp_path / "news.jsonl", tmp_path / "bad.txt",
                          "--model", model, "--out", tmp_path / "s.jsonl")  # fmt: skip
    assert done.returncode == 5
    assert "5 articles (1 scored, 0 without quotes, 4 failed)" in done.stderr
    assert "its text is empty" in done.stderr
    failures = (tmp_path / "s.errors.jsonl").read_text().splitlines()
    assert len(failures) == 4
    assert {json.loads(line)["article"] for line in (tmp_path / "s.jsonl").open()} == {"1"}


def test_rows_on_stdout_are_json_lines_and_nothing_else(stance_command, model):
    done = stance_command("score", "-", "--model", model, stdin=ARTICLE)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) >= 3
    assert list(rows[0])[:6] == ["article", "quote", "group", "start", "end", "text"]


def test_quotes_need_no_model(stance_command):
    done = stance_command("quotes", "-", stdin=ARTICLE)
    texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert "We will answer every attack with force," in texts


def test_predict_reads_stdin_and_prints_a_table(stance_command, model):
    done = stance_command(
        "predict", "--model", model, stdin="We will strike back.\n\nLet us talk.\n"
    )
    assert done.returncode == 0
    assert "We will strike back." in done.stdout
    assert "Let us talk." in done.stdout


def test_predict_json_gives_probabilities_that_sum_to_one(stance_command, model):
    done = stance_command("predict", "--json", "--model", model, "We will strike back.")
    row = json.loads(done.stdout)
    total = sum(value for key, value in row.items() if key.startswith("stance_p_"))
    assert total == pytest.approx(1)


def test_evaluate_warns_when_it_is_given_its_training_data(stance_command, model, tmp_path):
    done = stance_command("evaluate", model, "--data", "data/statements.jsonl",
                          "--json", tmp_path / "e.json")  # fmt: skip
    assert "the model was trained on 104 of these 104 statements" in done.stderr
    found = json.loads((tmp_path / "e.json").read_text())
    assert found["tasks"]["stance"]["scores"]["macro_f1"]["value"] > 0.9


def test_crossval_leaves_one_article_out(stance_command, tmp_path):
    done = stance_command("crossval", "configs/baseline.yaml", "--json", tmp_path / "c.json",
                          "--out", tmp_path / "folds.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "leave one group out (5 rounds by article)" in done.stdout
    assert len(json.loads((tmp_path / "c.json").read_text())["folds"]) == 5
    rows = [json.loads(line) for line in (tmp_path / "folds.jsonl").open()]
    assert len(rows) == 104
    assert {"stance", "stance_predicted", "fold"} <= set(rows[0])


def test_other_labels_train_and_evaluate_from_a_plain_csv(stance_command, tmp_path):
    lines = ["text,label"]
    for n in range(12):
        lines += [
            f"the army fired shells number {n},conflict",
            f"they signed treaty {n},cooperation",
        ]
    (tmp_path / "events.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "run.yaml").write_text(
        "kind: baseline\ndata: {train: events.csv, tasks: [label]}\n"
    )
    done = stance_command("train", "run.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = stance_command("evaluate", "runs/run", "--data", "events.csv", cwd=tmp_path)
    assert "cooperation" in done.stdout
    done = stance_command("predict", "--json", "-m", "runs/run", "the army fired", cwd=tmp_path)
    assert json.loads(done.stdout)["label"] == "conflict"


def test_report_draws_a_picture_and_names_what_it_can_draw(stance_command, model, tmp_path):
    (tmp_path / "news.txt").write_text(ARTICLE)
    scores = tmp_path / "s.jsonl"
    stance_command("score", tmp_path / "news.txt", "--model", model, "--out", scores)
    done = stance_command("report", scores, "--out", tmp_path / "p.png")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    done = stance_command("report", scores, "--out", tmp_path / "p.gif")
    assert done.returncode == 2
    assert "expected .png, .svg, .pdf" in done.stderr


def test_data_check_passes_on_the_shipped_statements_and_fails_on_broken_ones(
    stance_command, tmp_path
):
    good = stance_command("data", "check", "data/statements.jsonl", "--articles", "data/articles")
    assert good.returncode == 0, good.stderr
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "stance": "hawkish"}\n')
    bad = stance_command("data", "check", tmp_path / "bad.jsonl")
    assert bad.returncode == 3
    assert "unknown label 'hawkish' in 'stance'" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_models_are_listed_shown_and_verified(stance_command, model):
    shown = json.loads(stance_command("models", "show", model).stdout)
    assert shown["kind"] == "baseline"
    done = stance_command("models", "verify", model)
    assert done.stdout.strip() == shown["fingerprint"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["score", "README.md", "--model", "nosuch"], 3, "no model 'nosuch'"),
        (["score", "x.txt", "--out", "s.xls"], 2, "ends in '.xls'"),
        (["quotes", "nowhere.txt"], 2, "there is no file or folder nowhere.txt"),
        (["quotes", "README.md", "--quotes", "magic"], 2, "--quotes magic: expected rules"),
        (["train", "nowhere.yaml"], 3, "no config file at nowhere.yaml"),
        (["evaluate", "nosuch", "--data", "x"], 3, "no model 'nosuch'"),
        (["data", "stats", "nowhere.jsonl"], 3, "no data file at nowhere.jsonl"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_bad_input_gives_one_clear_line_and_its_own_exit_status(
    stance_command, arguments, status, message
):
    done = stance_command(*arguments)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def commands():
    import typer.main

    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        for sub in getattr(command, "commands", {None: None}):
            yield [name, *([sub] if sub else [])]


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_and_every_option_has_its_help(command):
    import typer.main

    found = typer.main.get_command(app)
    for name in command:
        found = found.commands[name]
    assert found.help
    for parameter in found.params:
        assert getattr(parameter, "help", None), (
            f"{' '.join(command)}: {parameter.name} has no help"
        )


def test_the_list_of_commands_is_not_cut_short(stance_command):
    listed = stance_command("--help").stdout.split("Commands:")[1]
    assert "..." not in listed
