"""Which items of the input still need a part: what is done is checked and skipped."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from stance.articles import InputFailure
from stance.errors import UsageError
from stance.records import Article
from stance.scoring.admission import Admission, Admitted, digest_of
from stance.scoring.blocks import Block, cut
from stance.scoring.folder import Record, input_hash
from stance.scoring.hashing import HashIndex
from stance.scoring.options import ScoreOptions

Item = Article | InputFailure


class Plan:
    """The parts that are done, by their first item, and the blocks of those to do.

    Without `append` the input must begin with what is done: each done part's items are read
    again and compared. With it, items that are known by their content are passed over, and
    the new ones go on after the last part. `complete_at` is the number of items of a run that
    came to its end.
    """

    def __init__(
        self,
        done: dict[int, int],
        load: Callable[[int], Record],
        *,
        options: ScoreOptions,
        append: bool,
        complete_at: int | None = None,
    ) -> None:
        self._done, self._load = done, load
        self._options, self._append, self._complete_at = options, append, complete_at
        self._admission = Admission(english_only=options.english_only)

    def blocks(self, items: Iterable[Item]) -> Iterator[Block]:
        """Yield the blocks that are still to be scored."""
        stream = iter(self._unknown(items) if self._append else items)
        starts = sorted(self._done)
        position = part = 0
        while True:
            if position in self._done:
                record = self._load(position)
                if not self._append:
                    self._check(record, list(islice(stream, record.count)))
                for name, _, mark in record.articles:
                    if name is not None:
                        self._admission.restore(name, mark)
                position += record.count
                continue
            stop = next((start for start in starts if start > position), None)
            room = None if stop is None else stop - position
            taken = 0
            for block in cut(self._admitted(stream, position, room), options=self._options,
                             first=position, part=part):  # fmt: skip
                taken, part = taken + len(block.items), block.part + 1
                yield block
            position += taken
            if taken != room:
                break
        left = [start for start in starts if start >= position]
        if left:
            raise UsageError(
                f"the input ends after {position:,} articles, but the folder holds later ones "
                f"(from number {left[0]:,}); give the same input as before, or another --out"
            )

    def _admitted(
        self, stream: Iterator[Item], position: int, room: int | None
    ) -> Iterator[Admitted]:
        for number, item in enumerate(islice(stream, room), position):
            if not self._append and self._complete_at is not None and number >= self._complete_at:
                name = item.id if isinstance(item, Article) else item.where
                raise UsageError(
                    "the input holds more than the folder's complete run "
                    f"(first new article: {name}); add --append to score what is new"
                )
            yield self._admission.admit(item)

    def _check(self, record: Record, items: list[Item]) -> None:
        if len(items) == record.count:
            if input_hash(map(digest_of, items)) == record.input:
                return
            what = "differs from"
        else:
            what = "is shorter than"
        raise UsageError(
            f"the input {what} what {record.name} of the folder was made from; give the same "
            "input as before, --append for an input that has grown, or another --out"
        )

    def _unknown(self, items: Iterable[Item]) -> Iterator[Item]:
        known = HashIndex()
        for start in sorted(self._done):
            for _, digest, _ in self._load(start).articles:
                known.put(digest, (known.get(digest) or 0) + 1)
        for item in items:
            digest = digest_of(item)
            times = known.get(digest)
            if times:
                known.put(digest, times - 1)
            else:
                yield item
