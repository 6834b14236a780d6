"""Shares and index of the groups of one cell, by one method, with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stance.aggregate import prevalence, sampling
from stance.aggregate.confusion import Confusion
from stance.aggregate.groups import Group
from stance.evaluation.resampling import Estimate, Floats, Ints, percentile_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Shares of all labels, the index of their two ends (None where a task has none)."""

    index: Estimate | None
    shares: Mapping[str, Estimate]
    resampled: str


def answers_of(groups: Sequence[Group], labels: Sequence[str]) -> tuple[list[str], Ints]:
    """Return articles and label codes of the groups that are answered, or would be."""
    pairs = [(g.article, code) for g in groups if (code := top(g, labels)) is not None]
    return [article for article, _ in pairs], np.array([c for _, c in pairs], dtype=np.int64)


def top(group: Group, labels: Sequence[str]) -> int | None:
    """Return the place of a group's label, of an abstained one's most probable label."""
    if group.label is not None:
        return labels.index(group.label)
    return None if group.chances is None else int(np.argmax(group.chances))


class Estimator:
    """One method for all cells, so that the doubt about the classifier is drawn once for all.

    `ends` are the labels that count +1 and -1 in the index, or none; `likeness` is that of the
    labels within an article.
    """

    def __init__(
        self, labels: Sequence[str], ends: Sequence[str], *, method: str,
        matrix: Confusion | None, likeness: float, n_boot: int, seed: int, coverage: float,
    ) -> None:  # fmt: skip
        self.labels, self.method, self.likeness = tuple(labels), method, likeness
        self.n_boot, self.coverage = n_boot, coverage
        self.rng = np.random.default_rng(seed)
        self.signs = np.array([(x in ends[:1]) - float(x in ends[1:]) for x in self.labels])
        if matrix is not None:
            self.gold = matrix.gold
            self.rates, self.drawn_rates = matrix.rates, matrix.draw_rates(n_boot, self.rng)
            self.unmixing = prevalence.unmix(self.rates)
            self.drawn_unmixing = prevalence.unmix(self.drawn_rates)
            self.drawn_gold = matrix.draw_gold(n_boot, self.rng)

    def estimates(self, groups: Sequence[Group]) -> Estimates | None:
        """Return the estimates of one cell; None where no group can be used."""
        used = [
            g
            for g in groups
            if g.label is not None or (self.method != "none" and g.chances is not None)
        ]
        if not used:
            return None
        units = self._units(used)
        if self.method == "none":
            value, draws = self._counted(used, groups, units)
        else:
            value, drawn = (self._adjusted if self.method == "adjusted" else self._em)(used, units)
            draws = [drawn]
        shares = {
            label: self._estimate(float(value[n]), [d[:, n] for d in draws])
            for n, label in enumerate(self.labels)
        }
        index = None
        if self.signs.any():
            index = self._estimate(float(value @ self.signs), [d @ self.signs for d in draws])
        return Estimates(index=index, shares=shares, resampled=units.resampled)

    def _counted(
        self, used: Sequence[Group], every: Sequence[Group], units: sampling.Units
    ) -> tuple[Floats, list[Floats]]:
        onehot = self._onehot(used)
        draws = sampling.draw_shares([onehot], units, self.n_boot, self.rng)
        if all(g.chances is not None for g in every):
            chances = np.array([g.chances for g in every])
            draws += sampling.draw_shares([chances], self._units(every), self.n_boot, self.rng)
        return np.asarray(onehot.mean(0)), draws

    def _units(self, groups: Sequence[Group]) -> sampling.Units:
        return sampling.units_of_cell([g.article for g in groups], self.likeness)

    def _onehot(self, groups: Sequence[Group]) -> Floats:
        codes = [top(g, self.labels) for g in groups]
        return np.eye(len(self.labels))[np.array(codes, dtype=np.int64)]

    def _adjusted(self, used: Sequence[Group], units: sampling.Units) -> tuple[Floats, Floats]:
        """Correct what the model answered; labels set by hand are added as they are."""
        onehot, certain = self._onehot(used), np.array([g.certain for g in used])
        answers, known = onehot * ~certain[:, None], onehot * certain[:, None]
        if certain.all():
            (drawn,) = sampling.draw_shares([onehot], units, self.n_boot, self.rng)
            return np.asarray(onehot.mean(0)), drawn
        value = self._unmixed(answers.sum(0)[None], self.rates, self.unmixing) + known.sum(0)
        drawn, by_hand = sampling.draw_sums([answers, known], units, self.n_boot, self.rng)
        total = self._unmixed(drawn, self.drawn_rates, self.drawn_unmixing) + by_hand
        return value[0] / value.sum(), total / total.sum(1, keepdims=True)

    @staticmethod
    def _unmixed(sums: Floats, rates: Floats, unmixing: Floats) -> Floats:
        """Return sums (b, k) of answers as sums of labels with the same totals."""
        whole = sums.sum(1, keepdims=True)
        return np.asarray(whole * prevalence.adjusted_count(sums / whole, rates, unmixing))

    def _em(self, used: Sequence[Group], units: sampling.Units) -> tuple[Floats, Floats]:
        chances, k = np.array([g.chances for g in used]), len(self.labels)
        weights = sampling.draw_weights(units, self.n_boot, self.rng).T[units.codes]
        unseen = sampling.draw_unseen(units, self.n_boot, k, self.rng).T
        value = prevalence.em_prior_shift(chances, self.gold)[0]
        # A share that is exactly 0 would stay 0; and draws need no more digits than they scatter.
        start = 0.98 * value + 0.02 / k
        drawn = prevalence.em_prior_shift(
            np.vstack([chances, np.eye(k)]), self.drawn_gold, np.vstack([weights, unseen]),
            start=start, small_step=1e-4,
        )  # fmt: skip
        return value, drawn

    def _estimate(self, value: float, draws: Sequence[Floats]) -> Estimate:
        """Return the figure with the interval that spans those of all `draws`, and itself."""
        bounds = [percentile_interval(d, coverage=self.coverage) for d in draws]
        low = min(value, *(b for b, _ in bounds if b is not None))
        high = max(value, *(b for _, b in bounds if b is not None))
        return Estimate(value=value, low=low, high=high)
