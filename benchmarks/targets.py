"""Targets of 200 statements, read by hand, against those that the rules give.

    python benchmarks/targets.py CORPORA [--labels FILE] [--json FILE] [--show]

CORPORA is the folder with the four corpora that data/standoff names (outlets_2024.jsonl, ...).
A row of the labels holds offsets, a target's name and country, None where the words name nobody,
and in `also` other answers that a reader may give. Precision is over the targets that the rules
give, recall over those that a reader sees; an answer of `also` counts as right. Rows whose
article is missing or changed, and statements that are not found at all, are counted.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.articles import ReadOptions, read_articles
from stance.quotes import extract
from stance.records import Article, Quote
from stance.standoff import text_hash

ROOT = Path(__file__).resolve().parent.parent
Row = Mapping[str, Any]


def found_quotes(corpora: Path, rows: Sequence[Row]) -> tuple[list[Quote | None], Counter[str]]:
    """Return the quote of each row, None where there is none, and why rows were left out."""
    wanted = {(row["corpus"], row["article"]): row["sha256"] for row in rows}
    quotes: dict[tuple[str, str, int, int], Quote] = {}
    there = set()
    for corpus in sorted({row["corpus"] for row in rows}):
        for article in read_articles([str(corpora / f"{corpus}.jsonl")], options=ReadOptions()):
            key = (corpus, article.id) if isinstance(article, Article) else None
            if key is None or wanted.get(key) != text_hash(article.text):
                continue
            there.add(key)
            for quote in extract(article, attribution="all"):
                quotes[corpus, article.id, quote.start, quote.end] = quote
    missing: Counter[str] = Counter()
    answers = []
    for row in rows:
        place = (row["corpus"], row["article"])
        answers.append(quotes.get((*place, row["start"], row["end"])))
        if answers[-1] is None:
            missing["no such statement" if place in there else "article not there"] += 1
    return answers, missing


def same_name(one: str | None, other: str | None) -> bool:
    """Say whether two names are one target's; of a person the last word is enough."""
    if one is None or other is None:
        return one == other
    return one == other or one.split()[-1].lower() == other.split()[-1].lower()


def counts(rows: Sequence[Row], answers: Sequence[Quote | None], field: str) -> dict[str, int]:
    """Return given, right, seen, found: what precision and recall of `field` are made of.

    `right` are given answers that the label or one of `also` holds; `found` those of the
    label's own targets that the rules found; both leave out those that a reader may leave empty.
    """
    total: Counter[str] = Counter(dict.fromkeys(("given", "right", "seen", "found"), 0))
    for row, quote in zip(rows, answers, strict=True):
        if quote is None:
            continue
        answer, label = getattr(quote, field), row[field]
        others = [also[field] for also in row.get("also", ())]
        right = any(same_name(answer, one) for one in (label, *others))
        total["given"] += answer is not None
        total["right"] += answer is not None and right
        total["seen"] += label is not None and None not in others
        total["found"] += label is not None and None not in others and right
    return dict(total)


def shares(total: Mapping[str, int]) -> str:
    """Return precision, recall and F1 with their counts."""
    p = total["right"] / max(total["given"], 1)
    r = total["found"] / max(total["seen"], 1)
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return (
        f"precision {p:.3f} ({total['right']}/{total['given']}), "
        f"recall {r:.3f} ({total['found']}/{total['seen']}), F1 {f1:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--labels", type=Path, default=ROOT / "data" / "standoff_targets.jsonl")
    parser.add_argument("--json", type=Path, help="write the counts there, too")
    parser.add_argument("--show", action="store_true", help="print each statement that is wrong")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    answers, missing = found_quotes(options.corpora, rows)
    result: dict[str, dict[str, dict[str, int]]] = {}
    for part in ("all", *sorted({row["corpus"] for row in rows})):
        chosen = [n for n, row in enumerate(rows) if part in ("all", row["corpus"])]
        result[part] = {}
        for field in ("target_country", "target"):
            total = counts([rows[n] for n in chosen], [answers[n] for n in chosen], field)
            result[part][field] = total
            print(f"{part:18}{field:16}{shares(total)}")
    print(f"{len(rows)} statements;", dict(missing) or "all found")
    if options.show:
        for n, (row, quote) in enumerate(zip(rows, answers, strict=True)):
            if quote and not same_name(quote.target, row["target"]):
                print(n, row["corpus"], "label", row["target"], "given", quote.target)
                print("   ", repr(quote.text[:200]))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
