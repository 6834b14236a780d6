"""Where encoders come from, and how statements become inputs that fit them."""

import json
import logging
import re
import shutil

import pytest
from tiny_encoders import SHAPES, write_encoder

from stance.encoder import (
    BUNDLED,
    batches,
    describe,
    encode_statements,
    find_encoder,
    load_encoder,
    pad,
)
from stance.encoder.inputs import MAX_PIECES, split_text, window
from stance.encoder.sources import reads_segments, usable_length
from stance.errors import ModelError, ModelNotFoundError, UsageError
from stance.quotes.sentences import split
from stance.records import Statement


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tokenizer(tiny):
    return load_encoder(str(tiny))[1]


def words(tokenizer, ids):
    """Return the segments of an input as lists of word pieces, special tokens left out."""
    tokens = " ".join(tokenizer.convert_ids_to_tokens(ids))
    inner = re.sub(r"^\[CLS\] | ?\[SEP\]$", "", tokens)
    return [part.split() for part in inner.split("[SEP]")]


# Where weights come from


def test_the_bundled_encoder_is_the_published_one_byte_for_byte():
    assert describe(BUNDLED) == {
        "name": "minilm",
        "sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    }


def test_a_folder_is_an_encoder_and_its_hash_follows_its_weights(tmp_path):
    folder = write_encoder(tmp_path / "a", seed=1)
    first = describe(str(folder))["sha256"]
    write_encoder(folder, seed=2)
    assert describe(str(folder))["sha256"] != first


def test_a_name_that_is_nothing_is_refused_with_what_would_do():
    with pytest.raises(ModelNotFoundError, match=r"no encoder 'minilmm': .*org/name"):
        find_encoder("minilmm")


def test_a_hub_id_without_network_gives_one_clear_error_and_is_said_before(monkeypatch, caplog):
    import huggingface_hub

    def unreachable(name, *, local_files_only=False, **options):
        if local_files_only:
            raise FileNotFoundError("not cached")
        raise OSError("no route to host")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with (
        caplog.at_level(logging.WARNING, logger="stance"),
        pytest.raises(ModelError, match=r"'nobody/nothing' .* could not be fetched .*OSError"),
    ):
        find_encoder("nobody/nothing", revision="v2")
    assert "fetching encoder nobody/nothing (revision v2)" in caplog.text


def test_a_hub_id_in_the_cache_touches_no_network(monkeypatch, tiny):
    import huggingface_hub

    def cached(name, *, local_files_only=False, **options):
        assert local_files_only, "went to the network"
        return str(tiny)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", cached)
    assert find_encoder("somebody/something") == tiny


def test_an_encoder_without_safetensors_is_refused(tmp_path, tiny):
    folder = shutil.copytree(tiny, tmp_path / "bin")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"has no model\.safetensors"):
        find_encoder(str(folder))


def test_weights_missing_for_a_layer_are_an_error_not_random_numbers(tmp_path, tiny):
    folder = shutil.copytree(tiny, tmp_path / "short")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(ModelError, match=r"lacks weights for .*layer\.2"):
        load_encoder(str(folder))


def test_loading_an_encoder_says_nothing(tiny, capfd):
    load_encoder(str(tiny))
    assert capfd.readouterr() == ("", "")


def test_half_precision_weights_load_in_full_precision(tmp_path, tiny):
    import torch
    from transformers import AutoModel

    AutoModel.from_pretrained(tiny).half().save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tiny / name, tmp_path / name)
    encoder, _ = load_encoder(str(tmp_path))
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("shape", "segments"),
    [("bert", True), ("roberta", False), ("deberta-v2", False), ("modernbert", False)],
)
def test_only_encoders_that_learnt_segments_are_given_them(tmp_path, shape, segments):
    encoder, tokenizer = load_encoder(str(write_encoder(tmp_path, shape, longest=64)))
    assert reads_segments(encoder) is segments
    assert usable_length(encoder, tokenizer, 512) == 64


