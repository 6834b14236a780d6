"""Cost of `stance score` beside the model: reading, admission, extraction, rows, parts.

    python benchmarks/scoring.py NEWS.jsonl [--articles 1000 3000 6000] [--workers 0 1]
                                 [--model NAME] [--out parts]

Each size runs in a fresh process over the first N articles of NEWS (told over again under
new ids when it holds fewer). Without --model a stand-in answers by a hash of the words, so
that what is left is everything but the network. Memory is the peak of the process and its
workers together, sampled every 20 ms from /proc.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


class StandIn:
    """A classifier that costs next to nothing."""

    tasks_ = ("stance",)
    labels_ = {"stance": ("escalatory", "neutral", "de-escalatory")}  # noqa: RUF012
    name, fingerprint = "stand-in", "0"

    def __call__(self, statements):
        from stance.records import Prediction

        found = []
        for one in statements:
            weights = [1 + byte for byte in hashlib.sha256(one.text.encode()).digest()[:3]]
            chances = {
                label: weight / sum(weights)
                for label, weight in zip(self.labels_["stance"], weights, strict=True)
            }
            found.append(Prediction(probabilities={"stance": chances}))
        return found


def tree_memory(pid):
    """Return the resident memory of a process and its descendants, in MB (Linux)."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append((int(path.parent.name), int(fields[21])))
    pages, waiting = 0, [pid]
    pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    while waiting:
        for child, resident in children.get(waiting.pop(), []):
            pages += resident
            waiting.append(child)
    return pages * 4096 / 1e6


def one_run(news, out, workers, model_name):
    """Score `news` in this process and print what it cost as JSON."""
    began = time.perf_counter()
    from stance.articles import read_articles
    from stance.scoring import score_to

    if model_name:
        from stance.store import load

        model = load(model_name)
    else:
        model = StandIn()
    first, peak, running = [], [0.0], [True]

    def watch():
        import os

        while running[0]:
            peak[0] = max(peak[0], tree_memory(os.getpid()))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    summary = score_to(
        out, read_articles(news), model, workers=workers,
        progress=lambda tally: first or (tally.rows and first.append(time.perf_counter() - began)),
    )  # fmt: skip
    running[0] = False
    watcher.join()
    print(
        json.dumps(
            {
                "articles": summary.articles, "rows": summary.rows, "workers": workers,
                "seconds": round(summary.seconds, 2),
                "articles_per_second": round(summary.articles / summary.seconds, 1),
                "first_row_after_s": round(first[0], 2) if first else None,
                "peak_mb": round(peak[0]),
            }
        )
    )  # fmt: skip


def write_news(source, target, count):
    records = [json.loads(line) for line in source.read_text().splitlines()]
    with target.open("w") as file:
        for n in range(count):
            record = records[n % len(records)]
            if n >= len(records):  # not a copy, or duplicates would be marked
                record = {**record, "id": f"{record['id']}-{n}"}
            file.write(json.dumps(record) + "\n")


def stages(news):
    """Print what each stage in front of the model costs on its own."""
    from stance.articles import InputFailure, read_articles
    from stance.quotes import extract
    from stance.scoring.admission import Admission

    begin = time.perf_counter()
    articles = [one for one in read_articles(news) if not isinstance(one, InputFailure)]
    reading = time.perf_counter() - begin
    megabytes = sum(len(one.text.encode()) for one in articles) / 1e6
    begin = time.perf_counter()
    admission = Admission()
    for one in articles:
        admission.admit(one)
    admitting = time.perf_counter() - begin
    begin = time.perf_counter()
    for one in articles:
        extract(one)
    extracting = time.perf_counter() - begin
    for name, seconds in (("read", reading), ("admit", admitting), ("extract", extracting)):
        print(
            f"{name:8} {megabytes / seconds:8.2f} MB/s  {len(articles) / seconds:8.0f} articles/s"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 3000, 6000])
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--model", default="")
    parser.add_argument("--out", default="parts", help="parts, or a.jsonl, a.csv, a.parquet")
    parser.add_argument("--one", nargs=2, metavar=("OUT", "WORKERS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one_run(options.news, options.one[0], int(options.one[1]), options.model)
        return
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.jsonl"
        write_news(options.news, small, min(options.articles))
        stages(small)
        for count in options.articles:
            news = Path(folder) / f"{count}.jsonl"
            write_news(options.news, news, count)
            for workers in options.workers:
                out = Path(folder) / f"{count}-{workers}" / options.out
                out.parent.mkdir()
                subprocess.run(
                    [sys.executable, __file__, news, "--one", out, str(workers),
                     "--model", options.model],
                    check=True,
                )  # fmt: skip


if __name__ == "__main__":
    main()
