"""The road from an article to its quotes, by rules alone."""

from stance.quotes.clauses import clause_contents, content
from stance.quotes.contents import Found, tag_after, tag_before, trimmed
from stance.quotes.cues import Cue, find_cues, sentence_subject
from stance.quotes.phrases import Phrase
from stance.quotes.speakers import Resolved, Resolver
from stance.quotes.tokens import Doc, read
from stance.records import Article, Quote, quote_id


def by_rules(article: Article) -> list[Quote]:
    """Return the quotes of `article` in reading order."""
    doc = read(article.text)
    if not doc.words:
        return []
    cues = find_cues(doc)
    found = find_contents(doc, cues)
    return to_quotes(article, doc, found)


def find_contents(doc: Doc, cues: list[Cue]) -> list[Found]:
    """Return all attributed contents, in reading order; speakers still phrases."""
    by_verb = {cue.verb: cue for cue in cues}
    found: list[Found] = []
    used: set[int] = set()
    done: dict[int, Found] = {}
    stretches = doc.stretches
    for n, stretch in enumerate(stretches):
        p = doc.para[doc.token_at(stretch.start)]
        para_low = doc.token_at(doc.paragraphs[p][0])
        para_high = doc.token_at(doc.paragraphs[p][1])
        following = stretches[n + 1] if n + 1 < len(stretches) else None
        preceding = stretches[n - 1] if n else None
        high = para_high
        if following is not None and following.outer_start < doc.paragraphs[p][1]:
            high = doc.token_at(following.outer_start)
        low = para_low
        if preceding is not None and preceding.outer_end > doc.paragraphs[p][0]:
            low = doc.token_at(preceding.outer_end - 1) + 1
        start, end = trimmed(doc, stretch)
        after = tag_after(doc, stretch, by_verb, high)
        sent_low = max(low, doc.sentence_first[doc.sent[doc.token_at(stretch.outer_start)]])
        before = None
        if sent_low < doc.token_at(stretch.outer_start):
            before = tag_before(doc, stretch, by_verb, sent_low)
        tag = before or after
        if tag is None and stretch.continued and n - 1 in done:
            first = done[n - 1]
            item = Found(start, end, "direct", "continued", None, first.speaker, n - 1)
            done[n] = item
            item.cue = first.cue
            continue
        if tag is None:
            continue
        if tag is after and _mid_sentence(doc, stretch, low):
            continue  # the tag closes a mixed sentence: a clause content
        used.update(range(tag.cue_first, tag.cue_last))
        done[n] = Found(start, end, "direct", tag.rule, (tag.cue_first, tag.cue_last), tag.speaker)
    clauses = clause_contents(
        doc, [c for c in cues if c.verb not in used], sorted((f.start, f.end) for f in done.values())
    )
    covered = {
        n
        for n in range(len(stretches))
        for c in clauses
        if c.start <= stretches[n].start and stretches[n].end <= c.end
    }
    clauses += _untagged(doc, done, covered, clauses)
    order: dict[int, int] = {}
    for n in sorted(done):
        item = done[n]
        if item.group >= 0:
            item.group = order.get(item.group, -1)
        order[n] = len(found) if item.group < 0 else item.group
        found.append(item)
    found.extend(clauses)
    return found


def _mid_sentence(doc: Doc, stretch, low: int) -> bool:
    i = doc.token_at(stretch.outer_start)
    first = doc.sentence_first[doc.sent[i]]
    k = max(low, first)
    words = [w for w in doc.lower[k:i] if w[0].isalnum()]
    return len(words) > 1 and not doc.text[stretch.start].isupper()


def _untagged(
    doc: Doc, done: dict[int, Found], covered: set[int], clauses: list[Found]
) -> list[Found]:
    """Give quotations without a tag of their own the speaker that the text hands over.

    Whole ones go into `done`; returned are the mixed sentences around fragments.
    """
    mixed: list[Found] = []
    spoken = {doc.sent[doc.token_at(f.start)]: f for f in clauses}
    for n, item in done.items():
        spoken[doc.sent[doc.token_at(item.start)]] = item
    for n, stretch in enumerate(doc.stretches):
        if n in done or n in covered:
            continue
        start, end = trimmed(doc, stretch)
        words = doc.text[start:end].count(" ") + 1
        first = doc.text[start : start + 1]
        token = doc.token_at(stretch.outer_start)
        sentence = doc.sent[token]
        at_start = token == doc.sentence_first[sentence]
        full = (first.isupper() or first in "[.…") and (words >= 4) and at_start
        previous = done.get(n - 1)
        same = previous is not None and doc.para[doc.token_at(doc.stretches[n - 1].start)] == doc.para[token]
        if same and (full or words >= 5):
            done[n] = Found(start, end, "direct", "same-paragraph", previous.cue, previous.speaker, n - 1)
        elif full:
            done[n] = Found(start, end, "direct", "handover", None, None)
        else:
            before = spoken.get(sentence - 1)
            same = sentence > 0 and doc.para[doc.sentence_first[sentence - 1]] == doc.para[token]
            speaker = before.speaker if before is not None and same else None
            if speaker is None and same:
                low = doc.sentence_first[sentence - 1]
                speaker = sentence_subject(doc, token, low)
                if speaker is not None and speaker.sort != "name":
                    speaker = None
            if speaker is None or not same:
                continue
            a, b = doc.sentence_tokens(sentence)
            item = content(doc, a, b, "free-fragment", Cue(a, a, a, "", "", a), speaker)
            if item is not None and not any(f.start < item.end and item.start < f.end for f in mixed[-1:] + list(done.values())):
                item.cue = None
                mixed.append(item)
                spoken[sentence] = item
    return mixed


def to_quotes(article: Article, doc: Doc, found: list[Found]) -> list[Quote]:
    """Resolve the speakers in reading order and build the rows."""
    resolver = Resolver(doc)
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
                groups[item.group] if item.group >= 0 else groups[n],
            )
        )
    return rows


def _row(
    article: Article, doc: Doc, item: Found, phrase: Phrase | None, who: Resolved, group: str
) -> Quote:
    context_start, context_end = context(doc, item.start, item.end)
    speaker = (doc.starts[phrase.first], doc.ends[phrase.last - 1]) if phrase else None
    cue = (doc.starts[item.cue[0]], doc.ends[item.cue[1] - 1]) if item.cue else None
    text = doc.text
    return Quote(
        article=article.id, start=item.start, end=item.end, text=text[item.start : item.end],
        kind=item.kind, group=group, attribution=item.attribution,
        context=text[context_start:context_end], context_start=context_start, context_end=context_end,
        cue=text[cue[0] : cue[1]] if cue else None,
        cue_start=cue[0] if cue else None, cue_end=cue[1] if cue else None,
        speaker=who.name, speaker_kind=who.kind,
        speaker_mention=text[speaker[0] : speaker[1]] if speaker else None,
        speaker_start=speaker[0] if speaker else None, speaker_end=speaker[1] if speaker else None,
        found_by=item.rule, confidence=0.8,
    )  # fmt: skip


def context(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Return the slice with the sentences that hold `start:end` and one before and after."""
    first, last = doc.token_range(start, end)
    a = max(0, doc.sent[min(first, len(doc.sent) - 1)] - 1)
    b = min(len(doc.sentences) - 1, doc.sent[max(first, last - 1)] + 1)
    return min(start, doc.sentences[a][0]), max(end, doc.sentences[b][1])
