"""The road from an article to its quotes, by rules alone."""

from collections.abc import Callable
from typing import Any

from stance.quotes.clauses import clause_contents
from stance.quotes.confidence import confidence
from stance.quotes.contents import Found
from stance.quotes.cues import Cue, find_cues
from stance.quotes.names import Cast, build_cast
from stance.quotes.offices import Office
from stance.quotes.phrases import Phrase
from stance.quotes.quotations import tagged
from stance.quotes.remarks import Remark, full_name, remarks
from stance.quotes.roles import Roles
from stance.quotes.speakers import Resolved, Resolver
from stance.quotes.targets import Said, Target, Targets
from stance.quotes.tokens import Doc, read
from stance.quotes.untagged import untagged
from stance.records import Article, Quote, quote_id

Finder = Callable[[Doc, list[Cue]], list[Found]]


def by_rules(article: Article, *, find: Finder | None = None) -> list[Quote]:
    """Return the quotes of `article` in reading order; `find` is another `find_contents`."""
    doc = read(article.text)
    if not doc.words:
        return []
    cast = build_cast(doc)
    own = remarks(doc, cast)
    if own:
        roles = Roles(doc, cast)
        targets = Targets(doc, cast)
        return [
            _remark_row(article, doc, remark, roles.of(remark.name, remark.kind), targets)
            for remark in own
        ]
    cues = find_cues(doc)
    found = (find or find_contents)(doc, cues)
    return to_quotes(article, doc, found, cast)


def find_contents(doc: Doc, cues: list[Cue]) -> list[Found]:
    """Return all attributed contents; speakers are still phrases, groups still indices."""
    done, used, covered = tagged(doc, cues)
    taken = sorted((f.start, f.end) for f in done.values())
    clauses = clause_contents(doc, [c for c in cues if c.verb not in used], taken)
    clauses += untagged(doc, done, covered, clauses, cues)
    found: list[Found] = []
    order: dict[int, int] = {}
    for n in sorted(done):
        item = done[n]
        if item.group >= 0:
            item.group = order.get(item.group, -1)
        order[n] = len(found) if item.group < 0 else item.group
        found.append(item)
    for item in clauses:  # their groups count from the first clause
        if item.group >= 0:
            item.group += len(found)
    return found + clauses


def to_quotes(article: Article, doc: Doc, found: list[Found], cast: Cast) -> list[Quote]:
    """Resolve the speakers in reading order and build the rows."""
    resolver, roles = Resolver(doc, cast), Roles(doc, cast)
    targets = Targets(doc, cast)
    groups = [quote_id(article.id, f.start, f.end) for f in found]
    rows = []
    last: tuple[Phrase | None, Resolved] = (None, Resolved(None, None))
    resolved: dict[tuple[int, int], Resolved] = {}
    for n in sorted(range(len(found)), key=lambda n: found[n].start):
        item = found[n]
        phrase = item.speaker
        if item.rule == "handover":
            phrase, who = last
        elif phrase is not None and (phrase.first, phrase.last) in resolved:
            who = resolved[phrase.first, phrase.last]
        else:
            who = resolver.resolve(phrase)
            if phrase is not None:
                resolved[phrase.first, phrase.last] = who
        if item.rule == "labelled" and phrase is not None:
            who = Resolved(full_name(resolver.phrase_text(phrase), cast), "person")
        if phrase is not None:
            if who.kind in ("person", "unnamed"):
                last = (phrase, who)
            resolver.last_speakers.append((phrase.first, who))
        rows.append(
            _row(
                article,
                doc,
                item,
                phrase,
                who,
                roles.of(who.name, who.kind),
                targets,
                groups[item.group] if item.group >= 0 else groups[n],
            )
        )
    return rows


def _row(
    article: Article,
    doc: Doc,
    item: Found,
    phrase: Phrase | None,
    who: Resolved,
    office: Office,
    targets: Targets,
    group: str,
) -> Quote:
    first, last = doc.token_range(item.start, item.end)
    context_start, context_end = context(doc, item.start, item.end, first, last)
    target = targets.of(
        Said(
            first, last, context_start, item.cue, item.kind, who.name, who.kind,
            office.country, (phrase.first, phrase.last) if phrase else None,
        )
    )  # fmt: skip
    speaker = (doc.starts[phrase.first], doc.ends[phrase.last - 1]) if phrase else None
    if speaker and phrase and phrase.sort == "pronoun" and "'" in doc.lower[phrase.first]:
        speaker = speaker[0], speaker[0] + doc.lower[phrase.first].index("'")  # "she's"
    cue = (doc.starts[item.cue[0]], doc.ends[item.cue[1] - 1]) if item.cue else None
    text = doc.text
    return Quote(
        article=article.id, start=item.start, end=item.end, text=text[item.start : item.end],
        kind=item.kind, group=group, attribution=item.attribution,
        context=text[context_start:context_end],
        context_start=context_start, context_end=context_end,
        cue=text[cue[0] : cue[1]] if cue else None,
        cue_start=cue[0] if cue else None, cue_end=cue[1] if cue else None,
        speaker=who.name, speaker_kind=who.kind,
        speaker_role=office.role, speaker_country=office.country,
        speaker_mention=text[speaker[0] : speaker[1]] if speaker else None,
        speaker_start=speaker[0] if speaker else None, speaker_end=speaker[1] if speaker else None,
        **_target(target, text),
        found_by=item.rule, confidence=confidence(item.rule),
    )  # fmt: skip


def _target(target: Target, text: str) -> dict[str, Any]:
    if target.name is None:
        return {}
    return {
        "target": target.name, "target_country": target.country, "target_start": target.start,
        "target_end": target.end, "target_mention": text[target.start : target.end],
    }  # fmt: skip


def context(doc: Doc, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Return the slice with the sentences that hold `start:end` and one before and after.

    `first:last` are the tokens that touch `start:end`.
    """
    a = max(0, doc.sent[min(first, len(doc.sent) - 1)] - 1)
    b = min(len(doc.sentences) - 1, doc.sent[max(first, last - 1)] + 1)
    return min(start, doc.sentences[a][0]), max(end, doc.sentences[b][1])


def _remark_row(
    article: Article, doc: Doc, remark: Remark, office: Office, targets: Targets
) -> Quote:
    first, last = doc.token_range(remark.start, remark.end)
    context_start, context_end = context(doc, remark.start, remark.end, first, last)
    said = Said(
        first, last, context_start, None, "remark", remark.name, remark.kind,
        office.country, doc.token_range(remark.mention_start, remark.mention_end),
    )  # fmt: skip
    text = doc.text
    return Quote(
        article=article.id, start=remark.start, end=remark.end,
        text=text[remark.start : remark.end], kind="remark",
        group=quote_id(article.id, remark.start, remark.end),
        context=text[context_start:context_end],
        context_start=context_start, context_end=context_end,
        speaker=remark.name, speaker_kind=remark.kind,
        speaker_role=office.role, speaker_country=office.country,
        speaker_mention=text[remark.mention_start : remark.mention_end],
        speaker_start=remark.mention_start, speaker_end=remark.mention_end,
        **_target(targets.of(said), text),
        found_by=remark.rule, confidence=confidence(remark.rule),
    )  # fmt: skip