@pytest.mark.parametrize("shape", SHAPES)
def test_the_longest_input_fits_every_shape(tmp_path, shape):
    encoder, tokenizer = load_encoder(str(write_encoder(tmp_path, shape, longest=64)))
    statement = Statement(text="We sail at dawn.", context="The fleet left. " * 80)
    piece = encode_statements([statement], tokenizer, max_length=64, split=split).pieces[0]
    assert 58 <= len(piece.input_ids) <= 64
    batch = pad([piece.input_ids], [None], pad_id=tokenizer.pad_token_id)
    assert encoder(**batch).last_hidden_state.shape == (1, len(piece.input_ids), 16)


# Text first, speaker and context second


def test_the_text_comes_first_and_speaker_and_context_second(tokenizer):
    statement = Statement(text="we sail", context="at dawn we sail", speaker="minister")
    encoded = encode_statements([statement], tokenizer, max_length=64, split=split, segments=True)
    piece = encoded.pieces[0]
    first, second = words(tokenizer, piece.input_ids)
    assert tokenizer.convert_tokens_to_string(first).replace(" ##", "") == "we sail"
    joined = tokenizer.convert_tokens_to_string(second).replace(" ##", "")
    assert joined.replace(" ", "") == "minister:atdawnwesail"
    assert piece.token_type_ids.index(1) == len(first) + 2


def test_a_pair_of_roberta_is_parted_by_two_separators(tmp_path):
    _, tokenizer = load_encoder(str(write_encoder(tmp_path, "roberta")))
    statement = Statement(text="we sail", context="at dawn")
    ids = encode_statements([statement], tokenizer, max_length=64, split=split).pieces[0].input_ids
    assert tokenizer.decode(ids) == "<s>we sail</s></s>at dawn</s>"


@pytest.mark.parametrize(
    ("options", "second"),
    [
        ({"use_context": False}, "minister:"),
        ({"use_speaker": False}, "at dawn"),
        ({"use_context": False, "use_speaker": False}, None),
    ],
)
def test_context_and_speaker_can_be_left_out(tokenizer, options, second):
    statement = Statement(text="we sail", context="at dawn", speaker="minister")
    piece = encode_statements([statement], tokenizer, max_length=64, split=split, **options).pieces[
        0
    ]
    segments = ["".join(part).replace("##", "") for part in words(tokenizer, piece.input_ids)]
    assert segments[1:] == ([second.replace(" ", "")] if second else [])


def test_cutting_takes_context_and_never_text(tokenizer):
    text = "We will answer every attack on Veltria with force, and our fleet sails at dawn."
    statement = Statement(text=text, context=f"{'The minister told reporters. ' * 30}{text}")
    whole = tokenizer(text, add_special_tokens=False)["input_ids"]
    encoded = encode_statements([statement], tokenizer, max_length=48, split=split)
    (piece,) = encoded.pieces
    assert piece.input_ids[1 : len(whole) + 1] == whole
    assert len(piece.input_ids) <= 48
    assert encoded.truncated == [False]


def test_context_that_is_cut_is_the_part_around_the_text():
    context = "one two three four five six seven eight nine ten"
    offsets = [(m.start(), m.end()) for m in re.finditer(r"\w+", context)]
    assert window(context, "six", offsets, 3) == "five six seven"
    assert window(context, "one", offsets, 3) == "one two three"
    assert window(context, "ten", offsets, 3) == "eight nine ten"
    assert window(context, "absent", offsets, 3) == "one two three"
    assert window(context, "six", offsets, 10) == context
    assert window(context, "six", offsets, 0) == ""


def test_a_window_does_not_begin_or_end_within_a_word():
    context = "alpha bravo charlie"
    offsets = [(0, 3), (3, 5), (6, 9), (9, 11), (12, 15), (15, 19)]
    assert window(context, "bravo", offsets, 3) == "bravo"


def test_without_room_for_context_the_text_stands_alone(tokenizer):
    text = "sail " * 24
    statement = Statement(text=text.strip(), context="at dawn", speaker="minister")
    count = len(tokenizer(text, add_special_tokens=False)["input_ids"])
    piece = encode_statements([statement], tokenizer, max_length=count + 8, split=split).pieces[0]
    assert len(words(tokenizer, piece.input_ids)) == 1


