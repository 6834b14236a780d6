import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.evaluation.leakage import (
    NearDuplicate,
    merge_groups,
    near_duplicates,
    shared_passages,
    shingles,
)
from stance.records import Statement

LONG = "the council will send observers to every crossing on the northern road tomorrow"


def test_the_same_words_in_other_marks_and_capitals_are_a_copy():
    copy = "“The Council will send observers, to every crossing on the northern road — tomorrow!”"
    assert near_duplicates([LONG, copy]) == [NearDuplicate(first=0, second=1, similarity=1.0)]


def test_a_text_with_one_word_cut_at_its_end_is_a_near_copy_and_half_of_it_is_not():
    assert near_duplicates([LONG, LONG.rsplit(" ", 1)[0]])[0].similarity == pytest.approx(10 / 11)
    assert near_duplicates([LONG, " ".join(LONG.split()[:6])]) == []


def test_short_phrases_said_twice_are_no_copies():
    assert near_duplicates(["We have no comment", "We have no comment"]) == []
    assert len(near_duplicates(["We have no comment at all"] * 2)) == 1


def test_an_apostrophe_does_not_split_a_word():
    assert shingles("We won’t wait") == shingles("we won't wait") == {"we won't wait"}


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), max_size=12),
    st.sampled_from([0.3, 0.5, 0.7, 0.8, 1.0]),
)
@settings(max_examples=200, deadline=None)
def test_all_pairs_and_only_those_are_found(words, threshold):
    texts = [" ".join(row) for row in words]
    sets = [shingles(text) if len(text.split()) >= 4 else frozenset() for text in texts]
    expected = [
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if sets[i] and sets[j]
        and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= threshold - 1e-9
    ]  # fmt: skip
    found = near_duplicates(texts, threshold=threshold, min_words=4)
    assert [(pair.first, pair.second) for pair in found] == expected


def test_ten_thousand_texts_take_seconds():
    random.seed(4)
    vocabulary = [f"w{n}" for n in range(800)]
    texts = [" ".join(random.choices(vocabulary, k=25)) for _ in range(10_000)]
    texts[77] = texts[9_000]
    start = time.perf_counter()
    assert [(pair.first, pair.second) for pair in near_duplicates(texts)] == [(77, 9_000)]
    assert time.perf_counter() - start < 15


def test_links_between_groups_chain_into_one_named_after_the_first():
    pairs = [
        NearDuplicate(first=3, second=1, similarity=1.0),
        NearDuplicate(first=2, second=3, similarity=0.9),
    ]
    groups, merged = merge_groups(["a", "b", "c", "d"], pairs)
    assert groups == ["a", "b", "b", "b"]
    assert merged == [("b", "c", "d")]


def test_without_links_the_groups_stay():
    assert merge_groups(["a", "b", "a"], []) == (["a", "b", "a"], [])


def test_a_passage_is_shared_through_text_or_context_but_not_through_a_stock_phrase():
    test = [
        Statement(text="We have no comment at all", context=f"Before that, {LONG}."),
        Statement(text="Nothing here"),
    ]
    train = [
        Statement(text="send observers to every crossing on the northern road"),  # nine words
        Statement(text="council will send observers to every crossing on the northern road"),
        Statement(text="“We have no comment at all.”", context="said the minister"),
        Statement(text="we have no comment"),
        Statement(text="Fine", context="The council will send observers to every crossing on the"),
    ]
    assert shared_passages(train, test) == [(1, 0), (2, 0), (4, 0)]
    assert shared_passages(train, []) == []
