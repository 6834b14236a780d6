import pandas as pd
import pytest
from scoring_fakes import LABELS, FakeModel, fake_extract, words_of

from stance.errors import UsageError
from stance.scoring import row_columns, score_frame


def test_a_frame_gives_a_row_for_each_quote_with_the_index_of_its_article():
    frame = pd.DataFrame(
        {"body": [words_of(1), words_of(4), words_of(2)], "desk": ["north", "south", "west"]},
        index=["x", "y", "z"],
    )
    found = score_frame(frame, FakeModel(), text="body", extract=fake_extract)
    assert list(found["source_row"]) == ["x", "z", "z"]
    assert list(found["desk"]) == ["north", "west", "west"]
    assert list(found.columns) == ["source_row", *row_columns(LABELS), "desk"]
    assert (found["text"] == [frame.loc[row.source_row, "body"][row.start : row.end]
                              for row in found.itertuples()]).all()  # fmt: skip


def test_repeated_index_labels_and_ids_are_no_obstacle():
    frame = pd.DataFrame({"text": [words_of(1), words_of(5)], "id": ["a", "a"]}, index=[7, 7])
    found = score_frame(frame, FakeModel(), extract=fake_extract)
    assert list(zip(found["source_row"], found["article"], strict=True)) == [(7, "a"), (7, "a#2")]


def test_a_frame_without_quotes_has_the_columns_all_the_same():
    found = score_frame(pd.DataFrame({"text": ["Rain."]}), FakeModel(), extract=fake_extract)
    assert list(found.columns) == ["source_row", *row_columns(LABELS)]
    assert len(found) == 0


def test_missing_texts_are_warned_of():
    frame = pd.DataFrame({"text": [None, words_of(1)]})
    with pytest.warns(UserWarning, match=r"article 1: its text is missing \(null\)"):
        assert len(score_frame(frame, FakeModel(), extract=fake_extract)) == 1


def test_a_wrong_column_and_something_that_is_no_frame_are_refused():
    with pytest.raises(UsageError, match=r"the frame has no column 'body' \(it has text\)"):
        score_frame(pd.DataFrame({"text": []}), FakeModel(), text="body")
    with pytest.raises(UsageError, match="a list came where a pandas DataFrame was expected"):
        score_frame([], FakeModel())
