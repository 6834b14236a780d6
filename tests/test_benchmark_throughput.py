"""The benchmark of speed: what it reads, what it counts, and that every contender answers."""

import importlib
import json
import subprocess
import sys
import time

import pytest
from tiny_encoders import SENTENCES, write_encoder

from stance import store
from stance.classifiers.baseline import BaselineClassifier
from stance.records import Statement

psutil = pytest.importorskip("psutil")
TEXTS = [sentence for sentence in SENTENCES for _ in range(2)]
LABELS = {"stance": ["up", "down", "flat"] * 4}


@pytest.fixture
def benchmarks(root, monkeypatch):
    """The two modules, imported as the script imports them."""
    if not (root / "benchmarks" / "throughput.py").is_file():
        pytest.skip("the benchmarks are not part of this copy")
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    found = [importlib.import_module(name) for name in ("throughput", "contenders")]
    yield found
    for name in ("throughput", "contenders"):
        del sys.modules[name]


def test_articles_come_from_each_file_in_turn_under_ids_of_their_own(benchmarks, tmp_path):
    for name, count in (("a", 1), ("b", 3)):
        rows = [{"id": "same", "text": f"{name}{n}"} for n in range(count)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    found = list(benchmarks[0].news_records(tmp_path))
    assert [row["text"] for row in found] == ["a0", "b0", "b1", "b2"]
    assert len({row["id"] for row in found}) == 4


def test_a_folder_without_news_is_told(benchmarks, tmp_path):
    with pytest.raises(SystemExit, match=r"holds no \.jsonl file"):
        list(benchmarks[0].news_records(tmp_path))


def test_more_articles_than_there_are_get_other_ids(benchmarks, tmp_path):
    benchmarks[0].write_news([{"id": "x", "text": "one"}], tmp_path / "news.jsonl", 3)
    rows = [json.loads(line) for line in (tmp_path / "news.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["0-x", "1-x", "2-x"]


def test_statements_are_what_the_rules_find(benchmarks, tmp_path):
    text = "“We sail at dawn,” Mira Talven said on Monday.\n\n“We wait,” Osk Brandel said.\n"
    out = tmp_path / "statements.jsonl"
    benchmarks[0].write_statements([{"id": "n", "text": text}] * 3, out, 4)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["speaker"] for row in rows] == ["Mira Talven", "Osk Brandel"] * 2


def test_the_memory_of_children_is_counted(benchmarks):
    child = "x = bytearray(60_000_000); import time; time.sleep(30)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        with benchmarks[0].Peak(process.pid) as peak:
            until = time.monotonic() + 60
            while peak.mb < 60 and time.monotonic() < until:
                time.sleep(0.05)
        assert peak.mb >= 60
    finally:
        for one in psutil.Process(process.pid).children():
            one.kill()
        process.kill()
        process.wait()


def test_ratios_are_against_the_pipeline_of_the_same_round(benchmarks):
    throughput, contenders = benchmarks

    def rounds(*cpu):
        return {"rounds": [{"cpu": c, "wall": c / 2, "answers": 10} for c in cpu],
                "starts": [3.0, 2.0], "peak_mb": 100}  # fmt: skip

    measured = {
        contenders.MATMUL: {"rounds": [{"flops": 5e9}, {"flops": 10e9}]},
        contenders.OTHERS[0]: rounds(4.0, 8.0, 4.0),
        contenders.OURS[2]: rounds(2.0, 2.0, 1.0),
    }
    table = throughput.table_of(measured, flops=10e9, count=10)
    assert list(table) == [contenders.OTHERS[0], contenders.OURS[2]]
    assert table[contenders.OTHERS[0]]["ratio"] == 1.0
    assert table[contenders.OURS[2]] == {
        "ratio": 4.0, "per_cpu_second": 10.0, "per_second": 20.0, "start_s": 2.0,
        "peak_mb": 100, "of_matmul": 1.0,
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_every_contender_answers_every_statement_with_one_encoder(benchmarks, tmp_path):
    pytest.importorskip("setfit")
    from stance.classifiers.transformer import TransformerClassifier

    throughput, contenders = benchmarks
    encoder = write_encoder(tmp_path / "encoder")
    model = TransformerClassifier(encoder=str(encoder), epochs=0, head_epochs=5, device="cpu")
    store.save(model.fit(TEXTS, LABELS), tmp_path / "model", kind="transformer")
    store.save(BaselineClassifier().fit(TEXTS, LABELS), tmp_path / "quick", kind="baseline")
    gate = tmp_path / "gate.jsonl"
    gate.write_text("".join(json.dumps({"text": t, "stance": s}) + "\n"
                            for t, s in zip(TEXTS, LABELS["stance"], strict=True)))  # fmt: skip
    made = contenders.prepare(
        tmp_path / "model", tmp_path, first=tmp_path / "quick", above=["0.5"], gate=[gate]
    )
    # A random encoder may well fail the gate of 8 bit; the others are always there.
    assert set(made) >= {*contenders.OTHERS, *contenders.OURS[:2], contenders.OURS[3]}
    statements = [Statement(text=t, context=f"It rained. {t} So it was.") for t in SENTENCES]
    for name, options in made.items():
        assert len(contenders.load(name, options, 1)(statements)) == len(SENTENCES), name
    path = tmp_path / "told.jsonl"
    path.write_text("".join(json.dumps(s.to_dict()) + "\n" for s in statements))
    flops, tokens = throughput.useful_flops(tmp_path / "model", path)
    # Two layers of width 16: four products of 16 x 16 and two of 16 x 32 in each.
    weights = 2 * (4 * 16 * 16 + 2 * 16 * 32)
    assert flops >= 2 * weights * tokens > 0
    assert flops - 2 * weights * tokens <= 4 * 16 * 2 * 64 * tokens


def test_the_whole_commands_score_into_a_folder_with_the_cascades_setting(benchmarks):
    throughput, contenders = benchmarks
    made = {
        contenders.OTHERS[0]: {"folder": "hub", "longest": 64},
        contenders.OURS[2]: {"folder": "int8", "backend": "onnx"},
        contenders.OURS[3]: {"folder": "int8", "backend": "onnx", "first": "quick",
                             "above": {"stance": 0.7, "off-topic": 0.9}},
    }  # fmt: skip
    found = throughput.whole_commands(made, None, "news.jsonl", 2, 1)
    assert list(found) == [contenders.OURS[2], contenders.OURS[3], contenders.NAIVE]
    assert found[contenders.OURS[3]][3:] == [
        "score", "news.jsonl", "--model", "int8", "--threads", 2, "--workers", 1,
        "--cascade", "quick", "--cascade-above", "stance=0.7", "--cascade-above", "off-topic=0.9",
    ]  # fmt: skip
