import pytest

from stance.articles import is_english, read_articles

OTHERS = {
    "German": "Der Rat von Norland hat am Montag mit den Gesandten über die Zukunft der Brücke "
    "gesprochen, und es ist nicht klar, ob sie im Herbst wieder für alle geöffnet wird.",
    "French": "Le conseil de la ville a dit que les ponts ne sont pas ouverts pour le moment et "
    "que des travaux sont prévus dans les mois qui viennent sur la côte.",
    "Spanish": "El consejo de la ciudad dijo que los puentes no se abrirán por ahora y que las "
    "obras se harán en los meses de otoño con el dinero del puerto.",
    "Dutch": "De raad van de stad heeft gezegd dat het niet zeker is of de brug in het najaar "
    "open gaat en dat er met een van de buren over wordt gesproken.",
    "Russian": "Совет города сказал, что мосты пока не откроют и что работы начнутся осенью.",
    "Chinese": "市议会星期一表示，这座桥目前不会开放，工程将在秋天开始。",
    "Arabic": "قال مجلس المدينة إن الجسر لن يفتح الآن وإن العمل سيبدأ في الخريف.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_told_from_english(language):
    assert not is_english(OTHERS[language])


@pytest.mark.parametrize(
    "text",
    [
        "The council of Norland met on Monday, and it is not clear whether the bridge will open.",
        "Shr 12 cts vs 13 cts. Net 1.1 mln vs 1.2 mln. Revs 90.3 mln vs 84.2 mln. Avg shrs 9 mln.",
        "He said “Вперёд, друзья” to the crowd before he left the square with the others.",
        "Rain.",
        "42",
        "",
    ],
)
def test_english_and_what_is_too_short_to_tell_is_kept(text):
    assert is_english(text)


def test_news_in_english_is_hardly_ever_taken_for_another_language(shared):
    total = wrong = 0
    for article in read_articles(sorted((shared / "news").glob("*.jsonl"))):
        total += 1
        wrong += not is_english(article.text)
    assert total > 7000
    assert wrong <= 1
