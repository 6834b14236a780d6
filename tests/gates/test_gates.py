"""Quality floors: `floors.yaml` says what must still be reached, and on exactly which data."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))


def sha256_of(path: Path) -> str:
    """The checksum of a file; of a folder, that of its files' names and checksums in order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [
        f"{one.relative_to(path).as_posix()} {sha256_of(one)}\n"
        for one in sorted(path.rglob("*"))
        if one.is_file()
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def figures(evaluation):
    return {
        f"{task} {name}": 100 * getattr(found.scores, name).value
        for task, found in evaluation.tasks.items()
        for name in ("macro_f1", "ece")
    }


def measure_model(gate, root, data):
    from stance import store
    from stance.data import read_statements
    from stance.encoder.sources import at_hand
    from stance.evaluation.evaluate import evaluate

    folder = root / "models" / gate["model"]
    encoder = store.read_manifest(folder).raw["classifier"].get("encoder") or {}
    if (folder / "adapter.safetensors").is_file() and not at_hand(encoder["name"]):
        pytest.skip(f"no encoder {encoder['name']}; pip install 'stance[large]'")
    model = store.load(folder)
    statements = read_statements([data], tasks=model.tasks_)
    return figures(evaluate(model, statements, by=(), n_boot=0))


def measure_crossval(gate, root, data):
    from stance import rundata, training
    from stance.evaluation.crossval import crossval

    config = training.read_config(root / gate["config"], overrides=[f"data.train={data}"])
    found = crossval(lambda: training.make_classifier(config), rundata.read_data(config).train,
                     tasks=tuple(config.data.tasks), seed=config.seed, by=(), n_boot=0)  # fmt: skip
    return figures(found.evaluation)


def measure_quotes(gate, root, data):
    """F1 of spans (half of the longer one shared), and of spans with the right speaker."""
    from stance.quotes import extract
    from stance.records import Article

    gold = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    gold = [row for row in gold if row["kind"] != "narration"]
    n_found = hits = named = 0
    for article in sorted({row["article"] for row in gold}):
        text = (root / gate["articles"] / f"{article}.txt").read_text(encoding="utf-8")
        found = extract(Article(id=article, text=text), attribution="all")
        left = [row for row in gold if row["article"] == article]
        n_found += len(found)
        for quote in found:
            for row in left:
                shared = min(quote.end, row["end"]) - max(quote.start, row["start"])
                if 2 * shared >= max(quote.end - quote.start, row["end"] - row["start"]):
                    hits += 1
                    named += quote.speaker == row["speaker"]
                    left.remove(row)
                    break
    whole = n_found + len(gold)
    return {"f1": 200 * hits / whole, "f1 with speaker": 200 * named / whole}


def measure_polnear(gate, root, data):
    """The corpus's own scorer, on what an engine finds with speech and opinion."""
    from tempfile import TemporaryDirectory

    scorer = data.parent.parent / "tools" / "score_quotes.py"
    if not scorer.is_file():
        pytest.skip(f"no scorer at {scorer}")
    with TemporaryDirectory() as place:
        out, told = Path(place) / "found.jsonl", Path(place) / "figures.json"
        run = [sys.executable, root / "benchmarks" / "polnear.py", data, out,
               "--by", gate.get("by", "rules")]  # fmt: skip
        subprocess.run(run, check=True, capture_output=True, cwd=root)
        run = [sys.executable, scorer, data / "text", data / "attributions", out,
               "--json", told, "--quiet"]  # fmt: skip
        subprocess.run(run, check=True, capture_output=True)
        found = json.loads(told.read_text())
    return {
        "direct f1 with speaker": found["direct"]["end_to_end"]["f1"],
        "stretches f1 with speaker": found["pieces"]["end_to_end"]["f1"],
        "all f1 with speaker": found["all"]["end_to_end"]["f1"],
        "mixed f1": found["mixed"]["iou80"]["f1"],
        "indirect f1": found["indirect"]["iou80"]["f1"],
    }


MEASURES = {
    "model": measure_model, "crossval": measure_crossval, "quotes": measure_quotes,
    "polnear": measure_polnear,
}  # fmt: skip


def missed(gate, found):
    """What of a gate's bounds the figures do not keep, in words."""
    lines = [f"{name} is {found[name]:.1f}, the floor is {bound}"
             for name, bound in gate.get("least", {}).items() if found[name] < bound]  # fmt: skip
    lines += [f"{name} is {found[name]:.1f}, the ceiling is {bound}"
              for name, bound in gate.get("most", {}).items() if found[name] > bound]  # fmt: skip
    return lines


@pytest.mark.parametrize("gate", FLOORS, ids=lambda gate: gate["gate"])
def test_no_figure_falls_below_its_floor(gate, root, request):
    folder = request.getfixturevalue("shared") if gate.get("corpus") else root
    data = folder / gate["data"]
    if gate.get("corpus") and not data.exists():
        pytest.skip(f"no {gate['data']} in {folder}")
    assert sha256_of(data) == gate["sha256"], (
        f"{gate['data']} is not the data that the floors were set on; set them anew, with its hash"
    )
    found = MEASURES[gate["measure"]](gate, root, data)
    print("; ".join(f"{name} {value:.1f}" for name, value in found.items()))
    assert missed(gate, found) == []


def test_a_figure_below_its_floor_or_above_its_ceiling_is_named():
    gate = {"least": {"f1": 60.0, "recall": 50.0}, "most": {"ece": 10.0}}
    assert missed(gate, {"f1": 60.0, "recall": 50.1, "ece": 10.0}) == []
    assert missed(gate, {"f1": 59.9, "recall": 50.1, "ece": 10.1}) == [
        "f1 is 59.9, the floor is 60.0", "ece is 10.1, the ceiling is 10.0"
    ]  # fmt: skip


def test_every_gate_has_a_bound_a_hash_and_a_name_of_its_own():
    assert len({gate["gate"] for gate in FLOORS}) == len(FLOORS)
    for gate in FLOORS:
        assert len(gate["sha256"]) == 64
        assert gate["measure"] in MEASURES
        assert gate.get("least")


def test_the_hash_of_a_folder_changes_with_a_name_or_a_byte(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("x")
    before = sha256_of(tmp_path / "a")
    (tmp_path / "a" / "one.txt").rename(tmp_path / "a" / "two.txt")
    renamed = sha256_of(tmp_path / "a")
    (tmp_path / "a" / "two.txt").write_text("y")
    assert len({before, renamed, sha256_of(tmp_path / "a")}) == 3
