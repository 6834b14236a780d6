"""Train the shipped models again and compare: `make reproduce CORPUS=DIR`.

Each step is the very command that a user would type, and is printed. The new figures must lie
within the spread that `configs/reproduce.yaml` states of the shipped ones, or the exit status is 4.
"""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.errors import ConfigError, DataError, GateError, StanceError

STATED = Path("configs/reproduce.yaml")
_JOINED = Path("build/standoff.jsonl")  # where the configs look for it
_SOME_FAILED = 5  # what stance score ends with where an article is not English, say
_AUTHORED = "data/authored/statements.jsonl"
_CORPORA = ("outlets_2024", "wikinews", "reuters_1987", "state_department")  # drawn from in turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure of one model: as shipped, as made again, how far they may be apart.

    `differs` says why where the two are not to be compared at all (other data, say).
    """

    model: str
    figure: str
    shipped: float | None
    again: float | None
    spread: float
    differs: str = ""

    @property
    def good(self) -> bool:
        """Whether the new figure lies within the spread, or above."""
        if self.differs or self.shipped is None or self.again is None:
            return False
        return self.again >= self.shipped - self.spread - 1e-9


def compare(
    name: str, shipped: Mapping[str, Any], again: Mapping[str, Any], spread: Mapping[str, float]
) -> list[Line]:
    """Return the figures of two manifests side by side, in points of a hundred.

    Those on the training data, and on every data set that both were evaluated on. `spread` are
    points by figure, "macro_f1" and so on.
    """
    found = []
    here, there = (one.get("data", {}).get("fingerprint") for one in (shipped, again))
    differs = "" if here == there else f"trained on other data ({there}, shipped {here})"
    for where, tasks, others in _pairs(shipped, again):
        for task, figures in tasks.items():
            for key, points in spread.items():
                found.append(Line(
                    model=name, figure=f"{task} {key} on {where}", spread=points, differs=differs,
                    shipped=_points(figures, key), again=_points(others.get(task, {}), key),
                ))  # fmt: skip
    return found


def _pairs(
    shipped: Mapping[str, Any], again: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    pairs = [
        (f"{where} data", tasks, again.get("metrics", {}).get(where, {}))
        for where, tasks in shipped.get("metrics", {}).items()
    ]
    other = {one["fingerprint"]: one for one in again.get("evaluations") or []}
    for one in shipped.get("evaluations") or []:
        if one["fingerprint"] in other:
            pairs.append((one["name"], one["tasks"], other[one["fingerprint"]]["tasks"]))
    return pairs


def _points(figures: Mapping[str, Any], key: str) -> float | None:
    value = (figures.get(key) or {}).get("value")
    return None if value is None else 100 * float(value)


def table_of(lines: Sequence[Line]) -> str:
    """Return the comparison as lines of text."""

    def one(value: float | None) -> str:
        return "-" if value is None else f"{value:.1f}"

    rows = [("model", "figure", "shipped", "again", "difference", "allowed", "")]
    for line in lines:
        gap = None if line.shipped is None or line.again is None else line.again - line.shipped
        rows.append((line.model, line.figure, one(line.shipped), one(line.again),
                     "-" if gap is None else f"{gap:+.1f}", f"-{line.spread:g}",
                     "ok" if line.good else line.differs or "TOO LOW"))  # fmt: skip
    widths = [max(len(row[n]) for row in rows) for n in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(w) if n in (0, 1, 6) else cell.rjust(w)
                  for n, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip


def read_stated(path: Path) -> dict[str, dict[str, Any]]:
    """Return what is made again: by name its config, the shipped folder and the spread."""
    import yaml

    try:
        stated = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {
            str(name): {
                "config": str(one["config"]), "shipped": str(one["shipped"]),
                "taught_by": str(one.get("taught_by") or ""),
                "spread": {str(k): float(v) for k, v in one["spread"].items()},
            }
            for name, one in stated.items()
        }  # fmt: skip
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} does not say by model its config, shipped folder and spread ({error!r:.80}); "
            "run this in the project's folder"
        ) from None
    return found


def steps(
    name: str, config: str, *, out: Path, data: Sequence[str] = (), corpus: Path = Path(),
    taught_by: str = "",
) -> list[tuple[str, list[str]]]:  # fmt: skip
    """Return the commands that make one model again, each with what it is for.

    One that is `taught_by` another learns what that says of statements drawn from the scored
    corpora and from the labelled ones; nothing that shares a passage with `data` is among them.
    """
    folder = str(out / name)
    found = []
    if taught_by:
        scored = [f"build/found/{one}.jsonl" for one in _CORPORA]
        found += [
            (f"Find what is relevant in {one}",
             ["score", str(corpus / f"{one}.jsonl"), "--model", "baseline", "--out", rows])
            for one, rows in zip(_CORPORA, scored, strict=True)
        ]  # fmt: skip
        apart = [word for file in data for word in ("--apart", file)]
        found += [
            ("Choose what is taught", ["data", "pool", str(_JOINED), _AUTHORED, *scored, *apart,
                                       "--out", "build/pool.jsonl"]),
            (f"Let {taught_by} label it", ["predict", "--model", taught_by, "--data",
                                           "build/pool.jsonl", "--out", "build/taught.jsonl"]),
        ]  # fmt: skip
    found.append((f"Train the {name}", ["train", config, "--out", folder, "--force"]))
    found += [
        (f"Evaluate the {name}", ["evaluate", folder, "--data", file, "--card", "--wrong", "0"])
        for file in data
    ]
    return found


def _run(title: str, arguments: Sequence[str]) -> None:
    import shlex

    print(f"\n== {title}\n$ stance {shlex.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "stance", *arguments], check=False)
    if done.returncode and (arguments[0], done.returncode) != ("score", _SOME_FAILED):
        raise StanceError(f"this step ended with status {done.returncode}: stance {arguments[0]}")


def reproduce(
    corpus: Path, *, out: Path, only: Sequence[str] = (), data: Sequence[str] = ()
) -> int:
    """Join the labels with `corpus`, train again into `out`, compare; return 0.

    `only` names the models (all of them without it); `data` are labelled files on which the new
    ones are evaluated, for the shipped ones' evaluations on the same data. Raises `GateError`
    where a figure is below the spread, `DataError` without the corpora.
    """
    from stance import store

    stated = read_stated(STATED)
    strange = [name for name in only if name not in stated]
    if strange:
        raise DataError(f"{STATED} has no {', '.join(strange)}; it has {', '.join(stated)}")
    if not corpus.is_dir():
        raise DataError(
            f"no folder {corpus}; give the folder of the corpora that data/README.md names"
        )
    standoff = sorted(str(path) for path in Path("data/standoff").glob("*.jsonl"))
    Path("build/found").mkdir(parents=True, exist_ok=True)
    _run("Join the labels with the texts of the corpora",
         ["data", "join", *standoff, "--corpus", str(corpus), "--out", str(_JOINED)])  # fmt: skip
    lines: list[Line] = []
    for name, one in stated.items():
        if only and name not in only:
            continue
        commands = steps(
            name, one["config"], out=out, data=data, corpus=corpus, taught_by=one["taught_by"]
        )
        for title, arguments in commands:
            _run(title, arguments)
        shipped, again = (
            store.read_manifest(folder).raw for folder in (Path(one["shipped"]), out / name)
        )
        lines += compare(name, shipped, again, one["spread"])
    print(f"\n== Shipped, and made again (points of a hundred)\n{table_of(lines)}")
    bad = [line for line in lines if not line.good]
    if bad or not lines:
        raise GateError(
            f"{len(bad)} of {len(lines)} figures are not what was shipped; see the table, and "
            "compare the versions in the two manifests"
        )
    print(f"All {len(lines)} figures lie within the stated spread.")
    return 0


def main() -> None:
    """Parse, make the models again, and exit by how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus", type=Path, help="the folder of the corpora")
    parser.add_argument("--out", type=Path, default=Path("build/models"))
    parser.add_argument("--only", action="append", default=[], help="a model; repeatable")
    parser.add_argument("--data", action="append", default=[], help="labelled file; repeatable")
    options = parser.parse_args()
    try:
        status = reproduce(options.corpus, out=options.out, only=options.only, data=options.data)
    except StanceError as error:
        print(f"stance: {error}", file=sys.stderr)
        status = error.exit_status
    sys.exit(status)


if __name__ == "__main__":
    main()
