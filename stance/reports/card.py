"""The model card: README.md of a model folder, from what its manifest says."""

from collections.abc import Mapping, Sequence
from typing import Any

from stance.reports.page import part

_TAGS = ["stance-detection", "quotation-attribution", "conflict", "news"]
_MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_MOST_ROWS = 12  # of a breakdown
#: What is broken down in the card, and how the column is called there.
COLUMNS = {"kind": "kind", "speaker_kind": "speaker", "dispute": "dispute", "source": "source"}
#: Where a name stands in the card that the manifest cannot tell.
_UNKNOWN = "not recorded"


def model_card(*, name: str, manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown with the metadata block of the Hugging Face hub.

    `manifest` is that of the folder; its blocks config, data, metrics, evaluations,
    calibration, export, command, seed and versions are read where they are there. Figures are
    only those that were measured.
    """
    from huggingface_hub import ModelCard, ModelCardData
    from jinja2 import Environment, StrictUndefined

    config = manifest.get("config") or {}
    evaluations = manifest.get("evaluations") or []
    metadata = ModelCardData(
        language="en", license="mit", library_name="stance", tags=_TAGS,
        pipeline_tag="text-classification", model_name=name, base_model=_base(manifest, config),
        eval_results=_results(evaluations) or None,
    )  # fmt: skip
    template = Environment(undefined=StrictUndefined, autoescape=False)
    body = template.from_string(part("card.md.j2")).render(
        name=name,
        kind=manifest["kind"],
        tasks=manifest["tasks"],
        description=config.get("description")
        or "A classifier of statements quoted in news articles.",
        provenance=config.get("provenance") or "",
        data=_data(manifest.get("data") or {}, config),
        measured=_measured(manifest.get("metrics") or {}, evaluations),
        evaluations=[_evaluation(one) for one in evaluations],
        calibration=_calibration(manifest.get("calibration") or {}),
        swapped=any(one.get("swap_names") for one in evaluations),
        command=manifest.get("command") or "stance train CONFIG",
        seed=manifest.get("seed", _UNKNOWN),
        versions=", ".join(f"{k} {v}" for k, v in (manifest.get("versions") or {}).items())
        or _UNKNOWN,
        export=_export(manifest.get("export")),
    )
    return str(ModelCard(f"---\n{metadata.to_yaml()}\n---\n\n{body.strip()}\n"))


def _base(manifest: Mapping[str, Any], config: Mapping[str, Any]) -> str | None:
    encoder = str((config.get("model") or {}).get("encoder") or "")
    if manifest["kind"] != "transformer":
        return None
    return _MINILM if encoder == "minilm" else (encoder if "/" in encoder else None)


def _results(evaluations: Sequence[Mapping[str, Any]]) -> list[Any]:
    from huggingface_hub import EvalResult

    kinds = {"macro_f1": ("f1", "macro-F1"), "accuracy": ("accuracy", "accuracy"),
             "ece": ("ece", "expected calibration error")}  # fmt: skip
    return [
        EvalResult(
            task_type="text-classification", task_name=task, dataset_type="statements",
            # The configuration keeps the tasks apart: the hub joins results of equal data.
            dataset_name=one["name"], dataset_config=task, dataset_revision=one["fingerprint"],
            metric_type=kind, metric_name=label, metric_value=round(figures[key]["value"], 4),
        )
        for one in evaluations
        for task, figures in one["tasks"].items()
        for key, (kind, label) in kinds.items()
        if (figures.get(key) or {}).get("value") is not None
    ]  # fmt: skip


def _data(data: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    named = config.get("data") or {}
    files = [*named.get("train", ()), *named.get("support", ()), *named.get("soft", ())]
    summary = "How many statements it was trained on is not recorded."
    if "statements" in data:
        summary = (
            f"{data['statements']} statements of {data.get('articles') or _UNKNOWN} articles"
            + (f" and {data['support']} supporting ones" if data.get("support") else "")
            + (f" and {data['soft']} with soft labels" if data.get("soft") else "")
            + (f" from {', '.join(files)}" if files else "")
            + f" (fingerprint `{data.get('fingerprint') or _UNKNOWN}`)."
        )
    labels = [
        (task, label, n) for task, counts in data.get("labels", {}).items()
        for label, n in counts.items()
    ]  # fmt: skip
    return {"summary": summary, "labels": labels, "files": data.get("files") or []}


def _measured(
    metrics: Mapping[str, Any], evaluations: Sequence[Mapping[str, Any]]
) -> list[tuple[str, ...]]:
    named = [(f"{where} data", tasks) for where, tasks in metrics.items()]
    named += [(one["name"], one["tasks"]) for one in evaluations]
    return [
        (where, task, str(m["n"]), *(figure(m.get(key)) for key in ("macro_f1", "accuracy", "ece")))
        for where, tasks in named
        for task, m in tasks.items()
        if isinstance(m, Mapping)  # a model saved from Python says what its maker gave
    ]


def _evaluation(one: Mapping[str, Any]) -> dict[str, Any]:
    seen = one.get("trained_on") or 0
    summary = f"{one['n']} statements (fingerprint `{one['fingerprint']}`), {one['date']}."
    if seen:
        summary += f" The model was trained on {seen} of them, so these figures are too high."
    swaps = one.get("swap_names") or {}
    return {
        "name": one["name"], "summary": summary,
        "tasks": [
            {
                "name": task, "rows": _rows(m), "ece": figure(m["ece"]),
                "perfect": figure(m.get("perfect_ece"), bare=True),
                "kept": ", ".join(
                    f"{figure(k['accuracy'])} of {100 * k['share']:.0f} % (sure by "
                    f"{k['threshold']:.2f} or more)" for k in m.get("kept", ())
                ),
                "sets": " ".join(_set_words(s) for s in m.get("sets", ())),
                "swap": f"{figure(swaps[task]['stays'])} % of the labels stay "
                f"({swaps[task]['n_swapped']} statements with names)." if task in swaps else "",
            }
            for task, m in one["tasks"].items()
        ],
    }  # fmt: skip


def _rows(m: Mapping[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("all", str(m["n"]), figure(m["macro_f1"]), figure(m["accuracy"]))
    ]
    for column, found in (m.get("by") or {}).items():
        rows += [
            (f"{COLUMNS.get(column, column)}: {_plain(row['value'])}", str(row["n"]),
             figure(row["macro_f1"]), figure(row["accuracy"]))
            for row in found[:_MOST_ROWS]
        ]  # fmt: skip
    return rows


def _set_words(s: Mapping[str, Any]) -> str:
    return (
        f"Sets of a stated {100 * s['stated']:g} % hold the right label for "
        f"{figure(s['covered'])} %, have {number(s['mean_size'])} labels, and leave "
        f"{figure(s['answered'])} % answered, of which {figure(s['accuracy'])} % are right."
    )


def _calibration(blocks: Mapping[str, Any]) -> dict[str, Any] | None:
    if not blocks:
        return None
    rows = [
        (task, str(b["n"]), f"{b['temperature']:.2f}", f"{100 * b['ece_before']:.1f}",
         f"{100 * b['ece_after']:.1f}", figure(b.get("perfect_ece"), bare=True) or "-")
        for task, b in blocks.items()
    ]  # fmt: skip
    sets = [
        (task, f"{100 * s['stated']:g}", figure(s["covered_by_group"]), number(s["mean_size"]),
         figure(s["answered"]), figure(s["accuracy"]))
        for task, b in blocks.items()
        for s in b.get("sets", ())
    ]  # fmt: skip
    group = next((b["group"] for b in blocks.values() if b.get("group")), "article")
    return {"rows": rows, "sets": sets, "group": group}


def _export(export: Mapping[str, Any] | None) -> str:
    if not export:
        return ""
    told = (
        f"Exported from `{export['source']}` (fingerprint `{export['source_fingerprint']}`) with "
        f'precision "{export["precision"]}"; scored by ONNX Runtime. '
    )
    if not export.get("parity"):
        return told + "The agreement with it was not measured."
    share = min(export["parity"]["equal"].values())
    return told + (
        f"On {export['parity']['statements']} statements of {', '.join(export['measured_on'])}, "
        f"at least {100 * share:.2f} % of the labels of each task are those of that model."
    )


def figure(estimate: Mapping[str, float | None] | None, *, bare: bool = False) -> str:
    """Return an estimate in points of a hundred, '71.3 (64.0 to 78.1)'; '-' for none.

    `bare` leaves out the value before the interval, and returns '' for none.
    """
    value, low, high = ((estimate or {}).get(key) for key in ("value", "low", "high"))
    if value is None:
        return "" if bare else "-"
    if low is None or high is None:
        return f"{100 * value:.1f}"
    between = f"{100 * low:.1f} to {100 * high:.1f}"
    return between if bare else f"{100 * value:.1f} ({between})"


def number(estimate: Mapping[str, float | None]) -> str:
    """Return an estimate that is no share, '1.42 (1.31 to 1.55)'."""
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "-" if value is None else f"{value:.2f}"
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _plain(value: str | None) -> str:
    """Return a value of the data as a cell of a Markdown table."""
    return " ".join(str(value or "(none)").replace("|", "/").replace("<", "‹").split())[:60]
