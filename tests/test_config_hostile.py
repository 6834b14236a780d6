"""Configs and `--set` from strangers: one clear error, in bounded time, nothing executed."""

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.config import load_config
from stance.errors import ConfigError

GOOD = "kind: baseline\ndata: {train: [a.jsonl]}\n"
LOOSE = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CHAIN = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (CHAIN + "kind: baseline\ndata: {train: *i}\n", "unfolds to more than 10,000 values"),
        ("a: &a [*a]\n" + GOOD, "nests too deep, or a value refers to itself"),
        ("a: " + "[" * 100_000, "nests too deep"),
        ("- " * 1_000_000, "longer than 1,000,000 characters"),
        (GOOD + "seed: " + "9" * 5000, "more than 100 digits"),
        (GOOD + "seed: 0x" + "f" * 500_000, "more than 100 digits"),
        (GOOD + "seed: 1" + ":59" * 1000, "more than 100 digits"),
        (GOOD + "description: 2001-99-99", "month must be in"),
        (GOOD + "seed: !!int abc", "invalid literal for int"),
        (GOOD + "seed: !!int ''", "cannot be read as YAML: string index out of range"),
        (GOOD + "seed: !!bool x", "cannot be read as YAML: 'x'"),
        (GOOD + "? [1, 2]\n: 1", r"key \[1, 2\] is no name"),
        (GOOD + 'description: "\\ud800"', "half of a surrogate pair"),
        (GOOD + 'description: "\\UFFFFFFFF"', "cannot be read as YAML: "),
        (GOOD + "description: !!python/name:os.system", "could not determine a constructor"),
        ("kind: baseline\ndata: {train: [a], tasks: [[a]]}", r"data\.tasks: .*got \[\['a'\]\]"),
        ("kind: baseline\ndata: {train: [a], tasks: {t: [x, x]}}", "gives 't' a label twice"),
        (GOOD + "".join(f"k{n}: 1\n" for n in range(1000)), "... and 980 more"),
        ("\0", "special characters are not allowed"),
    ],
)
def test_a_hostile_config_is_one_short_error(tmp_path, content, message):
    path = tmp_path / "run.yaml"
    path.write_text(content)
    begin = time.process_time()
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(path)
    assert time.process_time() - begin < 20
    assert len(str(caught.value)) < 8000


def test_what_is_no_plain_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "dir.yaml").mkdir()
    for path in [*tmp_path.iterdir(), tmp_path / "a\0b", tmp_path / ("x" * 5000)]:
        with pytest.raises(ConfigError, match="no config file at"):
            load_config(path)


@pytest.mark.parametrize(
    "override",
    ["seed=" + "9" * 5000, "seed=0x" + "f" * 90_000, "seed=2001-99-99", "model.C={? [1] : 2}",
     "description=" + "[" * 3000, "seed=!!int x", "seed=!!python/object/apply:os.system [true]",
     "description=" + "x" * 2_000_000, "model.C=&a [*a]", 'description="\\ud800"'],
)  # fmt: skip
def test_a_hostile_value_of_set_is_one_short_error(tmp_path, override):
    (tmp_path / "run.yaml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"--set .* is not a YAML value") as caught:
        load_config(tmp_path / "run.yaml", overrides=[override])
    assert len(str(caught.value)) < 600


PIECES = st.lists(
    st.text(max_size=6)
    | st.sampled_from(
        ["kind: ", "data: ", "model", "&a ", "*a", "<<: ", "? ", ": ", "- ", "[", "{", "]", "}",
         "!!int ", "!!binary ", "!!set ", "!!omap ", "!!timestamp ", "!!null ", "|\n", ">\n", "\n",
         "  ", "---\n", "0x", "1:2:3", "2001-13-01", ".nan", "~", "'", '"', "\\x", "%YAML 9.9\n"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@LOOSE
@given(content=PIECES, key=st.sampled_from(["seed", "model.C", "data.tasks", "data.only.stance"]))
def test_any_text_is_a_config_or_a_config_error(tmp_path, content, key):
    path = tmp_path / "run.yaml"
    for text, overrides in ((content, []), (GOOD, [f"{key}={content}"]), (GOOD, [content])):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            found = load_config(path, overrides=overrides)
        except ConfigError as error:
            found = error
        assert str(found)
