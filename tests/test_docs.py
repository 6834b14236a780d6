"""The documentation cannot rot: what it prints runs, what it names exists, nothing is left out."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys

import pytest
import typer.main
from documents import GENERATED, ROOT, all_commands, blocks, clone, documents, run_page

from stance.cli.app import app
from stance.labels import SENTIMENT, STANCE

PAGES = [page for page in documents() if page.name != "README.md"]
#: Pages that take seconds; the others load the transformer again and again.
QUICK = ("concepts.md", "index.md", "limits.md", "own-labels.md", "pandas.md")
TASK = {"id": 1, "data": {"id": "s1", "text": "We stay."}, "annotations": [
    {"completed_by": 1, "was_cancelled": False, "result": [
        {"type": "choices", "from_name": "stance", "to_name": "text",
         "value": {"choices": ["neutral"]}}]}]}  # fmt: skip
LINE = {"id": 42, "text": "We stay.", "label": ["stance:neutral", "sentiment:neutral"]}
#: Files that a page takes as given.
GIVEN = {
    "labelling.md": {"export.json": json.dumps([TASK]), "admin.jsonl": json.dumps(LINE) + "\n"},
}


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every_command():
    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        for sub, inner in getattr(command, "commands", {None: command}).items():
            yield " ".join(filter(None, ["stance", name, sub])), inner


def _options(parameter):
    return [o for o in [*parameter.opts, *parameter.secondary_opts] if o.startswith("-")]


@pytest.mark.parametrize("name", GENERATED)
def test_the_reference_is_what_the_package_says_now(reference, name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    made = re.sub(r"\n{3,}", "\n\n", reference.PAGES[name]())
    assert page == made, f"docs/{name} is out of date; run: python scripts/reference.py"


@pytest.mark.parametrize(
    ("name", "command"), [pytest.param(*pair, id=pair[0]) for pair in every_command()]
)
def test_every_command_and_option_stands_in_the_reference(name, command):
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^##+ {name}\n(.*?)(?=^##+ |\Z)", page, re.M | re.S)
    assert section, f"{name} has no section"
    everywhere = page.split("## stance train")[0]
    for parameter in command.params:
        for option in _options(parameter):
            assert option in section[1] or option in everywhere, f"{name} {option}"


def test_every_command_stands_in_a_page_written_for_people():
    text = "\n".join(page.read_text(encoding="utf-8") for page in documents())
    assert [name for name, _ in every_command() if name not in " ".join(text.split())] == []


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.name)
def test_commands_and_options_that_a_page_prints_exist(page):
    known = dict(every_command())
    groups = {name.rsplit(" ", 1)[0] for name in known if name.count(" ") == 2}
    for line, words in all_commands(page):
        depth = 3 if " ".join(words[:2]) in groups else 2
        if words[1].startswith("-") or words[1].isupper() or "|" in line:
            continue
        command = known.get(" ".join(words[:depth]))
        assert command or " ".join(words[:2]) in groups, f"{page.name}: {line}"
        options = {o for p in command.params for o in _options(p)} if command else ()
        for word in words[depth:] if command else ():
            if word.startswith("--"):
                assert word.split("=")[0] in {*options, "--help"}, f"{page.name}: {line}"


def test_every_file_that_a_page_links_to_exists():
    missing = []
    for page in [*documents(), *(ROOT / "docs" / name for name in GENERATED)]:
        text = page.read_text(encoding="utf-8")
        for target, heading in re.findall(r"\]\(([^)#:\s]*)(#[^)\s]*)?\)", text):
            file = page.parent / target if target else page
            if not file.exists():
                missing.append(f"{page.name} -> {target}")
            elif heading and heading[1:] not in anchors(file):
                missing.append(f"{page.name} -> {target}{heading}")
    assert missing == []


def anchors(page):
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_page_is_in_the_navigation():
    listed = re.findall(r": ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M)
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A cache of the hub that holds the bundled encoder under its own name, as if fetched."""
    from stance.encoder.sources import find_encoder

    cache = tmp_path_factory.mktemp("hub")
    entry = cache / "models--sentence-transformers--all-MiniLM-L6-v2"
    (entry / "refs").mkdir(parents=True)
    (entry / "refs" / "main").write_text("0" * 40)
    shutil.copytree(find_encoder("minilm"), entry / "snapshots" / ("0" * 40))
    return {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.name, marks=[] if page.name in QUICK else [pytest.mark.slow])
     for page in PAGES],
)  # fmt: skip
def test_everything_that_a_page_prints_runs_in_a_clone(page, tmp_path, hub):
    folder = clone(tmp_path / "clone")
    for name, text in GIVEN.get(page.name, {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    run_page(page, folder, env=hub, by_hand=fill_in)


def fill_in(command, folder):
    """Answer an audit's sheet before it is read, as its page tells people to."""
    import csv

    found = re.search(r"--answers (\S+)", command)
    if not found:
        return
    path = folder / found[1]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for n, row in enumerate(rows):
        row.update(true_stance=STANCE[n % 3], true_sentiment=SENTIMENT[n % 3])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    pytest.importorskip("zensical", reason="pip install 'stance[docs]'")
    for name in ("docs", "mkdocs.yml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<table" in (tmp_path / "site" / "commands.html").read_text(encoding="utf-8")
    for page in (tmp_path / "site").glob("*.html"):
        assert "fonts.googleapis" not in page.read_text(encoding="utf-8")


def test_a_methods_paragraph_names_version_model_and_fingerprint():
    (code,) = [body for language, body, _ in blocks(ROOT / "docs" / "citing.md")
               if language == "python"]  # fmt: skip
    assert all(word in code for word in ("__version__", "fingerprint", "[ACCURACY]"))
