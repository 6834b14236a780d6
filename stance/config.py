"""A run as strict, frozen schemas: unknown keys are errors, all mistakes come in one message."""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from stance.errors import ConfigError
from stance.labels import DEFAULT_TASKS, KNOWN_TASKS

KINDS = ("baseline", "transformer")
#: Limits of a config, which is some kB: characters of the file (or of a value of `--set`),
#: values once aliases are followed, digits of a whole number.
MAX_CHARS, MAX_VALUES, MAX_DIGITS = 1_000_000, 10_000, 100
_MOST_SHOWN = 20
_Tagger = TypeVar("_Tagger", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Columns(_Strict):
    """Which column of the data holds what; needed where the names differ from these."""

    text: str = "text"
    context: str = "context"
    speaker: str = "speaker"
    id: str = "id"
    article: str = "article"
    kind: str = "kind"
    dispute: str = "dispute"


class DataConfig(_Strict):
    """What to train on: files of labelled statements, relative to the working folder.

    `train` is what cross-validation also tests on; `support` is only ever trained on
    (statements written for training, say); `test` is only evaluated on after training. `soft`
    names rows of `stance score`: what is learnt of them is the probabilities that another model
    gave (distillation: Hinton et al. 2015, arXiv:1503.02531), or the shares of annotators who
    differ, in the columns `<task>_p_<label>`; they weigh `soft_weight`, and classes are not
    weighed among them.
    `tasks` names the label columns, as a list or with each task's labels in order. `only`
    says where the labels of a task count: with `stance: {relevance: relevant}` the stance of
    a statement whose relevance is labelled otherwise is neither learnt nor tested. Training
    statements that share a passage with `test` are an error, or dropped where `overlap` says so.
    In the share `exchange_names` of the training statements people and countries are exchanged
    for others. `at_most` bounds how many statements with a label are trained on, by task. With
    `reference` the model's folder keeps the words of what it was trained on (of at most 1,000
    articles), for `stance drift`: leave it out where the texts are not yours to pass on.
    """

    train: tuple[str, ...] = Field(min_length=1, strict=False)
    support: tuple[str, ...] = Field(default=(), strict=False)
    soft: tuple[str, ...] = Field(default=(), strict=False)
    test: tuple[str, ...] = Field(default=(), strict=False)
    tasks: dict[str, tuple[str, ...]] = Field(
        default_factory=lambda: {task: KNOWN_TASKS[task] for task in DEFAULT_TASKS},
        strict=False,
    )
    only: dict[str, dict[str, str]] = Field(default_factory=dict)
    columns: Columns = Columns()
    narration: bool = False
    reference: bool = False
    support_weight: float = Field(default=1.0, gt=0)
    soft_weight: float = Field(default=1.0, gt=0)
    overlap: Literal["refuse", "drop"] = "refuse"
    exchange_names: float = Field(default=0.0, ge=0, le=1)
    at_most: dict[str, dict[str, NonNegativeInt]] = Field(default_factory=dict)

    @pydantic.field_validator("tasks", mode="before")
    @classmethod
    def _name_known_sets(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)) and all(isinstance(task, str) for task in value):
            return {task: KNOWN_TASKS.get(task, ()) for task in value}
        if isinstance(value, dict):  # YAML has lists only
            return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return value

    @pydantic.field_validator("train", "support", "soft", "test", mode="before")
    @classmethod
    def _allow_one_path(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @pydantic.model_validator(mode="after")
    def _has_a_task(self) -> Self:
        if not self.tasks:
            raise ValueError("names no task; give at least one, such as [stance]")
        for task, names in self.tasks.items():
            if len(set(names)) < len(names):
                raise ValueError(f"tasks gives '{task}' a label twice; give each label once")
        wanted = [(task, label) for where in self.only.values() for task, label in where.items()]
        bounded = [(task, label) for task, where in self.at_most.items() for label in where]
        for key, pairs in (
            ("only", [*((task, None) for task in self.only), *wanted]),
            ("at_most", bounded),
        ):
            for task, label in pairs:
                if task not in self.tasks:
                    have = ", ".join(self.tasks)
                    raise ValueError(f"{key} names the task '{task}'; tasks has {have}")
                if label is not None and self.tasks[task] and label not in self.tasks[task]:
                    have = ", ".join(self.tasks[task])
                    raise ValueError(f"{key} asks for {task} '{label}'; its labels are {have}")
        return self


class RunConfig(_Strict):
    """One run: which kind of classifier, with which options, on which data.

    `description` and `provenance` (where the data comes from, and who labelled it how) go into
    the model's card.
    """

    kind: Literal["baseline", "transformer"]
    data: DataConfig
    model: dict[str, Any] = Field(default_factory=dict)
    seed: int = Field(default=13, ge=0, lt=2**32)
    description: str = ""
    provenance: str = ""

    def resolved(self) -> dict[str, Any]:
        """Return the run as plain JSON-able values, defaults spelled out."""
        return self.model_dump(mode="json")


def load_config(
    path: Path,
    *,
    overrides: Sequence[str] = (),
    constructors: Mapping[str, Callable[..., Any]] | None = None,
) -> RunConfig:
    """Read a run from a YAML file, with `KEY=VALUE` overrides, and check all of it.

    `constructors` maps each kind to its classifier class; with it, the `model` block is
    checked against that class's own parameters and filled with their defaults. Raises
    `ConfigError` listing every mistake, each with its path.
    """
    raw = read_raw(path, overrides=overrides)
    return parse_config(raw, where=str(path), constructors=constructors)


def read_raw(path: Path, *, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """Return the plain values of a YAML file with `KEY=VALUE` overrides; raises `ConfigError`."""
    if not plain_file(path):
        raise ConfigError(
            f"no config file at {str(path)[:200]}"
            + (suggest_file(path) or "; give the path of a YAML file such as configs/baseline.yaml")
        )
    try:
        with path.open(encoding="utf-8") as file:
            raw = _load(file.read(MAX_CHARS + 1))
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        reason = " ".join(str(error).split())[:300]
        raise ConfigError(f"{path} cannot be read as YAML: {reason}") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} holds {type(raw).__name__}; expected keys such as kind and data")
    for item in overrides:
        _override(raw, item)
    return raw


def parse_config(
    raw: Mapping[str, Any],
    *,
    where: str = "config",
    constructors: Mapping[str, Callable[..., Any]] | None = None,
) -> RunConfig:
    """Check a run given as plain values; see `load_config`."""
    mistakes: list[str] = []
    config = None
    try:
        config = RunConfig.model_validate(dict(raw))
    except pydantic.ValidationError as error:
        mistakes += _lines(error, prefix="")
    kind, options = str(raw.get("kind")), raw.get("model") or {}
    if constructors and kind in constructors and isinstance(options, dict):
        schema = options_schema(constructors[kind])
        try:
            filled = schema.model_validate(options).model_dump(mode="json")
        except pydantic.ValidationError as error:
            mistakes += _lines(error, prefix="model.", known=list(schema.model_fields))
        else:
            if config is not None:
                config = config.model_copy(update={"model": filled})
    if mistakes or config is None:
        count = f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}"
        lines = [f"  {m}" for m in mistakes[:_MOST_SHOWN]]
        if len(mistakes) > _MOST_SHOWN:
            lines.append(f"  ... and {len(mistakes) - _MOST_SHOWN} more")
        raise ConfigError(f"{where} has {count}:\n" + "\n".join(lines))
    return config


