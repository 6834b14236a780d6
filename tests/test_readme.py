"""Every command and snippet of the README runs as printed, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys

import pytest

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


@pytest.fixture(scope="module")
def copy(root, tmp_path_factory):
    """What a clone holds beside the package: where the README's commands are typed."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("data", "configs", "models"):
        shutil.copytree(root / name, folder / name)
    return folder


def blocks(root, language):
    text = (root / "README.md").read_text(encoding="utf-8")
    return [body for found, body in BLOCK.findall(text) if found == language]


def test_every_shell_command_runs_as_printed(root, copy):
    commands = [
        line.split("  #")[0].strip()
        for body in blocks(root, "sh")
        for line in body.splitlines()
        if line.strip() and not line.startswith(("#", "make ", "git ", "cd ", "pip "))
    ]
    assert len(commands) >= 5
    assert all(command.startswith("stance ") for command in commands)
    # `stance` is found beside the Python that runs the tests, as in an activated environment.
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # noqa: PTH120
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=copy, capture_output=True, text=True, timeout=300,
            check=False, env={**os.environ, "PATH": path},
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr


def test_every_python_snippet_runs_as_printed(root, copy, monkeypatch):
    snippets = blocks(root, "python")
    assert snippets
    monkeypatch.chdir(copy)
    scope: dict = {}
    for body in snippets:
        exec(compile(body, "README.md", "exec"), scope)
    assert scope["model"].tasks_[:2] == ("stance", "sentiment")


def test_the_readme_shows_what_comes_out_before_anything_else(root):
    first_screen = "\n".join((root / "README.md").read_text(encoding="utf-8").splitlines()[:45])
    assert "make demo" in first_screen
    assert "escalatory" in first_screen


def test_every_file_that_a_document_names_exists(root):
    missing = []
    for name in ("README.md", "CONTRIBUTING.md", "data/README.md"):
        text = (root / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            base = (root / name).parent
            if not (base / target).exists():
                missing.append(f"{name} -> {target}")
    assert missing == []
