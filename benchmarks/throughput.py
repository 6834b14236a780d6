"""How fast and how large everything is, beside what others offer, paired in one run.

    python benchmarks/throughput.py [--news FOLDER] [--model models/transformer]
        [--cascade models/baseline] [--cascade-above P] [--statements 1500] [--rounds 5]
        [--articles 1000 3000 6000] [--threads N] [--json build/throughput.json] [--quick]

FOLDER holds articles as .jsonl (default: news/ in STANCE_SHARED or ../shared); the statements
are what the rules find in them, one article of each file in turn. Every contender runs in a process
of its own, one at a time and in turns, so that all see the same machine. Columns:

  ratio       CPU-seconds of the pipeline at batch 32 over its own, median of the rounds
  per CPU-s   statements a second of processor time, of all threads together; best round
  per s       statements a second of the wall clock; best round
  start s     from the start of the process to the first statement's answer; best
  peak MB     resident memory of the process and its children, sampled every 50 ms
  of matmul   useful floating point operations of the encoder (of the pieces that ours reads,
              without padding) a CPU-second, over what torch's float32 matrix products reach in
              the same run; 8-bit and cascade may go over what they compute, since they do less

Then extraction alone, and the whole of `stance score` (rules, a folder of parts) by number of
articles, beside a loop that does the same article by article through the pipeline; and when
the first row comes.
--quick is a trial of everything in small. Needs psutil, setfit and sentence-transformers.
"""

import argparse
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from contenders import EXTRACT, MATMUL, NAIVE, OTHERS, OURS, prepare

REFERENCE = OTHERS[0]
ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


_LOOKS = 10  # samples of memory for each look at which processes there are


class Peak:
    """The most memory that a process and its children held while this was open, in MB."""

    def __init__(self, pid):
        self.mb, self._process, self._open = 0.0, psutil.Process(pid), True
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        family, seen = [self._process], 0
        while self._open:
            try:
                if seen % _LOOKS == 0:  # this reads all of /proc, and would slow what it watches
                    family = [self._process, *self._process.children(recursive=True)]
                seen += 1
                self.mb = max(self.mb, sum(one.memory_info().rss for one in family) / 1e6)
            except psutil.Error:
                seen = 0  # one of them has just ended
            time.sleep(0.05)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._open = False
        self._thread.join()


def news_records(folder):
    """Yield the articles of the .jsonl files in `folder`, one of each in turn."""
    files = [path.open(encoding="utf-8") for path in sorted(folder.glob("*.jsonl"))]
    if not files:
        raise SystemExit(f"{folder} holds no .jsonl file; say where the news is with --news")
    for number, lines in enumerate(itertools.zip_longest(*files)):
        for which, line in enumerate(lines):
            if line is not None:
                yield {**json.loads(line), "id": f"{which}-{number}"}


def write_news(records, path, count):
    """Write the first `count` articles, told over under other ids where there are fewer."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            record = records[n % len(records)]
            file.write(json.dumps({**record, "id": f"{n // len(records)}-{record['id']}"}) + "\n")


def write_statements(records, path, count):
    """Write the first `count` statements that the rules find."""
    from stance.quotes import extract
    from stance.records import Article, Statement

    found = (
        Statement.from_quote(quote).to_dict()
        for record in records
        for quote in extract(Article(id=record["id"], text=record["text"]))
    )
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in itertools.islice(found, count))


class Contender:
    """One process that answers on request; `ask` and `start` watch its memory."""

    def __init__(self, name, options, inputs, threads):
        self.name, self.peak = name, 0.0
        self.command = [
            sys.executable, str(ROOT / "benchmarks" / "contenders.py"), "--serve", name,
            "--options", json.dumps(options), "--threads", str(threads),
            "--statements", str(inputs["statements"]), "--news", str(inputs["extraction"]),
        ]  # fmt: skip
        self.process = None

    def start(self):
        """Start the process; return the seconds until it has answered one statement."""
        began = time.time()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL, env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
        return self._answer()["ready"] - began

    def ask(self):
        """Return what one round gave: wall and CPU seconds, and how much was done."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        with Peak(self.process.pid) as peak:
            line = self.process.stdout.readline()
        self.peak = max(self.peak, peak.mb)
        if not line:
            raise SystemExit(f"{self.name} ended without an answer: {' '.join(self.command)}")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def in_turns(contenders, *, rounds, starts):
    """Return {name: {starts, rounds, peak}}, all measured in turns."""
    found = {one.name: {"starts": [], "rounds": []} for one in contenders}
    for n in range(starts):
        for one in contenders:
            found[one.name]["starts"].append(one.start())
            if n < starts - 1:
                one.stop()
    for _ in range(rounds):
        for one in contenders:
            found[one.name]["rounds"].append(one.ask())
    for one in contenders:
        one.stop()
        found[one.name]["peak_mb"] = round(one.peak)
    return found


