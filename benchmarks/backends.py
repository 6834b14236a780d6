"""Speed, memory and start-up of the backends on the same weights, side by side in one run.

    python benchmarks/backends.py [--model models/transformer] [--data data/statements.jsonl]
                                  [--statements 400] [--rounds 3] [--threads N]

The model is exported in 32 bit and in 8 bit both ways into a temporary folder. Each backend
answers the statements of --data, told over until there are enough, in a process of its own;
the processes take turns, one at a time, so that all of them see the same machine. Statements
per CPU-second are of all threads together and bear a busy machine best; the wall rate and the
start-up (from the start of the process to its first answer) are the best of the rounds.
Memory is the process's own peak (VmHWM). The first column of ratios is against torch.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BACKENDS = ("torch", "onnx fp32", "onnx int8 block", "onnx int8 tensor")


def peak_mb():
    """Return the largest resident memory of this process so far, in MB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def serve(folder, data, count, threads):
    """Answer rounds on request: one line of JSON on stdout for each line on stdin."""
    import numpy as np

    from stance import store
    from stance.data import read_statements

    options = {"threads": threads, "device": "cpu"}
    model = store.load(folder, **options)
    model(["Talks will continue."])
    print(json.dumps({"first": time.time()}), flush=True)
    read = read_statements([data])
    statements = (read * (count // len(read) + 1))[:count]
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        chances = model.probabilities(statements)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        labels = {task: np.argmax(p, axis=1).tolist() for task, p in chances.items()}
        answer = {"wall": wall, "cpu": cpu, "peak": peak_mb(), "labels": labels}
        print(json.dumps(answer), flush=True)


def export(model, folder):
    """Write the four model folders; return them by backend."""
    import shutil

    from stance.classifiers.onnx_export import quantise
    from stance.cli.export import export_onnx
    from stance.store import find, load, save

    folders = {"torch": find(model), "onnx fp32": folder / "fp32"}
    export_onnx(model, folders["onnx fp32"], say=print)
    for way in ("block", "tensor"):
        raw, made = folder / f"raw-{way}", folder / way
        shutil.copytree(folders["onnx fp32"], raw)
        loaded = load(folders["onnx fp32"])
        quantise(folders["onnx fp32"] / "model.onnx", raw / "model.onnx", way=way)
        loaded.folder_ = raw
        save(loaded, made, kind="transformer")
        folders[f"onnx int8 {way}"] = made
    return folders


def start(folder, options):
    began = time.time()
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", folder, "--data", options.data,
         "--statements", str(options.statements), "--threads", str(options.threads)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    return process, json.loads(process.stdout.readline())["first"] - began


def ask(process):
    process.stdin.write("go\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def measure(folders, options):
    """Return for each backend its rounds and its start-ups, measured in turns."""
    starts = {name: [] for name in BACKENDS}
    for _ in range(options.rounds):
        for name in BACKENDS:
            process, seconds = start(folders[name], options)
            starts[name].append(seconds)
            process.stdin.close()
            process.wait()
    processes = {name: start(folders[name], options)[0] for name in BACKENDS}
    rounds = {name: [] for name in BACKENDS}
    for _ in range(options.rounds):
        for name in BACKENDS:
            rounds[name].append(ask(processes[name]))
    for process in processes.values():
        process.stdin.close()
        process.wait()
    return rounds, starts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="models/transformer")
    parser.add_argument("--data", default="data/statements.jsonl")
    parser.add_argument("--statements", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.data, options.statements, options.threads)
        return
    with tempfile.TemporaryDirectory() as place:
        folders = export(options.model, Path(place))
        rounds, starts = measure(folders, options)
        sizes = {
            name: sum(path.stat().st_size for path in folder.iterdir()) / 1e6
            for name, folder in folders.items()
        }
    # Ratios within each round, then their median: a slow minute hits all backends of a round.
    print(f"{options.statements} statements, {options.threads} threads, {options.rounds} rounds")
    print(
        f"{'':18}{'ratio':>7}{'per CPU-s':>11}{'per s':>8}{'start s':>9}{'peak MB':>9}"
        f"{'folder MB':>11}{'labels kept':>13}"
    )
    for name in BACKENDS:
        ratios = sorted(
            one["cpu"] / other["cpu"]
            for one, other in zip(rounds["torch"], rounds[name], strict=True)
        )
        before, after = rounds["torch"][0]["labels"], rounds[name][0]["labels"]
        pairs = [a == b for task in before for a, b in zip(before[task], after[task], strict=True)]
        best = {key: min(one[key] for one in rounds[name]) for key in ("cpu", "wall")}
        peak = max(one["peak"] for one in rounds[name])
        print(
            f"{name:18}{ratios[len(ratios) // 2]:>7.2f}{options.statements / best['cpu']:>11.1f}"
            f"{options.statements / best['wall']:>8.1f}{min(starts[name]):>9.2f}{peak:>9.0f}"
            f"{sizes[name]:>11.1f}{sum(pairs) / len(pairs):>12.2%}"
        )


if __name__ == "__main__":
    main()
