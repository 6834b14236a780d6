"""The tagger: pieces and windows, gold, spans kept whole, what joins with the rules, training."""

import json
from pathlib import Path

import numpy as np
import pytest
from tiny_encoders import write_encoder

from stance.errors import ConfigError, DataError, ModelError, UsageError
from stance.quotes import DEFAULT_ENGINE, extract
from stance.quotes.cues import find_cues
from stance.quotes.tokens import read
from stance.records import Article
from stance.tagger.gold import Attribution, Marked, read_brat, read_contexts
from stance.tagger.join import find_joined
from stance.tagger.pieces import plain_marks, windows
from stance.tagger.reading import CONTENT, CUE, SOURCE, Reading, _best_path
from stance.tagger.targets import gold_of
from stance.tagger.whole import whole_spans

TEXT = (
    "“We will not leave the valley,” General Ada Lund said. She believes that the talks in "
    "Veltria were a trap.\n\nOstran's ministry called the march “a reckless step” toward war."
)


class Words:
    """A tokenizer that makes a word of each run of letters and each mark."""

    def encode_batch(self, texts, add_special_tokens):
        assert add_special_tokens is False
        return [_Encoded(text) for text in texts]


class _Encoded:
    def __init__(self, text):
        import re

        self.offsets = [m.span() for m in re.finditer(r"\w+|[^\w\s]", text)]
        self.ids = [100 + k for k in range(len(self.offsets))]


def pieces_of(text):
    from stance.tagger.pieces import to_pieces

    doc = read(text)
    return doc, to_pieces(doc, Words())


def span_of(doc, words):
    start = doc.text.index(words)
    return doc.token_range(start, start + len(words))


def reading_of(text, contents=(), cues=(), sources=(), links=()):
    """A reading whose network is sure: `links` maps contents to their source."""
    doc, pieces = pieces_of(text)
    parts = windows(doc, pieces, own=400, before=0)
    length = len(parts[0].places)
    answer = np.zeros((length, 9 + 4), dtype=np.float32)
    answer[:, [0, 3, 6]] = 8.0
    place = {p: n for n, p in enumerate(parts[0].places) if p >= 0}
    for role, several in ((CONTENT, contents), (CUE, cues), (SOURCE, sources)):
        for words in several:
            first, last = span_of(doc, words)
            inside = [i for i, w in enumerate(pieces.words) if first <= w < last]
            for n, i in enumerate(inside):
                answer[place[i], 3 * role : 3 * role + 3] = [0, 8, 0] if n == 0 else [0, 0, 8]
    answer[:, 10] = -1.0  # keys: nobody is pointed to ...
    for content, source in links:
        for words, column, value in ((content, 9, 20.0), (source, 10, 1.0)):
            first, last = span_of(doc, words)
            for i, w in enumerate(pieces.words):
                if first <= w < last:
                    answer[place[i], column] = value  # ... but by these, this one
    return doc, Reading(doc, pieces, parts, [answer], width=1)


def test_marks_of_all_fashions_are_written_as_one_and_the_length_is_kept():
    text = "''We march,'' she said. He said: \"No.\" «Never», they say."
    assert plain_marks(read(text)) == "“ We march,”  she said. He said: “No.” “Never”, they say."


def test_each_piece_is_in_the_own_part_of_exactly_one_window():
    doc, pieces = pieces_of("\n\n".join([TEXT] * 9))
    parts = windows(doc, pieces, own=30, before=8)
    assert [i for w in parts for i in range(w.first, w.last)] == list(range(len(pieces.ids)))
    assert all(w.last - w.first <= 30 and w.first - w.begin <= 8 for w in parts)
    assert len(parts) > 9


def test_paragraphs_are_set_apart_by_a_special_place():
    doc, pieces = pieces_of("One here.\n\nTwo there.")
    (only,) = windows(doc, pieces, own=30, before=8)
    assert only.places == [-1, 0, 1, 2, -1, 3, 4, 5, -1]


def test_a_piece_tells_whether_it_is_capitalised_and_whether_it_is_quoted():
    _, pieces = pieces_of("“We march,” Lund said.")
    assert pieces.types == [2, 3, 2, 2, 2, 1, 0, 0]


def test_inside_follows_begin_or_inside_alone():
    sure = np.log(np.array([[0.2, 0.1, 0.7], [0.2, 0.1, 0.7], [0.8, 0.1, 0.1]], dtype=np.float32))
    assert _best_path(sure, [0, 0, 0]) == [1, 2, 0]
    assert _best_path(sure, [0, 1, 1]) == [0, 0, 0]  # a paragraph later there is nothing to go on


def test_no_words_have_no_tags():
    assert _best_path(np.zeros((0, 3), dtype=np.float32), []) == []


