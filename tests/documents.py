"""The commands and snippets of README and docs/, and how each is run as printed."""

import contextlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from terminals import in_terminal

ROOT = Path(__file__).resolve().parent.parent
#: Made by scripts/reference.py; their code is signatures, and a test of their own compares them.
GENERATED = ("commands.md", "python.md", "codebook.md")
BLOCK = re.compile(r"^(?:[^\n]*`(?P<file>[\w./-]+)`:\n\n)?```(?P<language>\w+)\n(?P<body>.*?)^```",
                   re.M | re.S)  # fmt: skip
INLINE = re.compile(r"(?<!`)`(stance [a-z][^`]*)`")
#: Lines of shell that are not run here: what installs, builds, or needs other machines.
NOT_RUN = ("make ", "git ", "cd ", "pip ", "python benchmarks/", "sbatch ", "srun ", "ray ",
           "torchrun ", "export ", "#")  # fmt: skip
#: What else of a command is not here: somebody's archive, a cluster, a GPU.
ELSEWHERE = ("ARCHIVE", "--ray-address", "--device cuda")
#: `stance label` takes the whole terminal: labels of two quotes, then it is left.
LABELLING = ("1", "1", "3", "2", "q")


def documents():
    """Every hand-written page that is tested: README first."""
    pages = [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in GENERATED]
    return [ROOT / "README.md", *pages]


def blocks(page):
    """The fenced blocks of a page, in order: (language, text, file that it is to be put into)."""
    text = page.read_text(encoding="utf-8")
    return [(m["language"], m["body"], m["file"]) for m in BLOCK.finditer(text)]


def commands(body):
    """The commands of a block of shell, without comments, continued lines put together."""
    lines = re.sub(r"\\\n\s*", "", body).splitlines()
    bare = [re.split(r"\s{2,}#", line)[0].strip() for line in lines]
    return [line for line in bare if line and not line.startswith(NOT_RUN)]


def runs_here(command):
    """Whether a command can be run in a test: with what it is given, and with what it needs."""
    absent = "--engine ray" in command and importlib.util.find_spec("ray") is None
    return not absent and not any(word in command for word in ELSEWHERE)


def all_commands(page):
    """Every command that a page prints, in blocks or in the running text, as words."""
    text = page.read_text(encoding="utf-8")
    found = [c for language, body, _ in blocks(page) if language == "sh" for c in commands(body)]
    found += [" ".join(command.split()) for command in INLINE.findall(text)]
    return [(command, shlex.split(command)) for command in found]


def clone(folder):
    """What a clone holds beside the package: where the commands of documents are typed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("data", "configs"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "models").symlink_to(ROOT / "models")
    (folder / "articles").symlink_to(folder / "data" / "articles")
    return folder


def run_page(page, folder, *, env=None, by_hand=lambda command, folder: None):
    """Run all that a page prints, from top to bottom, in `folder`; returns its Python names.

    `by_hand` is called before every command, to do what the page leaves to people.
    """
    scope = {"__name__": "page"}
    for language, body, file in blocks(page):
        if file is not None and language != "sh":
            (folder / file).write_text(body, encoding="utf-8")
        elif language == "sh":
            for command in filter(runs_here, commands(body)):
                assert command.startswith("stance "), f"{page.name}: {command} is not run in tests"
                by_hand(command, folder)
                run_command(command, folder, env=env)
        elif language == "python":
            with contextlib.chdir(folder):
                exec(compile(body, page.name, "exec"), scope)
    return scope


def run_command(command, folder, *, env=None):
    """Run a command line in `folder`, in a terminal where it needs one; it must succeed."""
    # `stance` is found beside the Python that runs the tests, as in an activated environment.
    beside = str(Path(sys.executable).parent)
    env = {**os.environ, **(env or {}), "PATH": os.pathsep.join([beside, os.environ["PATH"]])}
    if command.startswith("stance label "):
        status, shown = in_terminal(
            ["bash", "-c", command], cwd=folder, env=env, keys=LABELLING, ready="escalatory"
        )
    else:
        done = subprocess.run(
            command, shell=True, cwd=folder, capture_output=True, text=True, timeout=600,
            check=False, env=env,
        )  # fmt: skip
        status, shown = done.returncode, f"{done.stdout}\n{done.stderr}"
    assert status == 0, f"{command}\n{shown[-4000:]}"
    assert "Traceback" not in shown, f"{command}\n{shown[-4000:]}"