def useful_flops(model, statements):
    """Return the floating point operations of the encoder for all pieces, without padding.

    Two for each weight of a layer and token, and 4 x width x length for each token's attention.
    """
    from stance.data import read_statements
    from stance.store import load

    network = load(model, backend="torch", device="cpu")
    pieces = network._encode(read_statements([statements], tasks=())).pieces
    lengths = [len(piece.input_ids) for piece in pieces]
    config = network.network_.encoder.config
    weights = sum(
        p.numel() for name, p in network.network_.encoder.named_parameters()
        if p.ndim == 2 and "embeddings" not in name
    )  # fmt: skip
    attention = 4 * config.hidden_size * config.num_hidden_layers
    return sum(n * (2 * weights + attention * n) for n in lengths), sum(lengths)


def table_of(measured, flops, count):
    """Return a row of figures for each contender."""
    rate = max(one["flops"] for one in measured[MATMUL]["rounds"])
    reference = [one["cpu"] for one in measured[REFERENCE]["rounds"]]
    rows = {}
    for name in (*OTHERS, *OURS):
        if name not in measured:
            continue
        rounds = measured[name]["rounds"]
        ratios = sorted(a / one["cpu"] for a, one in zip(reference, rounds, strict=True))
        cpu, wall = (min(one[key] for one in rounds) for key in ("cpu", "wall"))
        rows[name] = {
            "ratio": ratios[len(ratios) // 2],
            "per_cpu_second": count / cpu,
            "per_second": count / wall,
            "start_s": min(measured[name]["starts"]),
            "peak_mb": measured[name]["peak_mb"],
            "of_matmul": flops / cpu / rate,
        }
    return rows


def run_whole(command, out=None):
    """Run a command to its end; return seconds, CPU-seconds of all its processes and peak MB."""
    began = time.perf_counter()
    used = os.times()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, **_ENVIRONMENT}, text=True, cwd=ROOT,
    )  # fmt: skip
    with Peak(process.pid) as peak:
        said = process.communicate()[1]
    if process.returncode not in (0, 5):  # 5: some articles are not English, say
        raise SystemExit(f"{' '.join(map(str, command))} failed: {said[-2000:]}")
    now = os.times()
    cpu = now.children_user + now.children_system - used.children_user - used.children_system
    return {"seconds": time.perf_counter() - began, "cpu": cpu, "peak_mb": round(peak.mb)}


