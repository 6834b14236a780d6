"""The codebook as pages: the labels first, then a page a rule with its examples."""

import re
from dataclasses import dataclass
from pathlib import Path

from stance.errors import StanceError

_HERE = Path(__file__).parent
#: Inside a wheel, and in a checkout.
_PLACES = (_HERE / "CODEBOOK.md", _HERE.parent.parent / "data" / "CODEBOOK.md")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the codebook: its title, and its text as plain paragraphs."""

    title: str
    text: str


def codebook_text() -> str:
    """Return the codebook as Markdown. Raises `StanceError` where the installation lacks it."""
    for place in _PLACES:
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise StanceError("the codebook is missing from this installation; install stance again")


def pages(text: str) -> tuple[Page, ...]:
    """Return the codebook's pages: each label section, each rule, then what was settled later."""
    sections = dict(_sections(text))
    examples = _examples(sections)
    found = []
    for title, body in sections.items():
        level, name = title
        if level == 3:
            for number, rule in _rules(body):
                shown = "\n\n".join([_flow(rule), *examples.pop(number, [])])
                found.append(Page(f"Rule {number}", shown))
        elif level == 2 and "examples" not in name.lower():
            found.append(Page(name.capitalize(), _flow(body)))
    settled = text.partition("\nCases that ")
    if settled[1]:
        found.append(Page("Settled cases", _flow("Cases that " + settled[2])))
    # The label sections first: they are what one needs before any rule.
    return tuple(sorted(found, key=lambda page: _rank(page.title)))


def _rank(title: str) -> int:
    return 2 if title.startswith("Settled") else 1 if title.startswith("Rule ") else 0


def _sections(text: str) -> list[tuple[tuple[int, str], str]]:
    parts = re.split(r"^(#{1,3}) +(.+)$", text, flags=re.MULTILINE)
    return [((len(parts[n]), parts[n + 1].strip()), parts[n + 2]) for n in range(1, len(parts), 3)]


def _rules(body: str) -> list[tuple[int, str]]:
    parts = re.split(r"^(\d+)\. +", body, flags=re.MULTILINE)
    return [(int(parts[n]), parts[n + 1]) for n in range(1, len(parts), 2)]


def _examples(sections: dict[tuple[int, str], str]) -> dict[int, list[str]]:
    body = next((b for (_, name), b in sections.items() if "examples" in name.lower()), "")
    body = body.partition("\nCases that ")[0]
    parts = re.split(r"^Rule (\d+)$", body, flags=re.MULTILINE)
    return {
        int(parts[n]): [_flow(line) for line in parts[n + 1].split("\n") if line.startswith("- ")]
        for n in range(1, len(parts), 2)
    }


def _flow(text: str) -> str:
    """Return paragraphs and bullets, each on one line, without Markdown's marks."""
    text = text.replace("**", "").replace("`", "")
    blocks = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    lines = (" ".join(block.split()) for block in blocks)
    return "\n\n".join(re.sub(r"^- ", "• ", line) for line in lines if line)
