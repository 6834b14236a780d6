"""The main job, end to end, as `make demo` runs it."""

import subprocess
import sys

import pytest

from stance.demo import steps


def test_every_step_of_the_demo_is_a_command_that_users_have(tmp_path):
    from stance.cli.app import app

    known = {command.name for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    assert {arguments[0] for _, arguments in steps(tmp_path)} <= known


@pytest.mark.slow
def test_the_demo_trains_evaluates_scores_and_draws(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "stance.demo", "--out", str(tmp_path)],
        cwd=root, capture_output=True, text=True, timeout=3000, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for name in ("baseline", "transformer"):
        assert (tmp_path / name / "manifest.json").is_file()
    assert (tmp_path / "speakers.png").stat().st_size > 10_000
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Elisabeth Braw" in page
    rows = (tmp_path / "scores.csv").read_text(encoding="utf-8")
    assert "Elisabeth Braw" in rows
    assert "quotes by speaker" in done.stderr