def test_a_span_that_covers_most_of_a_stretch_takes_in_all_of_it():
    doc = read(TEXT)
    first, last = span_of(doc, "will not leave the valley")
    assert whole_spans(doc, [(first, last)]) == [span_of(doc, "“We will not leave the valley,”")]


def test_two_stretches_with_nothing_between_are_two_contents():
    doc = read("“We march.” “They stay,” Lund said.")
    assert whole_spans(doc, [(0, 10)]) == [(0, 5), (5, 10)]


def test_a_brat_folder_gives_attributions_of_the_first_annotator(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "attributions").mkdir()
    (tmp_path / "text" / "a.txt").write_text("Lund said the fleet sails.")
    (tmp_path / "attributions" / "a_0b1c.ann").write_text(
        "T1\tSource 5 9\tsaid\nT2\tCue 0 4\tLund\nT3\tContent 10 19;20 25\tthe fleet sails\n"
        "E1\tAttribution:T4 Source:T1 Cue:T2 Content:T3\n"
    )
    (tmp_path / "attributions" / "a_9999.ann").write_text("")
    (one,) = read_brat(tmp_path)
    # the labels of source and cue, exchanged by the annotator, are put right
    assert one.attributions == [Attribution([(10, 19), (20, 25)], [(0, 4)], [(5, 9)])]


def test_a_folder_without_annotated_texts_is_refused(tmp_path):
    with pytest.raises(DataError, match="holds no annotated texts"):
        read_brat(tmp_path)


def test_a_statement_finds_its_speaker_and_cue_in_its_context():
    row = {
        "text": "the gates stay shut", "speaker": "Ada Lund", "cue": "said", "kind": "indirect",
        "context": "Lund said the gates stay shut. Others waited.",
    }  # fmt: skip
    (one,) = read_contexts([row])
    assert one.attributions == [Attribution([(10, 29)], [(0, 4)], [(5, 9)])]


def test_sentences_without_a_known_statement_are_not_learnt_from():
    text = "Lund said the gates stay shut. Others waited."
    marked = Marked("x", text, [Attribution([(10, 29)], [(0, 4)], None)], partial=True)
    doc, pieces = pieces_of(text)
    tags = gold_of(marked, doc, pieces).tags
    content, cue, source = (list(column) for column in zip(*tags, strict=True))
    assert content == [0, 0, 1, 2, 2, 2, 0, -100, -100, -100]
    assert cue == [-100] * 10  # its cue was not found
    assert source == [1, 0, 0, 0, 0, 0, 0, -100, -100, -100]


def test_an_indirect_content_comes_from_the_tagger_with_its_source_and_cue():
    doc, reading = reading_of(
        TEXT, ["that the talks in Veltria were a trap"], ["believes"], ["She"],
        [("that the talks in Veltria were a trap", "She")],
    )  # fmt: skip
    found = find_joined(doc, find_cues(doc), reading)
    (made,) = [f for f in found if f.kind == "indirect"]
    assert doc.text[made.start : made.end] == "that the talks in Veltria were a trap"
    assert doc.words[made.speaker.first] == "She"
    assert made.rule == "tagger-indirect"


def test_what_rules_and_tagger_find_alike_says_so_and_is_surer():
    from stance.quotes.confidence import confidence

    text = "Mira Lund said the gates stay shut."
    said = "the gates stay shut"
    doc, reading = reading_of(text, [said], ["said"], ["Mira Lund"], [(said, "Mira Lund")])
    (made,) = find_joined(doc, find_cues(doc), reading)
    assert made.rule == "both-indirect"
    assert confidence("both-indirect") > 1.5 * confidence("tagger-indirect")


def test_a_lone_word_that_names_nothing_is_no_content():
    text = "Mira Lund spoke of it at noon."
    doc, reading = reading_of(text, ["it"], ["spoke"], ["Mira Lund"], [("it", "Mira Lund")])
    assert find_joined(doc, find_cues(doc), reading) == []


def test_a_scare_quote_that_neither_sees_as_attributed_is_left_out():
    doc, reading = reading_of("The so-called “Valley Line” was closed on Monday.")
    assert find_joined(doc, find_cues(doc), reading) == []


def test_a_direct_quotation_with_a_tag_beside_it_keeps_the_rules_speaker():
    quoted = "“We will not leave the valley,”"
    doc, reading = reading_of(TEXT, [quoted], [], ["Ostran"], [(quoted, "Ostran")])
    (made,) = [f for f in find_joined(doc, find_cues(doc), reading) if f.kind == "direct"]
    assert doc.words[made.speaker.last - 1] == "Lund"


