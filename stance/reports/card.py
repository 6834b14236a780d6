"""The model card: README.md of a model folder, from what the run knows of itself."""

from collections.abc import Mapping, Sequence
from typing import Any

_MEANING = {
    "stance": "what the speaker's words do to the level of the conflict",
    "sentiment": "the tone of the words themselves, whatever the stance",
    "relevance": "whether the statement is about a conflict at all",
}


def model_card(
    *, name: str, kind: str, tasks: Mapping[str, Sequence[str]], about: Mapping[str, Any]
) -> str:
    """Return the card as Markdown with YAML front matter.

    `about` is the manifest's config, data, metrics, versions and seed. Figures are only
    those that the run measured.
    """
    config, data = about["config"], about["data"]
    lines = [
        *_front_matter(kind, config),
        f"# {name}",
        "",
        config.get("description") or "A classifier of statements quoted in news articles.",
        "",
        f"Kind: {kind}. It reads a statement's text, its context and its speaker, and answers:",
        "",
        *(
            f"- **{task}** ({', '.join(labels)})"
            + (f": {_MEANING[task]}" if task in _MEANING else "")
            for task, labels in tasks.items()
        ),
        "",
        "What each label means is written in `data/CODEBOOK.md` of the project.",
        "",
        "## Data",
        "",
        f"{data['statements']} statements of {data['articles']} articles"
        + (f" and {data['support']} supporting ones" if data["support"] else "")
        + f" from {', '.join(config['data']['train'] + config['data']['support'])}"
        + f" (fingerprint `{data['fingerprint']}`).",
        "",
        *_label_table(data["labels"]),
        "",
        "## Measured",
        "",
        *_metric_table(about["metrics"]),
        "",
        "Figures on the training data say only that the model has learnt it. For other data run",
        "`stance evaluate` and, by left-out groups, `stance crossval`.",
        "",
        "## Limits",
        "",
        "English news text only. A label is the model's reading of one statement, not a judgement",
        "of its speaker, and is wrong often enough that no single label should be acted upon: read",
        "the quote. Not for decisions about persons, targeting, or watching private speech.",
        "",
        "## Made by",
        "",
        f"`stance train` with seed {about['seed']} and the config in `manifest.json`;",
        "versions: " + ", ".join(f"{k} {v}" for k, v in about["versions"].items()) + ".",
        "",
    ]
    return "\n".join(lines)


def _front_matter(kind: str, config: Mapping[str, Any]) -> list[str]:
    base = ["base_model: sentence-transformers/all-MiniLM-L6-v2"]
    encoder = config["model"].get("encoder")
    if encoder != "minilm":
        base = [f"base_model: {encoder}"] if encoder and "/" in str(encoder) else []
    return [
        "---", "license: mit", "language: en", "library_name: stance",
        "tags: [stance-detection, quotation-attribution, conflict, news]",
        *(base if kind == "transformer" else []), "---", "",
    ]  # fmt: skip


def _label_table(labels: Mapping[str, Mapping[str, int]]) -> list[str]:
    lines = ["| task | label | statements |", "|---|---|--:|"]
    for task, counts in labels.items():
        lines += [f"| {task} | {label} | {n} |" for label, n in counts.items()]
    return lines


def _metric_table(metrics: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    lines = ["| measured on | task | n | macro-F1 | accuracy |", "|---|---|--:|--:|--:|"]
    for where, tasks in metrics.items():
        for task, m in tasks.items():
            lines.append(
                f"| {where} data | {task} | {m['n']} | {_figure(m['macro_f1'])} "
                f"| {_figure(m['accuracy'])} |"
            )
    return lines


def _figure(estimate: Mapping[str, float | None]) -> str:
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if value is None:
        return "-"
    if low is None or high is None:
        return f"{100 * value:.1f}"
    return f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"