def first_row(command):
    """Return the seconds from the start of a process to its first line on stdout."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT}, cwd=ROOT,
    )  # fmt: skip
    process.stdout.readline()
    seconds = time.perf_counter() - began
    process.kill()
    process.communicate()
    return seconds


def whole_commands(made, place, news, threads, workers):
    """Return {name: command} that score the articles of `news` from file to file."""
    found = {}
    for name in OURS[1:]:
        if name not in made:
            continue
        options = made[name]
        command = [sys.executable, "-m", "stance", "score", news, "--model", options["folder"],
                   "--threads", threads, "--workers", workers]  # fmt: skip
        if "first" in options:
            above = [f"{task}={p}" for task, p in options["above"].items()]
            command += ["--cascade", options["first"]]
            command += [part for one in above for part in ("--cascade-above", one)]
        found[name] = command
    script = str(ROOT / "benchmarks" / "contenders.py")
    found[NAIVE] = [
        sys.executable, script, "--serve", NAIVE, "--options", json.dumps(made[REFERENCE]),
        "--news", news, "--threads", threads,
    ]  # fmt: skip
    return found


def measure_whole(made, place, records, options):
    """Return the cost of whole runs by contender and number of articles, and of first rows."""
    rows, first = [], {}
    smallest = min(options.articles)
    for count in options.articles:
        news = place / f"{count}.jsonl"
        write_news(records, news, count)
        commands = whole_commands(made, place, news, options.threads, options.workers)
        for name, command in commands.items():
            if name == NAIVE and count != smallest:
                continue  # the slow one: the least size tells enough
            out = place / f"{count}-{len(rows)}" / ("out.jsonl" if name == NAIVE else "parts")
            out.parent.mkdir()
            found = run_whole([*command, "--out", out])
            rate = {"articles_per_second": count / found["seconds"],
                    "articles_per_cpu_second": count / found["cpu"]}  # fmt: skip
            rows.append({"name": name, "articles": count, **found, **rate})
            print(f"whole: {rows[-1]}", flush=True)
            if count == smallest and name != NAIVE:
                first[name] = min(first_row([*command, "--out", "-"]) for _ in range(3))
    return rows, first


def show(result):
    """Print the tables of a result."""
    print(f"\n{result['statements']} statements ({result['tokens']:,} word pieces), "
          f"{result['threads']} threads, {result['rounds']} rounds")  # fmt: skip
    print(f"{'':37}{'ratio':>6}{'per CPU-s':>11}{'per s':>9}{'start s':>9}{'peak MB':>9}"
          f"{'of matmul':>11}")  # fmt: skip
    for name, row in result["classification"].items():
        print(f"{name:37}{row['ratio']:>6.2f}{row['per_cpu_second']:>11.1f}"
              f"{row['per_second']:>9.1f}{row['start_s']:>9.2f}{row['peak_mb']:>9.0f}"
              f"{row['of_matmul']:>10.0%}")  # fmt: skip
    print(f"matrix products: {result['matmul_gflops_a_cpu_second']:.1f} GFLOP a CPU-second; "
          f"extraction: {result['extraction_mb_a_cpu_second']:.2f} MB a CPU-second")  # fmt: skip
    print(f"\n{'whole runs':37}{'articles':>9}{'per s':>8}{'per CPU-s':>11}{'peak MB':>9}"
          f"{'first row s':>13}")  # fmt: skip
    for row in result["whole"]:
        first = result["first_row_s"].get(row["name"])
        print(f"{row['name']:37}{row['articles']:>9}{row['articles_per_second']:>8.1f}"
              f"{row['articles_per_cpu_second']:>11.1f}{row['peak_mb']:>9}"
              f"{'' if first is None else format(first, '.2f'):>13}")  # fmt: skip


def measure(options, place):
    """Run everything in the folder `place`; return the result as JSON holds it."""
    records = list(itertools.islice(news_records(options.news), max(options.articles)))
    inputs = {name: place / f"{name}.jsonl" for name in ("statements", "extraction")}
    write_statements(records, inputs["statements"], options.statements)
    write_news(records, inputs["extraction"], min(len(records), options.articles[0]))
    gate = [options.gate] if options.gate else None
    made = prepare(
        options.model, place, first=options.cascade, above=options.cascade_above, gate=gate
    )
    names = [MATMUL, EXTRACT, *(name for name in (*OTHERS, *OURS) if name in made)]
    contenders = [Contender(n, made.get(n, {}), inputs, options.threads) for n in names]
    measured = in_turns(contenders, rounds=options.rounds, starts=options.starts)
    flops, tokens = useful_flops(options.model, inputs["statements"])
    count = measured[REFERENCE]["rounds"][0]["answers"]
    extraction = max(one["megabytes"] / one["cpu"] for one in measured[EXTRACT]["rounds"])
    matmul = max(one["flops"] for one in measured[MATMUL]["rounds"])
    whole, first = measure_whole(made, place, records, options)
    return {
        "statements": count, "tokens": tokens, "threads": options.threads,
        "rounds": options.rounds, "workers": options.workers, "python": platform.python_version(),
        "machine": platform.processor() or platform.machine(), "cpus": os.cpu_count(),
        "load": os.getloadavg()[0], "matmul_gflops_a_cpu_second": matmul / 1e9,
        "extraction_mb_a_cpu_second": extraction,
        "classification": table_of(measured, flops, count), "whole": whole,
        "first_row_s": first, "measured": measured,
    }  # fmt: skip


def main():
    shared = Path(os.environ.get("STANCE_SHARED", ROOT.parent / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--news", type=Path, default=shared / "news")
    parser.add_argument("--model", default=str(ROOT / "models" / "transformer"))
    parser.add_argument("--cascade", default=str(ROOT / "models" / "baseline"))
    parser.add_argument("--cascade-above", action="append", metavar="P|TASK=P")
    parser.add_argument("--gate", type=Path, help="statements to check the 8-bit export on")
    parser.add_argument("--statements", type=int, default=1_500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 3_000, 6_000])
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path("build/throughput.json"))
    parser.add_argument("--quick", action="store_true", help="a trial of everything in small")
    options = parser.parse_args()
    if options.quick:
        options.statements, options.rounds, options.starts = 32, 2, 1
        options.articles = [8, 16]
        options.gate = options.gate or ROOT / "data" / "statements.jsonl"
    with tempfile.TemporaryDirectory() as place:
        result = measure(options, Path(place))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    show(result)


if __name__ == "__main__":
    main()
