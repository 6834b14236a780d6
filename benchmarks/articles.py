"""Score the finding of quotes against the labelled statements of the five articles.

    python benchmarks/articles.py [--attribution speech|all] [--by rules|tagger] [--errors]

A row and a labelled statement match where their words overlap by .8 (intersection over
union), one to one, best first. The tagger has learnt from these articles: its figures here
only show what is left to learn. Printed by kind of the row or of the statement: precision and
recall of the spans, and the share of the matched ones with the right canonical speaker.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from stance.quotes import DEFAULT_ENGINE, ENGINES, extract
from stance.records import Article, Quote

DATA = Path(__file__).parent.parent / "data"
KINDS = ("direct", "mixed", "indirect")
OVERLAP = 0.8
_WORD = re.compile(r"\w+")


def words(text: str, start: int, end: int) -> set[int]:
    """Return the offsets of the words of a slice."""
    return {match.start() for match in _WORD.finditer(text, start, end)}


def match(text: str, gold: list[dict[str, Any]], found: list[Quote]) -> dict[int, int]:
    """Return the index of the row that matches each labelled statement, by its index."""
    of_gold = [words(text, row["start"], row["end"]) for row in gold]
    of_found = [words(text, quote.start, quote.end) for quote in found]
    pairs = sorted(
        (-len(a & b) / len(a | b), g, f)
        for g, a in enumerate(of_gold)
        for f, b in enumerate(of_found)
        if a & b and len(a & b) / len(a | b) >= OVERLAP
    )
    matched: dict[int, int] = {}
    for _, g, f in pairs:
        if g not in matched and f not in matched.values():
            matched[g] = f
    return matched


def show(label: str, row: dict[str, Any] | Quote) -> None:
    values = row if isinstance(row, dict) else row.to_dict()
    print(f"{label} {values['kind']}, {values['speaker']}: {values['text']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--attribution", default="all", choices=("speech", "all"))
    parser.add_argument("--errors", action="store_true", help="list what is wrong and missed")
    parser.add_argument("--by", default=DEFAULT_ENGINE, choices=ENGINES)
    options = parser.parse_args()
    lines = (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wanted = ("speech",) if options.attribution == "speech" else ("speech", "opinion")
    rows = [row for row in rows if row["kind"] in KINDS and row["attribution"] in wanted]
    counts: Counter[tuple[str, str]] = Counter()
    for name in sorted({row["article"] for row in rows}):
        text = (DATA / "articles" / f"{name}.txt").read_text(encoding="utf-8")
        gold = [row for row in rows if row["article"] == name]
        article = Article(id=name, text=text)
        found = extract(article, by=options.by, attribution=options.attribution)
        matched = match(text, gold, found)
        for g, row in enumerate(gold):
            quote = found[matched[g]] if g in matched else None
            right = quote is not None and quote.speaker == row["speaker"]
            counts.update({(row["kind"], "gold"): 1, (row["kind"], "hit"): quote is not None,
                           (row["kind"], "right"): right})  # fmt: skip
            if quote is not None:
                counts[quote.kind, "true"] += 1
                counts[quote.kind, "both"] += right
            if options.errors and quote is None:
                show("missed ", row)
            elif options.errors and quote is not None and not right:
                show(f"speaker ({row['speaker']})", quote)
        for f, quote in enumerate(found):
            counts[quote.kind, "found"] += 1
            if options.errors and f not in matched.values():
                show("wrong  ", quote)
    print(f"{'kind':9}{'gold':>6}{'rows':>6}{'span P':>8}{'span R':>8}{'both P':>8}{'both R':>8}")
    for kind in (*KINDS, "all"):
        of = {
            key: sum(counts[k, key] for k in (KINDS if kind == "all" else (kind,)))
            for key in ("gold", "found", "hit", "right", "true", "both")
        }
        shares = (of["true"] / max(1, of["found"]), of["hit"] / max(1, of["gold"]),
                  of["both"] / max(1, of["found"]), of["right"] / max(1, of["gold"]))  # fmt: skip
        figures = "".join(f"{100 * share:8.1f}" for share in shares)
        print(f"{kind:9}{of['gold']:6}{of['found']:6}{figures}")


if __name__ == "__main__":
    main()
