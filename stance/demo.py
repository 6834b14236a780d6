"""The main job end to end: train both models, evaluate them, score the five articles.

Run by `make demo`; each step is the very command that a user would type, and is printed.
"""

import argparse
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path


def steps(out: Path) -> list[tuple[str, list[str]]]:
    """Return the commands of the demo, each with what it is for."""
    short = "--by kind --wrong 3"
    lines = (
        ("Check the labelled data",
         "data check data/statements.jsonl --articles data/articles"),
        ("Train the baseline",
         "train configs/baseline.yaml --out {out}/baseline --force"),
        ("Train the transformer",
         "train configs/transformer.yaml --out {out}/transformer --force"),
        ("Evaluate the baseline, one article left out in turn",
         f"crossval configs/baseline.yaml {short} --json {{out}}/crossval-baseline.json"),
        ("Evaluate the transformer, one article left out in turn",
         f"crossval configs/transformer.yaml {short} --json {{out}}/crossval-transformer.json"),
        ("Score the five articles with the baseline",
         "score data/articles --model {out}/baseline --out {out}/scores-baseline.csv"),
        ("Score the five articles with the transformer",
         "score data/articles --model {out}/transformer --out {out}/scores.csv"),
        ("Draw speakers by stance",
         "report {out}/scores.csv --out {out}/speakers.png"),
        ("Make a page of every quote in its place",
         "report {out}/scores.csv --articles data/articles --min-n 3 --out {out}/report.html"),
    )  # fmt: skip
    return [(title, [word.format(out=out) for word in line.split()]) for title, line in lines]


def main() -> None:
    """Run all steps; stop at the first that fails, with its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build"))
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    table = []
    for title, arguments in steps(out):
        print(f"\n== {title}\n$ stance {shlex.join(arguments)}", flush=True)
        started = time.monotonic()
        status, peak = _run(arguments)
        table.append((time.monotonic() - started, peak, title))
        if status:
            sys.exit(status)
    print("\n== Seconds and peak memory (MB) by step")
    for seconds, peak, title in table:
        print(f"{seconds:8.1f} s {peak:8.0f} MB  {title}")
    print(f"{sum(row[0] for row in table):8.1f} s              altogether\n")
    print(
        f"Quotes with speaker, stance and sentiment: {out}/scores.csv\n"
        f"Picture: {out}/speakers.png\n"
        f"Page to open in a browser: {out}/report.html"
    )


def _run(arguments: list[str]) -> tuple[int, float]:
    process = subprocess.Popen([sys.executable, "-m", "stance", *arguments])
    # wait4 gives the usage of this child alone, where RUSAGE_CHILDREN keeps the largest so far.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there
    return process.returncode, usage.ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
