"""What a user installs: the wheel carries the shipped models and works in an empty folder."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ARTICLE = "“We will answer every attack with force,” said Ada Lund, foreign minister of Norland.\n"


def test_the_five_packages_of_the_design_are_core_dependencies(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {dependency.split(">")[0].split("=")[0] for dependency in project["dependencies"]}
    assert {"scikit-learn", "transformers", "datasets", "torch", "typer"} <= names


def test_every_dependency_is_pinned_in_the_constraints(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"][1:]]
    wanted += [w for name in ("docs", "label", "large", "ray", "web") for w in extras[name]]
    lines = (root / "constraints.txt").read_text().lower().replace("_", "-").splitlines()
    pinned = {line.split("==")[0] for line in lines if "==" in line}
    missing = [
        w for w in wanted if w.split(">")[0].split("=")[0].lower().replace("_", "-") not in pinned
    ]
    assert missing == []


def test_shipped_models_are_small_and_intact(root):
    from stance import store

    bounds = {"baseline": 5, "transformer": 30, "transformer-large": 5, "tagger": 30}
    assert {path.name for path in (root / "models").iterdir()} == bounds.keys()
    for name, most in bounds.items():
        folder = root / "models" / name
        store.verify(folder)
        assert sum(path.stat().st_size for path in folder.iterdir()) < most * 1_000_000


@pytest.mark.slow
def test_a_wheel_in_an_empty_environment_scores_an_article_in_an_empty_folder(root, tmp_path):
    """Installs everything anew, so it takes minutes and needs a package index."""
    run = {"check": True, "capture_output": True, "text": True, "timeout": 1500}
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--outdir",
        str(tmp_path / "dist"),
        str(root),
    ]
    subprocess.run(build, **run)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "stance/_models/transformer/manifest.json" in names
    assert "stance/_models/transformer-large/adapter.safetensors" in names
    assert "stance/_models/baseline/manifest.json" in names
    assert "stance/labelling/CODEBOOK.md" in names
    assert "stance/reports/templates/report.html.j2" in names
    assert "stance/reports/templates/report.css" in names
    assert "stance/reports/templates/report.js" in names
    assert "stance/reports/templates/evaluation.html.j2" in names
    assert "stance/reports/templates/evaluation.css" in names
    assert not [name for name in names if name.startswith(("tests/", "data/"))]
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    options = os.environ.get("PIP_OPTIONS", "").split()
    pip = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        *options,
        "-c",
        root / "constraints.txt",
        wheel,
    ]
    subprocess.run(pip, **run)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "article.txt").write_text(ARTICLE)
    command = [Path(python).parent / "stance", "score", "article.txt"]
    done = subprocess.run(command, cwd=empty, **run)
    assert '"speaker": "Ada Lund"' in done.stdout
    assert '"model": "transformer"' in done.stdout
    assert sorted(path.name for path in empty.iterdir()) == ["article.txt"]