# Texts longer than the encoder


def test_a_text_longer_than_the_encoder_is_read_in_whole_sentences(tokenizer):
    sentence = "The parliament meets on Monday to vote on the budget."
    count = len(tokenizer(sentence, add_special_tokens=False)["input_ids"])
    text = " ".join([sentence] * 5)
    parts = split_text(text, tokenizer, room=2 * count + 1, split=split)
    assert [text[start:end] for start, end, _ in parts] == [
        f"{sentence} {sentence}", f"{sentence} {sentence}", sentence,
    ]  # fmt: skip
    assert [n for _, _, n in parts] == [2 * count, 2 * count, count]


def test_a_sentence_longer_than_the_encoder_loses_no_word(tokenizer):
    text = ", ".join(f"fleet {n}" for n in range(100)) + "."
    encoded = encode_statements([Statement(text=text)], tokenizer, max_length=40, split=split)
    read = [i for p in encoded.pieces for i in p.input_ids[1:-1]]
    assert read == tokenizer(text, add_special_tokens=False)["input_ids"]
    assert sum(piece.share for piece in encoded.pieces) == pytest.approx(1)
    assert encoded.truncated == [False]


def test_a_text_is_truncated_only_beyond_the_most_pieces(tokenizer):
    sentence = "The parliament meets on Monday to vote on the budget for roads."
    short, long = " ".join([sentence] * 20), " ".join([sentence] * (5 * MAX_PIECES))
    encoded = encode_statements(
        [Statement(text=short), Statement(text=long)], tokenizer, max_length=48, split=split
    )
    assert encoded.truncated == [False, True]
    assert sum(piece.row == 1 for piece in encoded.pieces) == MAX_PIECES


def test_an_encoder_without_room_for_words_is_refused(tokenizer):
    with pytest.raises(UsageError, match="max_length 8 leaves no room"):
        encode_statements([Statement(text="we sail")], tokenizer, max_length=8, split=split)


def test_an_empty_text_is_still_one_piece(tokenizer):
    assert (
        len(encode_statements([Statement(text="")], tokenizer, max_length=32, split=split).pieces)
        == 1
    )


def test_the_bundled_tokenizer_forgets_its_own_limit_of_128():
    _, tokenizer = load_encoder(BUNDLED)
    assert len(tokenizer.backend_tokenizer.encode("fleet " * 300).ids) == 302


# Batches


def test_batches_hold_every_position_once_and_keep_to_the_budget():
    lengths = [5, 90, 12, 12, 40, 7, 33, 1]
    found = list(batches(lengths, 100))
    assert found == [[1], [4, 6], [2, 3, 5, 0, 7]]
    assert sorted(i for batch in found for i in batch) == list(range(8))


def test_an_item_longer_than_the_budget_comes_alone():
    assert list(batches([300, 2], 100)) == [[0], [1]]


def test_padding_is_masked():
    out = pad([[4, 5, 6], [7]], [[0, 1, 1], [0]], pad_id=9)
    assert out["input_ids"].tolist() == [[4, 5, 6], [7, 9, 9]]
    assert out["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert out["token_type_ids"].tolist() == [[0, 1, 1], [0, 0, 0]]
    assert "token_type_ids" not in pad([[4]], [None], pad_id=9)


def test_statements_tokenised_some_at_a_time_keep_their_rows(tokenizer, monkeypatch):
    long = "The gates stay shut until the spring tide has gone. " * 12
    rows = [Statement(text=text, context=f"Night fell. {text}") for text in ("A.", long, "B.")]
    whole = encode_statements(rows, tokenizer, max_length=48, split=split)
    assert {piece.row for piece in whole.pieces} == {0, 1, 2}
    monkeypatch.setattr("stance.encoder.inputs._AT_ONCE", 1)
    assert encode_statements(rows, tokenizer, max_length=48, split=split) == whole
    with pytest.raises(UsageError, match="leaves no room for words"):
        encode_statements([], tokenizer, max_length=4, split=split)
