"""`import stance`: exactly the names of its list, each loaded when first used."""

import importlib

import pytest

import stance


def test_the_front_door_is_exactly_its_list():
    assert sorted(stance.__all__) == sorted(stance._HOME)
    assert dir(stance) == sorted([*stance.__all__, "__version__"])


@pytest.mark.parametrize("name", stance.__all__)
def test_every_name_is_there_and_described(name):
    member = getattr(stance, name)
    assert callable(member)
    assert member.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'stance' has no attribute 'scores'"):
        stance.scores  # noqa: B018


def test_quotes_is_a_function_and_a_package_in_either_order():
    package = importlib.import_module("stance.quotes")
    text = "“We want talks,” Ada Lund said."
    (quote,) = stance.quotes(text)
    assert (quote.text, quote.speaker) == ("We want talks,", "Ada Lund")
    assert package.extract(text) == [quote]


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert stance.__version__ == version("stance")
