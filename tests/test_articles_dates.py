import datetime as dt

import pytest

from stance.articles import normalise_date


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2019-01-04", "2019-01-04"),
        ("20190104", "2019-01-04"),
        ("2022-03", "2022-03"),
        ("1987", "1987"),
        ("2024-05-01T12:30:00Z", "2024-05-01T12:30:00+00:00"),
        ("2024-05-01 12:30", "2024-05-01T12:30:00"),
        ("Wed, 03 Aug 2022 19:49:23 +0000", "2022-08-03T19:49:23+00:00"),
        ("Tue, 2 Aug 2022 08:00:00 -0530", "2022-08-02T08:00:00-05:30"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01.790000"),
        ("1-MAR-1987 01:05:49.05", "1987-03-01T01:05:49.050000"),
        ("March 5, 2022", "2022-03-05"),
        ("5 March 2022", "2022-03-05"),
        ("Friday, January 4, 2019", "2019-01-04"),
        ("Sept. 5th, 2022 at 3:15 p.m. EST", "2022-09-05T15:15:00-05:00"),
        ("12 May 2021, 12:05 AM", "2021-05-12T00:05:00"),
        ("2022/03/05", "2022-03-05"),
        ("25/03/2022", "2022-03-25"),
        ("03/25/2022", "2022-03-25"),
        ("05.05.2022", "2022-05-05"),
        ("1659556163", "2022-08-03T19:49:23+00:00"),
        (1659556163000, "2022-08-03T19:49:23+00:00"),
        (dt.date(2022, 3, 5), "2022-03-05"),
        (dt.datetime(2022, 3, 5, 7), "2022-03-05T07:00:00"),
    ],
)
def test_a_date_comes_out_in_iso_8601_as_precise_as_it_came(written, iso):
    assert normalise_date(written) == iso


@pytest.mark.parametrize(
    "written",
    ["2 days ago", "October 4", "03/05/2022", "2022-02-30", "31 June 2022", "soon", "", None, 7.5,
     "May 2022 5", "12 Maybe 2022", "5 March 2022 25:99", True, "٢٠٢٢-٠٣-٠٥", "9" * 70, 5],
)  # fmt: skip
def test_what_does_not_say_a_date_is_none_rather_than_a_guess(written):
    assert normalise_date(written) is None
