"""Training in two processes by the command, over gloo: one model, saved once."""

import json
import os
import subprocess
import sys

import pytest
from tiny_encoders import write_encoder
from typer.testing import CliRunner

import stance
from stance.cli.app import app
from stance.labels import STANCE

ROWS = [
    {"id": f"s{n}", "article": f"a{n % 4}", "text": text, "stance": label}
    for n, (text, label) in enumerate(
        [
            ("We will answer every attack with force.", "escalatory"),
            ("Talks go on tomorrow.", "de-escalatory"),
            ("The parliament meets on Monday.", "neutral"),
        ]
        * 4
    )
]


@pytest.mark.slow
def test_two_processes_train_and_save_one_model(tmp_path, root):
    encoder = write_encoder(tmp_path / "tiny")
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    config = {
        "kind": "transformer",
        "data": {"train": "rows.jsonl", "tasks": ["stance"]},
        "model": {"encoder": str(encoder), "epochs": 2, "head_epochs": 1, "batch_size": 3},
    }
    (tmp_path / "run.yaml").write_text(json.dumps(config))
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2",
         "-m", "stance", "train", "run.yaml", "--out", "m"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "PYTHONPATH": str(root), "CUDA_VISIBLE_DEVICES": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stderr.count("saved, loaded again and compared: m") == 1
    assert stance.load(tmp_path / "m").predict(["Talks go on."])[0] in STANCE
    assert [path.name for path in tmp_path.iterdir() if "checkpoints" in path.name] == []


def test_a_tagger_is_not_trained_by_several_processes(tmp_path, root, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    done = CliRunner().invoke(
        app, ["train", str(root / "configs" / "tagger.yaml"), "--out", str(tmp_path / "t")]
    )
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "a tagger is trained by one process; leave out torchrun" in done.stderr