def options_schema(constructor: Callable[..., Any]) -> type[BaseModel]:
    """Return a strict schema of a classifier's constructor: its one list of options.

    The seed is the run's own key, so it is left out here.
    """
    hints = typing.get_type_hints(constructor.__init__, include_extras=True)
    parameters = inspect.signature(constructor).parameters
    definitions: dict[str, Any] = {
        name: (hints.get(name, Any), parameter.default)
        for name, parameter in parameters.items()
        if name not in ("seed", "checkpoint_dir", "resume")
    }
    return pydantic.create_model(
        "model",
        __config__=ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False),
        **definitions,
    )


def _override(raw: dict[str, Any], item: str) -> None:
    key, equals, value = item.partition("=")
    shown = repr(item[:80])[1:-1]
    path = key.strip().split(".")
    if not equals or not all(path):
        raise ConfigError(f"--set got '{shown}'; expected KEY=VALUE, such as model.epochs=3")
    place: Any = raw
    for name in path[:-1]:
        place = place.setdefault(name, {})
        if not isinstance(place, dict):
            raise ConfigError(f"--set {shown}: '{name}' holds a value, not keys, in this config")
    try:
        place[path[-1]] = _load(value)
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise ConfigError(
            f"--set {shown}: {value[:60]!r} is not a YAML value ({reason}); quote it"
        ) from None


