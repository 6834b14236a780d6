"""What a comparison means and what to do about it, in words that need no statistics."""

from collections.abc import Callable, Mapping, Sequence

from stance.drift.compare import FEW_ARTICLES, Drift, Measure
from stance.drift.words import Moved
from stance.evaluation.resampling import MIN_GROUPS

_CHECK = "`stance data audit SCORES_B --n 100`"


def advice(found: Drift) -> list[str]:
    """Return the verdict, a sentence for each difference beyond chance, and what to do."""
    lines = [_verdict(found)]
    if found.shared:
        lines.append(f"{found.shared} articles are in both batches, which hides differences; "
                     "leave them out of one.")  # fmt: skip
    if found.verdict == "unknown":
        return lines
    lines += [
        sentence for m in found.measures if m.beyond_chance and (sentence := _sentence(m, found))
    ]
    return [*lines, _what_to_do(found)]


def _verdict(found: Drift) -> str:
    a, b = found.articles
    if found.verdict == "unknown":
        return (f"Nothing can be told: the batches have {a} and {b} articles with quotes; with "
                f"fewer than {MIN_GROUPS} any difference could be chance. Score more.")  # fmt: skip
    if found.verdict == "alike":
        few = (f" But with {min(a, b)} articles in a batch only a great difference would show."
               if min(a, b) < FEW_ARTICLES else "")  # fmt: skip
        return f"No sign that the new articles are unlike the others.{few}"
    if found.verdict == "small":
        return "The new articles differ from the others, more than by chance, but not by much."
    return "The new articles are unlike the others."


def _what_to_do(found: Drift) -> str:
    if found.verdict == "alike":
        return ("How right the model is was not looked at: for a figure that you cite, check a "
                f"sample with {_CHECK}.")  # fmt: skip
    if found.verdict == "small":
        return f"Before you cite figures, see whether it matters: check a sample with {_CHECK}."
    return ("What was measured on the others may not hold here. Label 100 statements of the new "
            f"ones with {_CHECK} before you cite figures, and give its --json to `stance summarize "
            "--confusion`.")  # fmt: skip


def _sentence(m: Measure, found: Drift) -> str | None:
    how = {
        "words": _words, "meaning": _meaning, "confidence": _confidence, "abstained": _abstained,
        "labels": _labels, "off topic": _off_topic, "kinds": _kinds, "languages": _languages,
        "lengths": _lengths,
    }  # fmt: skip
    sentence: Callable[[Measure, Drift], str] | None = how.get(m.name)
    if m.name == "confidence spread":
        mean = found.measure("confidence")
        if mean is None or not mean.beyond_chance:
            return "Sure and unsure answers are otherwise spread, though their mean is alike."
    return sentence(m, found) if sentence else None


def _words(m: Measure, found: Drift) -> str:
    def listed(words: Sequence[Moved]) -> str:
        return ", ".join(f"'{moved.word}'" for moved in words[:6])

    return (f"They use {_much(m)}other words: more {listed(found.more)}; fewer "
            f"{listed(found.less)}.")  # fmt: skip


def _meaning(m: Measure, _: Drift) -> str:
    return f"They speak of {_much(m)}other things, or otherwise (by their embeddings)."


def _confidence(m: Measure, _: Drift) -> str:
    a, b = _only(m.first), _only(m.second)
    figures = f"{_percent(b)} on average, against {_percent(a)}"
    if b < a:
        return (f"The model is less sure of them ({figures}): expect {100 * (a - b):.0f} more "
                "mistakes in 100 where its probabilities hold.")  # fmt: skip
    return (f"The model is surer of them ({figures}). That is no proof that it is right: on "
            "unfamiliar text a model can be surely wrong.")  # fmt: skip


def _abstained(m: Measure, _: Drift) -> str:
    return (f"The model abstains on {_percent(_only(m.second))} of them, against "
            f"{_percent(_only(m.first))}.")  # fmt: skip


def _labels(m: Measure, _: Drift) -> str:
    return (f"The labels differ: {_shares(m)}. That may be so, or come of mistakes on unfamiliar "
            "text: only checked quotes can tell.")  # fmt: skip


def _off_topic(m: Measure, _: Drift) -> str:
    a, b = _only(m.first), _only(m.second)
    more = "Look whether the articles are about conflicts at all." if b > a else ""
    return f"{_percent(b)} are off topic, against {_percent(a)}. {more}".strip()


def _kinds(m: Measure, _: Drift) -> str:
    return f"They quote in other ways: {_shares(m)}."


def _languages(m: Measure, _: Drift) -> str:
    return f"Articles are in other languages: {_shares(m)}."


def _lengths(m: Measure, _: Drift) -> str:
    a, b = (list((figures or {}).values()) for figures in (m.first, m.second))
    return (f"Their quotes are of {_much(m)}other lengths: half have {b[0]:.0f} to {b[2]:.0f} "
            f"words, against {a[0]:.0f} to {a[2]:.0f}.")  # fmt: skip


def _much(m: Measure) -> str:
    return "" if m.large else "somewhat "


def _only(figures: Mapping[str, float] | None) -> float:
    return next(iter((figures or {}).values()), 0.0)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _shares(m: Measure) -> str:
    """Return the two kinds whose shares moved most, with both shares."""
    a, b = m.first or {}, m.second or {}
    kinds = sorted(a, key=lambda kind: -abs(a[kind] - b[kind]))[:2]
    return ", ".join(f"{kind} {_percent(b[kind])} against {_percent(a[kind])}" for kind in kinds)