def test_the_default_engine_of_every_way_in_is_one_constant():
    import inspect

    from stance.cli import quotes, score
    from stance.scoring.options import ScoreOptions

    ways = [quotes.quotes, score.score, extract]
    assert {inspect.signature(way).parameters["by"].default for way in ways} == {DEFAULT_ENGINE}
    assert ScoreOptions().by == DEFAULT_ENGINE


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A brat folder of invented articles, made by writing one sentence many ways."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "text").mkdir()
    (folder / "attributions").mkdir()
    names = ["Lund", "Roe", "Marek", "Sato", "Ilves", "Tarn", "Oberg", "Vance"]
    for n, name in enumerate(names):
        text = f"{name} said the fleet sails at dawn.\n\nThe harvest came in early this year."
        (folder / "text" / f"{n}.txt").write_text(text)
        a = len(name)
        (folder / "attributions" / f"{n}.ann").write_text(
            f"T1\tSource 0 {a}\t{name}\nT2\tCue {a + 1} {a + 5}\tsaid\n"
            f"T3\tContent {a + 6} {a + 30}\tthe fleet sails at dawn.\n"
            "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\n"
        )
    return folder


@pytest.fixture(scope="module")
def trained(corpus, tmp_path_factory):
    """A tiny tagger trained by `stance train`, and what the command printed."""
    from typer.testing import CliRunner

    from stance.cli.app import app

    folder = tmp_path_factory.mktemp("models")
    encoder = write_encoder(folder / "encoder", "bert")
    config = folder / "tiny.yaml"
    config.write_text(
        json.dumps(
            {
                "kind": "tagger",
                "data": {"corpora": [str(corpus)], "held_out": 0.3, "notice": "Invented."},
                "model": {
                    "encoder": str(encoder),
                    "epochs": 60,
                    "batch_size": 1,
                    "threads": 1,
                    "learning_rate": 0.003,
                    "head_learning_rate": 0.01,
                    "precision": "fp32",
                    "bf16": False,
                    "dropout": 0.0,
                },
            }
        )
    )
    out = folder / "tiny"
    done = CliRunner().invoke(app, ["train", str(config), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return config, out, done.output


def test_a_tagger_is_trained_saved_and_finds_what_it_learnt(trained):
    from stance.tagger import by_tagger

    _, out, _ = trained
    article = Article(id="a", text="Marek said the fleet sails at dawn.")
    (quote,) = by_tagger(article, model=str(out))
    assert quote.text == "the fleet sails at dawn"
    assert (quote.speaker_mention, quote.cue, quote.found_by) == (
        "Marek",
        "said",
        "both-indirect",
    )


def test_its_card_says_what_it_learnt_from(trained):
    _, out, _ = trained
    assert "Invented." in (out / "README.md").read_text(encoding="utf-8")


def test_a_tagger_is_no_classifier(trained, stance_command):
    _, out, _ = trained
    done = stance_command("predict", "We march.", "--model", out)
    assert done.returncode == 2
    assert "give a classifier, and --quotes tagger for this" in done.stderr


def test_a_finished_run_is_exported_again_without_training(trained):
    from typer.testing import CliRunner

    from stance.cli.app import app

    config, out, _ = trained
    before = (out / "model.onnx").read_bytes()
    done = CliRunner().invoke(app, ["train", str(config), "--out", str(out), "--resume"])
    assert done.exit_code == 0, done.output
    assert (out / "model.onnx").read_bytes() == before


def test_a_checkpoint_of_other_options_is_refused(trained, corpus):
    from stance import config as configs
    from stance.tagger.settings import TaggerConfig
    from stance.tagger.training import train_tagger

    config, out, _ = trained
    raw = configs.read_raw(config, overrides=["model.epochs=41"])
    run = configs.parse_tagger_config(raw, TaggerConfig, where="tiny.yaml")
    with pytest.raises(UsageError, match="belongs to a run with other options"):
        train_tagger(run, out, versions={}, resume=True)


def test_a_misspelt_key_of_a_taggers_config_is_named():
    from stance.config import parse_tagger_config
    from stance.tagger.settings import TaggerConfig

    raw = {"kind": "tagger", "data": {"corpora": ["x"], "notise": ""}}
    with pytest.raises(ConfigError, match=r"data\.notise: unknown key; did you mean 'notice'"):
        parse_tagger_config(raw, TaggerConfig, where="x.yaml")


def test_an_encoder_of_another_build_is_refused(tmp_path):
    from stance.encoder import load_encoder
    from stance.tagger.network import TagNetwork

    encoder, _ = load_encoder(str(write_encoder(tmp_path / "e", "modernbert")))
    with pytest.raises(ModelError, match="built on BERT, but this encoder is a modernbert"):
        TagNetwork(encoder, width=4)


def test_the_shipped_config_is_a_taggers(root: Path):
    from stance.config import parse_tagger_config, read_raw
    from stance.tagger.settings import TaggerConfig

    path = root / "configs" / "tagger.yaml"
    run = parse_tagger_config(read_raw(path), TaggerConfig, where=str(path))
    assert "states no licence" in run.data.notice
