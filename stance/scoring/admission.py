"""What happens to an item before scoring: its id made unique, copies and languages marked."""

import json
import re
from dataclasses import dataclass, replace

from stance.articles import InputFailure, is_english
from stance.records import Article
from stance.scoring.duplicates import DuplicateIndex, signature
from stance.scoring.hashing import HashIndex, hash64

_NUMBERED = re.compile(r"(.*)#(\d+)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An item of the input with what only its predecessors can tell.

    `digest` names the content as it came, before its id was made unique; `signature` is None
    for failures, and `duplicate_of` is the id of the article that this one copies.
    """

    item: Article | InputFailure
    digest: int
    signature: bytes | None = None
    duplicate_of: str | None = None


class Admission:
    """Goes through the input in order and remembers, compactly, what it has seen."""

    def __init__(self, *, english_only: bool = True) -> None:
        self._english_only = english_only
        self._ids = HashIndex()
        self._duplicates = DuplicateIndex()

    def admit(self, item: Article | InputFailure) -> Admitted:
        """Return `item` with a unique id; one that is not English becomes a failure.

        The second article with the id "a" is called "a#2", the third "a#3".
        """
        digest = digest_of(item)
        if isinstance(item, InputFailure):
            return Admitted(item=item, digest=digest)
        item = replace(item, id=self._unique(item.id))
        if self._english_only and not is_english(item.text):
            reason = "not English; only English articles are scored"
            failure = InputFailure(
                where=item.id, article=item.id, reason=reason, kind="not-English"
            )
            return Admitted(item=failure, digest=digest)
        mark = signature(item.text)
        original = self._duplicates.find_or_add(item.id, mark)
        return Admitted(item=item, digest=digest, signature=mark, duplicate_of=original)

    def restore(self, article_id: str, mark: bytes | None) -> None:
        """Take in an article that an earlier run admitted, by its unique id and signature."""
        self._ids.put(hash64(article_id), 1)
        numbered = _NUMBERED.fullmatch(article_id)
        if numbered and self._ids.get(hash64(numbered[1])) is not None:
            self._ids.put(hash64(numbered[1]), int(numbered[2]))
        if mark is not None:
            self._duplicates.find_or_add(article_id, mark)

    def _unique(self, article_id: str) -> str:
        key, name = hash64(article_id), article_id
        seen = self._ids.get(key) or 0
        while seen:
            seen += 1
            name = f"{article_id}#{seen}"
            if self._ids.get(hash64(name)) is None:
                self._ids.put(key, seen)
                break
        self._ids.put(hash64(name), 1)
        return name


def digest_of(item: Article | InputFailure) -> int:
    """Return 64 bits that name what came in: the same content has the same digest."""
    if isinstance(item, InputFailure):
        return hash64("failure", item.article or "", item.kind, item.reason)
    fields = (item.id, item.text, item.title, item.date_original, item.source, item.url)
    extra = json.dumps(item.extra, ensure_ascii=False, sort_keys=True, default=str)
    return hash64("article", *(field or "" for field in fields), extra)
