"""What tests share: where the repository and the outside corpora are, and quiet libraries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("STANCE_SHARED", ROOT.parent / "shared"))

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora that are not the project's own; its tests skip where it is absent."""
    if not (SHARED / "polnear").is_dir():
        pytest.skip(f"no corpora at {SHARED}; set STANCE_SHARED to the folder that holds them")
    return SHARED


@pytest.fixture
def stance_command():
    """Run the `stance` command in a fresh process; returns what `subprocess.run` returns."""

    def run(*arguments, cwd=ROOT, stdin=None, timeout=300):
        return subprocess.run(
            [sys.executable, "-m", "stance", *map(str, arguments)],
            cwd=cwd, input=stdin, capture_output=True, text=True, timeout=timeout, check=False,
            env={**os.environ, "COLUMNS": "140", "NO_COLOR": "1"},
        )  # fmt: skip

    return run
