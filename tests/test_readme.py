"""Every command and snippet of the README runs as printed, in a copy of the repository."""

import re

from documents import blocks, clone, commands, run_page


def test_every_command_and_snippet_runs_as_printed_from_top_to_bottom(root, tmp_path):
    page = root / "README.md"
    printed = [c for language, body, _ in blocks(page) if language == "sh" for c in commands(body)]
    assert len(printed) >= 5
    scope = run_page(page, clone(tmp_path / "clone"))
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
