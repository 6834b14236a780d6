"""A run's config: strict, all mistakes at once, overrides by path."""

import pytest

from stance.config import load_config, parse_config
from stance.errors import ConfigError


class Toy:
    """A constructor with typed options, as a classifier has."""

    def __init__(self, *, epochs: int = 3, method: str = "full", seed: int = 0) -> None: ...


TOYS = {"baseline": Toy, "transformer": Toy}
GOOD = {"kind": "baseline", "data": {"train": ["a.jsonl"]}, "model": {"epochs": 5}}


def test_options_are_filled_with_the_constructors_defaults():
    config = parse_config(GOOD, constructors=TOYS)
    assert config.model == {"epochs": 5, "method": "full"}


def test_known_tasks_come_with_their_canonical_labels():
    config = parse_config(GOOD)
    assert config.data.tasks["stance"] == ("escalatory", "neutral", "de-escalatory")


def test_a_list_of_tasks_leaves_unknown_label_sets_to_the_data():
    config = parse_config({**GOOD, "data": {"train": "a.csv", "tasks": ["label"]}})
    assert config.data.tasks == {"label": ()}
    assert config.data.train == ("a.csv",)


def test_all_mistakes_come_in_one_message_each_with_its_path():
    bad = {
        "kind": "baseline",
        "seed": "x",
        "data": {"trian": ["a.jsonl"]},
        "model": {"epoch": 1, "method": 3},
    }
    with pytest.raises(ConfigError) as caught:
        parse_config(bad, where="bad.yaml", constructors=TOYS)
    message = str(caught.value)
    assert "bad.yaml has 5 mistakes" in message
    assert "data.trian: unknown key; did you mean 'train'?" in message
    assert "data.train: missing" in message
    assert "model.epoch: unknown key; did you mean 'epochs'?" in message
    assert "model.method: Input should be a valid string, got 3" in message
    assert "seed: Input should be a valid integer" in message


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(ConfigError, match="'baseline' or 'transformer'"):
        parse_config({**GOOD, "kind": "magic"})


def test_a_key_given_twice_is_refused(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("kind: baseline\nkind: transformer\n")
    with pytest.raises(ConfigError, match="key 'kind' is given twice"):
        load_config(path)


def test_yaml_never_builds_python_objects(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("kind: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(ConfigError, match="could not determine a constructor"):
        load_config(path)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("epochs", "expected KEY=VALUE"),
        ("kind.name=3", "'kind' holds a value, not keys"),
        ("model.epochs=[1", "is not a YAML value"),
        ("=3", "expected KEY=VALUE"),
    ],
)
def test_a_wrong_override_says_what_was_expected(tmp_path, override, message):
    path = tmp_path / "run.yaml"
    path.write_text("kind: baseline\ndata: {train: [a.jsonl]}\n")
    with pytest.raises(ConfigError, match=message):
        load_config(path, overrides=[override])


def test_overrides_reach_nested_keys_and_the_seed(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("kind: baseline\ndata: {train: [a.jsonl]}\n")
    overrides = ["model.epochs=7", "seed=99", "data.narration=true"]
    config = load_config(path, overrides=overrides, constructors=TOYS)
    assert (config.model["epochs"], config.seed, config.data.narration) == (7, 99, True)


def test_a_missing_file_says_what_to_give(tmp_path):
    with pytest.raises(ConfigError, match="no config file at"):
        load_config(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ({"mood": {"relevance": "relevant"}}, "only names the task 'mood'; tasks has stance, rel"),
        ({"stance": {"relevance": "yes"}}, "only asks for relevance 'yes'; its labels are relev"),
    ],
)
def test_where_a_labels_count_must_name_tasks_and_labels_of_the_run(only, message):
    data = {"train": ["a.jsonl"], "tasks": ["stance", "relevance"], "only": only}
    with pytest.raises(ConfigError, match=message):
        parse_config({**GOOD, "data": data})