def parse_tagger_config(raw: Mapping[str, Any], schema: type[_Tagger], *, where: str) -> _Tagger:
    """Check the run of a tagger, given as plain values, against its `schema`."""
    try:
        return schema.model_validate(dict(raw))
    except pydantic.ValidationError as error:
        lines = [f"  {line}" for line in _lines(error, prefix="", schema=schema)[:_MOST_SHOWN]]
        raise ConfigError(f"{where} is no run of a tagger:\n" + "\n".join(lines)) from None


def _lines(
    error: pydantic.ValidationError, *, prefix: str, known: Sequence[str] = (),
    schema: type[BaseModel] | None = None,
) -> list[str]:  # fmt: skip
    lines = []
    for mistake in error.errors():
        path = prefix + ".".join(str(part) for part in mistake["loc"])
        if mistake["type"] == "extra_forbidden":
            names = known or _siblings(mistake["loc"], schema or RunConfig)
            lines.append(f"{path}: unknown key{suggest(str(mistake['loc'][-1]), names)}")
        elif mistake["type"] == "missing":
            lines.append(f"{path}: missing; this key is required")
        else:
            message = mistake["msg"].removeprefix("Value error, ")
            lines.append(f"{path.rstrip('.')}: {message}, got {mistake['input']!r}"[:300])
    return lines


def _siblings(loc: tuple[int | str, ...], schema: Any) -> list[str]:
    for name in loc[:-1]:
        info = getattr(schema, "model_fields", {}).get(name)
        schema = info.annotation if info is not None else None
    return list(getattr(schema, "model_fields", {}))


def suggest(name: str, known: Sequence[str]) -> str:
    """Return '; did you mean X?' for the nearest of `known`, else the list of them."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; expected one of {', '.join(known)}" if known else ""


def suggest_file(path: Path) -> str:
    """Return '; did you mean X?' for the file beside it whose name is nearest, else nothing."""
    import difflib

    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return ""
    near = difflib.get_close_matches(path.name, beside, n=1)
    return f"; did you mean {path.parent / near[0]}?" if near else ""


def plain_file(path: Path) -> bool:
    """Return whether `path` is a plain file: a pipe or a device could be read for ever."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False


def _load(text: str) -> Any:
    """Return the value of a YAML text; raises `ValueError` for what is none, or too much."""
    if len(text) > MAX_CHARS:
        raise ValueError(f"it is longer than {MAX_CHARS:,} characters")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        if _values(node, {}) > MAX_VALUES:
            raise ValueError(f"it unfolds to more than {MAX_VALUES:,} values")
        return loader.construct_document(node)
    except RecursionError:
        raise ValueError("it nests too deep, or a value refers to itself") from None
    except ValueError:
        raise
    except (yaml.YAMLError, OverflowError, LookupError, TypeError, AttributeError) as error:
        # PyYAML lets the errors of int(), dates and lookups through as they are.
        raise ValueError(f"{error or type(error).__name__}") from None


def _values(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many values `node` holds, those behind an alias each time it is used."""
    if id(node) not in known:
        inner: list[Any] = []
        if isinstance(node, yaml.SequenceNode):
            inner = node.value
        elif isinstance(node, yaml.MappingNode):
            inner = [one for pair in node.value for one in pair]
        known[id(node)] = 1 + sum(_values(one, known) for one in inner)
    return known[id(node)]


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, which YAML would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (list, dict, set)) or key in seen:
                what = "is no name" if isinstance(key, (list, dict, set)) else "is given twice"
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {repr(key)[:60]} {what}", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        value = super().construct_scalar(node)
        number = node.tag.rpartition(":")[2] in ("int", "float")
        if number and len(str(value)) > MAX_DIGITS:
            raise yaml.constructor.ConstructorError(
                None, None, f"a number has more than {MAX_DIGITS} digits", node.start_mark
            )
        if any("\ud800" <= letter <= "\udfff" for letter in str(value)):
            raise yaml.constructor.ConstructorError(
                None, None, "half of a surrogate pair is no character", node.start_mark
            )
        return value
