"""`make reproduce`: shipped figures beside those made again, and when they are too low."""

from pathlib import Path

import pytest

from stance import reproduce
from stance.errors import ConfigError, DataError
from stance.reproduce import compare, read_stated, steps, table_of
from stance.store import TAGGER, read_manifest


def manifest(macro_f1, *, data="d1", dev=None, task="stance"):
    def figures(value):
        return {task: {"macro_f1": {"value": value}, "accuracy": {"value": 0.9}}}

    found = {"data": {"fingerprint": data}, "metrics": {"training": figures(macro_f1)}}
    if dev is not None:
        found["evaluations"] = [{"name": "dev.jsonl", "fingerprint": "f1", "tasks": figures(dev)}]
    return found


def test_a_figure_within_the_spread_or_above_is_good_and_one_below_is_named():
    lines = compare("baseline", manifest(0.80, dev=0.6), manifest(0.79, dev=0.5),
                    {"macro_f1": 2.0})  # fmt: skip
    assert [(one.figure, one.good) for one in lines] == [
        ("stance macro_f1 on training data", True), ("stance macro_f1 on dev.jsonl", False)
    ]  # fmt: skip
    text = table_of(lines)
    assert "80.0   79.0        -1.0       -2  ok" in text
    assert "60.0   50.0       -10.0       -2  TOO LOW" in text
    (better,) = compare("b", manifest(0.8), manifest(0.9), {"macro_f1": 0.5})
    assert better.good


def test_an_evaluation_that_only_one_has_is_left_out():
    lines = compare("b", manifest(0.8, dev=0.6), manifest(0.8), {"macro_f1": 1.0})
    assert [one.figure for one in lines] == ["stance macro_f1 on training data"]


def test_models_of_other_data_or_tasks_are_not_called_the_same():
    (line,) = compare("b", manifest(0.8), manifest(0.8, data="d2"), {"macro_f1": 1.0})
    assert not line.good
    assert "trained on other data (d2, shipped d1)" in table_of([line])
    (line,) = compare("b", manifest(0.8), manifest(0.8, task="tone"), {"macro_f1": 1.0})
    assert not line.good
    assert line.again is None


def test_every_shipped_model_is_stated_with_its_own_config(root):
    stated = read_stated(root / "configs" / "reproduce.yaml")
    kinds = {path.name: read_manifest(path).kind for path in (root / "models").iterdir()}
    assert kinds.pop("tagger") == TAGGER  # tests/gates holds what it finds
    assert stated.keys() == kinds.keys()
    for one in stated.values():
        assert (root / one["config"]).is_file()
        assert all(0 < points <= 5 for points in one["spread"].values())


def test_a_statement_that_cannot_be_read_is_one_error(tmp_path):
    (tmp_path / "r.yaml").write_text("baseline: {config: x}")
    with pytest.raises(ConfigError, match="does not say by model its config, shipped folder"):
        read_stated(tmp_path / "r.yaml")


def test_the_steps_are_commands_that_a_user_would_type():
    found = steps("baseline", "configs/all-baseline.yaml", out=Path("build/models"), data=["d.csv"])
    assert [arguments for _, arguments in found] == [
        ["train", "configs/all-baseline.yaml", "--out", "build/models/baseline", "--force"],
        ["evaluate", "build/models/baseline", "--data", "d.csv", "--card", "--wrong", "0"],
    ]


def test_a_taught_model_learns_what_the_large_one_says_and_nothing_of_what_it_is_tested_on():
    found = [arguments for _, arguments in steps(
        "small", "configs/small.yaml", out=Path("b"), data=["d.csv"], corpus=Path("news"),
        taught_by="large",
    )]  # fmt: skip
    assert [one[0] for one in found] == ["score"] * 4 + ["data", "predict", "train", "evaluate"]
    assert found[0][1:] == ["news/outlets_2024.jsonl", "--model", "baseline", "--out",
                            "build/found/outlets_2024.jsonl"]  # fmt: skip
    pool, predict = found[4], found[5]
    assert pool[pool.index("--apart") + 1] == "d.csv"
    assert predict[predict.index("--model") + 1] == "large"
    assert predict[predict.index("--data") + 1] == pool[pool.index("--out") + 1]


def test_what_the_taught_model_learns_is_where_its_config_looks_for_it(root):
    from stance.training import read_config

    for one in read_stated(root / "configs" / "reproduce.yaml").values():
        config = read_config(root / one["config"])
        found = steps("m", one["config"], out=Path("b"), taught_by=one["taught_by"])
        written = [arguments[-1] for _, arguments in found if arguments[0] == "predict"]
        assert list(config.data.soft) == written


def test_without_the_corpora_or_for_an_unknown_model_it_says_so(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(DataError, match=r"no folder .*nowhere; give the folder of the corpora"):
        reproduce.reproduce(tmp_path / "nowhere", out=tmp_path)
    with pytest.raises(DataError, match=r"has no mine; it has baseline, transformer-large"):
        reproduce.reproduce(tmp_path, out=tmp_path, only=["mine"])
