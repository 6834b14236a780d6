"""Pictures for papers and first looks: speakers by label, as PNG, SVG or PDF."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stance.labels import DE_ESCALATORY, ESCALATORY, NEUTRAL

#: Okabe and Ito's palette (2008) and its neighbours stay apart for colour-blind readers; the
#: hatches do so in print without colour.
COLOURS = {ESCALATORY: "#d55e00", NEUTRAL: "#b8b8b8", DE_ESCALATORY: "#0072b2"}
_HATCHES = {ESCALATORY: "///", NEUTRAL: "", DE_ESCALATORY: "..."}
_MORE = ("#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442")
FORMATS = (".png", ".svg", ".pdf")


@contextmanager
def drawing(height: float) -> Iterator[tuple[Any, Any]]:
    """Give a figure, 9 inches wide, and its axes in the package's style; close it afterwards."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 10, "hatch.linewidth": 0.5, "hatch.color": "white",
                         "font.family": "DejaVu Sans", "svg.hashsalt": "stance"}):  # fmt: skip
        figure, axes = plt.subplots(figsize=(9, height), layout="constrained")
        try:
            yield figure, axes
        finally:
            plt.close(figure)


def speaker_bars(
    counts: Mapping[str, Mapping[str, int]],
    labels: Sequence[str],
    out: Path,
    *,
    title: str,
    subtitle: str = "",
    most: int = 20,
) -> None:
    """Draw one stacked bar a speaker: how many quotes of each label, most quoted on top.

    `counts` maps speaker to label to number of quotes (groups counted once); `labels` are in
    canonical order. At most `most` speakers are drawn, and the picture says so.
    """
    ranked = sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    shown = ranked[:most][::-1]
    names = [short_name(name) for name, _ in shown]
    palette = {label: COLOURS.get(label, _MORE[n % len(_MORE)]) for n, label in enumerate(labels)}
    height = 1.9 + 0.32 * max(len(shown), 3)
    with drawing(height) as (figure, axes):
        left = [0] * len(shown)
        for label in labels:
            widths = [by_label.get(label, 0) for _, by_label in shown]
            bars = axes.barh(names, widths, left=left, color=palette[label], label=label,
                             hatch=_HATCHES.get(label, ""), height=0.72)  # fmt: skip
            texts = [str(width) if width else "" for width in widths]
            axes.bar_label(bars, texts, label_type="center", fontsize=9, color="black",
                           bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none",
                                 "alpha": 0.75})  # fmt: skip
            left = [a + b for a, b in zip(left, widths, strict=True)]
        for text in axes.texts:
            text.set_visible(bool(text.get_text()))
        axes.set_xlim(0, max(left, default=1) * 1.04)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel("quotes")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(y=0.01)
        hidden = len(ranked) - len(shown)
        notes = [subtitle, f"{hidden} more speakers not drawn" if hidden > 0 else ""]
        headed(figure, title, "; ".join(note for note in notes if note))
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left",
                      ncols=len(labels), frameon=False)  # fmt: skip
        out.parent.mkdir(parents=True, exist_ok=True)
        # Without a date and a random id the same numbers give the same bytes.
        figure.savefig(out, dpi=150, metadata={"Date": None} if out.suffix != ".png" else None)


def headed(figure: Any, title: str, subtitle: str) -> None:
    """Put a title and a smaller line below it at the figure's left edge, above the axes.

    Both are wrapped: what is wider than the figure would be cut.
    """
    height, at = figure.get_figheight(), 0.12  # inches, from the top
    for text, size, most, style in ((title, 13, 80, {"fontweight": "bold"}),
                                    (subtitle, 9, 118, {"color": "#555555"})):  # fmt: skip
        lines = textwrap.wrap(literal(text), most)
        figure.text(0.012, 1 - at / height, "\n".join(lines), va="top", fontsize=size, **style)
        at += len(lines) * size * 1.25 / 72 + 0.06
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - at / height))


def short_name(name: str, most: int = 38) -> str:
    """Return a name that fits beside a bar, none of it read as mathematics."""
    name = " ".join(name.split())
    return literal(name if len(name) <= most else name[: most - 1] + "…")


def literal(text: str) -> str:
    """Return text that matplotlib shows as it is: between dollar signs it would read formulas."""
    return text.replace("$", r"\$")
