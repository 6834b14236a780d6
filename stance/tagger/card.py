"""The card of a tagger: README.md of its folder, from what the run knows of itself."""

from collections.abc import Mapping
from typing import Any


def tagger_card(*, name: str, about: Mapping[str, Any]) -> str:
    """Return the card as Markdown; figures are only those that the run measured."""
    config, data, export = about["config"], about["data"], about["export"]
    alike = export["agreement"].get("equal", {})
    lines = [
        "---", "language: en", "library_name: stance",
        "tags: [quotation-attribution, token-classification, news]",
        "base_model: sentence-transformers/all-MiniLM-L6-v2", "---", "",
        f"# {name}",
        "",
        config.get("description") or "A tagger of attributions in news articles.",
        "",
        "It marks in English news text what is attributed to somebody (content), the words that",
        "attribute it (cue) and to whom (source), and links each content to its cue and source.",
        "`stance quotes --quotes tagger` joins its answers with those of the rules.",
        "",
        "## Data",
        "",
        f"{data['articles']} articles with {data['attributions']} attributions, and "
        f"{data['contexts']} contexts of statements written for training.",
        "",
        config["data"]["notice"],
        "",
        "## Measured",
        "",
        f"On {data['held_out']} articles of the training corpora that were held out, the network "
        "alone, without the rules (F1 in %; contents count as right at a word overlap of 0.8):",
        "",
        "| kind | contents | content | content and source |",
        "|---|--:|--:|--:|",
        *(
            f"| {kind} | {m['contents']} | {_percent(m['f1'])} | {_percent(m['f1_with_source'])} |"
            for kind, m in about["held_out"].items()
        ),
        "",
        f"Weights: {export['precision']}, run by ONNX Runtime. Word pieces whose tag is that of "
        "the 32-bit network, in %: "
        + ", ".join(f"{role} {_percent(share)}" for role, share in alike.items()) + ".",
        "",
        "## Limits",
        "",
        "English news text, learnt from US political news above all. Who said what is the model's",
        "reading and is wrong often enough that no single quote should be acted upon unread.",
        "",
        "## Made by",
        "",
        f"`stance train` with seed {about['seed']} and the config in `manifest.json`;",
        "versions: " + ", ".join(f"{k} {v}" for k, v in about["versions"].items()) + ".",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"
