"""Scores and articles of an invented dispute, for tests of reports and for their documentation."""

import random
from datetime import date, timedelta

from stance.records import quote_id

LABELS = ("escalatory", "neutral", "de-escalatory")
SPEAKERS = (
    ("Ada Lund", "foreign minister", "Norland", (5, 3, 2)),
    ("Otto Varga", "president", "Sudmark", (7, 2, 1)),
    ("Ines Marlow", "mediator", None, (0, 3, 7)),
    ("Teodor Brandt", "admiral", "Norland", (8, 2, 0)),
    ("Mira Solberg", "trade minister", "Sudmark", (1, 4, 5)),
    ("Harbour Council", None, None, (1, 8, 1)),
    ("Pavel Orsini", "spokesman", "Sudmark", (4, 5, 1)),
    (None, None, None, (2, 6, 2)),
)
SAID = {
    "escalatory": (
        "We will close the strait to every ship that flies their flag.",
        "If they land on the island, they will pay for every metre of it.",
        "There is nothing left to discuss with a government that breaks its word.",
        "The fleet has its orders, and it will carry them out.",
        "Their so-called survey is a provocation, and we will answer it in kind.",
    ),
    "neutral": (
        "The delegations will meet again on Thursday.",
        "We have seen the note and are studying it.",
        "The ferry line carried nine thousand passengers last month.",
        "I cannot say how long the inspection will take.",
    ),
    "de-escalatory": (
        "We are ready to open the fishing grounds to both sides while talks go on.",
        "Nobody here wants a war over a lighthouse.",
        "I welcome the release of the crew as a step towards calm.",
        "We ask both governments to pull back their patrols and to come to the table.",
    ),
}
ASIDE = "The harvest festival in Port Arlen begins on Saturday."
FILLERS = (
    "The strait between the two countries is eleven kilometres wide at its narrowest point.",
    "Fishing boats from both sides stayed in harbour for the third day.",
    "Markets in the capital were calm on the news.",
)
SOURCES = ("The Norland Courier", "Sudmark Daily", "Strait Wire")


def made_row(article, start, text, label, *, context="", context_start=0, **more):
    """One row of `stance score`, sure of its label by 80 of 100."""
    chances = {f"stance_p_{x}": 0.8 if x == label else 0.1 for x in LABELS}
    quote = quote_id(ascii(article), start, start + len(text))
    return {
        "article": article, "quote": quote, "group": quote, "start": start,
        "end": start + len(text), "text": text, "kind": "direct", "context": context or text,
        "context_start": context_start if context else start, "speaker": "Ada Lund",
        "speaker_role": None, "speaker_country": None, "stance": label,
        "stance_confidence": 0.8, **chances, "stance_abstained": False,
        "sentiment": "negative", "sentiment_p_negative": 0.7, "sentiment_p_neutral": 0.2,
        "sentiment_p_positive": 0.1, "relevance": "relevant", "relevance_p_relevant": 0.9,
        "relevance_p_off-topic": 0.1, "truncated": False, "model": "made",
        "date": "2024-03-02", "source": "Strait Wire", "title": f"Article {article}",
        "duplicate_of": None, "url": f"https://news.example/{article}", **more,
    }  # fmt: skip


def made_scores(articles=24, quotes=8, seed=7, crowd=0):
    """Rows and texts by id; `crowd` more speakers are named now and then."""
    rng = random.Random(seed)
    rows, texts = [], {}
    for n in range(articles):
        ident, day = f"a{n}", date(2024, 1, 8) + timedelta(days=rng.randrange(300))
        source = rng.choice(SOURCES)
        title = f"{rng.choice(('Tension', 'Quiet', 'Talks', 'Patrols'))} in the strait, day {n + 1}"
        text, found = "", []
        for _ in range(quotes):
            name, role, country, weights = rng.choice(SPEAKERS)
            if crowd and rng.random() < 0.5:
                name, role, country = f"Witness {rng.randrange(crowd)}", None, None
            label = rng.choices(LABELS, weights)[0]
            aside = rng.random() < 0.08
            said = ASIDE if aside else rng.choice(SAID[label])
            start = len(text) + 1
            text += f"“{said}” said {name or 'a bystander'}. {rng.choice(FILLERS)}\n\n"
            found.append((start, said, "neutral" if aside else label, aside, name, role, country))
        for start, said, label, aside, name, role, country in found:
            unsure = rng.random() < 0.07
            sure = round(0.42 if unsure else rng.uniform(0.55, 0.97), 3)
            low, high = text.rfind("\n\n", 0, start) + 1, text.find("\n\n", start)
            low = max(low, 0)
            row = made_row(
                ident, start, said, None if unsure else label, context=text[low:high],
                context_start=low, speaker=name, speaker_role=role, speaker_country=country,
                date=day.isoformat(), source=source, title=title, stance_abstained=unsure,
                relevance="off-topic" if aside else "relevant",
            )  # fmt: skip
            others = [x for x in LABELS if x != label]
            row.update({f"stance_p_{label}": sure, f"stance_p_{others[0]}": (1 - sure) * 0.7,
                        f"stance_p_{others[1]}": (1 - sure) * 0.3})  # fmt: skip
            row["relevance_p_off-topic"] = 0.88 if aside else 0.06
            row["relevance_p_relevant"] = 1 - row["relevance_p_off-topic"]
            if label == "escalatory" and not aside:
                words = [(w, 0.9 - 0.2 * k) for k, w in enumerate(said.rstrip(".").split()[-3:])]
                row["explanation"] = {"words": [{"text": w, "weight": x} for w, x in words]}
            rows.append(row)
        texts[ident] = text
    return rows, texts
