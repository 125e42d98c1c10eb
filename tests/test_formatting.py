"""Numbers as a person reads them: one wording wherever they stand."""

from __future__ import annotations

import time

import pytest

from gendertui import formatting


@pytest.mark.parametrize(
    ("value", "digits", "sign", "shown"),
    [
        (0.6041, 3, False, "0.604"),
        (-0.0412, 3, False, "−0.041"),
        (0.0412, 2, True, "+0.04"),
        (-0.0412, 2, True, "−0.04"),
        (-0.00001, 3, False, "0.000"),
        (-0.00001, 3, True, "+0.000"),
        (None, 3, False, "–"),
    ],
)
def test_a_number_has_a_minus_that_is_one_and_no_sign_where_it_rounds_to_zero(
    value: float | None, digits: int, sign: bool, shown: str
) -> None:
    assert formatting.number(value, digits, sign=sign) == shown


@pytest.mark.parametrize(("share", "digits", "shown"), [(0.5712, 1, "57.1 %"), (1.0, 0, "100 %"), (None, 1, "–")])
def test_a_share_is_in_per_cent(share: float | None, digits: int, shown: str) -> None:
    assert formatting.percent(share, digits) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.62, "62 %"), (0.997, "99.7 %"), (0.9999, "99.99 %"), (1.0, "100 %")])
def test_a_probability_is_not_rounded_to_certainty(share: float, shown: str) -> None:
    assert formatting.probability(share) == shown


def test_an_interval_has_a_dash_or_where_that_would_be_taken_for_a_minus_a_word() -> None:
    assert formatting.interval(0.589, 0.614) == "0.589–0.614"
    assert formatting.interval(-0.01, 0.02) == "−0.010 to 0.020"
    assert formatting.interval(-0.01, 0.02, sign=True) == "−0.010 to +0.020"
    assert formatting.percent_interval(0.559, 0.583) == "55.9–58.3"
    assert formatting.percent_interval(-0.011, 0.02, sign=True) == "−1.1 to +2.0"
    assert formatting.interval(None, 0.02) == formatting.percent_interval(0.02, None) == ""


def test_a_value_without_an_interval_stands_alone() -> None:
    assert formatting.estimate(0.571, 0.559, 0.583, in_percent=True) == "57.1 % (55.9–58.3)"
    assert formatting.estimate(0.602, 0.589, 0.614) == "0.602 (0.589–0.614)"
    assert formatting.estimate(0.602, None, None) == "0.602"
    assert formatting.difference(0.004, -0.011, 0.02, in_points=True) == "+0.4 (−1.1 to +2.0)"
    assert formatting.difference(0.005, -0.01, 0.02) == "+0.005 (−0.010 to +0.020)"
    assert formatting.difference(-0.0001, None, None, in_points=True) == "+0.0"
    assert formatting.at_95("55.9–58.3") == " (95 %: 55.9–58.3)"
    assert formatting.at_95("") == ""


@pytest.mark.parametrize(
    ("low", "high", "bare", "of_lines"),
    [
        (1, 1, "1", "one line"),
        (2, 2, "2", "2 lines"),
        (2, 4, "2–4", "2–4 lines"),
        (50, None, "50+", "50 lines or more"),
    ],
)
def test_a_span(low: int, high: int | None, bare: str, of_lines: str) -> None:
    assert (formatting.span(low, high), formatting.span(low, high, "line")) == (bare, of_lines)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_940_000, "9.9 MB"),
        (99_960_000, "100 MB"),
        (999_960, "1.0 MB"),
        (105_000_000, "105 MB"),
        (1_700_000_000, "1.7 GB"),
        (2e15, "2000 TB"),
    ],
)
def test_a_size_never_rounds_to_a_thousand_of_its_unit(number: float, shown: str) -> None:
    assert formatting.size(number) == shown


@pytest.mark.parametrize(
    ("seconds", "words", "clock"),
    [
        (0.4, "0 s", "0:00"),
        (59.6, "1 min 00 s", "1:00"),
        (80, "1 min 20 s", "1:20"),
        (7500, "2 h 05 min", "2:05:00"),
        (10869, "3 h 01 min", "3:01:09"),
        (None, "–", "–"),
    ],
)
def test_a_duration_in_words_and_as_a_clock(seconds: float | None, words: str, clock: str) -> None:
    assert (formatting.duration(seconds), formatting.clock(seconds)) == (words, clock)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (3, "just now"),
        (61, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86400, "24 h ago"),
        (3 * 86400 - 1, "2 days ago"),
    ],
)
def test_an_age_is_rounded_down_as_people_do(seconds: float, shown: str) -> None:
    assert formatting.ago(seconds) == shown


def test_counts_and_rates() -> None:
    assert formatting.count(93394) == "93,394"
    assert formatting.count_of(974, 7730) == "974 (12.6 %)"
    assert formatting.count_of(0, 0) == "0 (0.0 %)"
    assert (formatting.rate(1830.4), formatting.rate(21_400)) == ("1,830", "21.4 k")
    assert formatting.parameters(2_520_000) == "2.52 M parameters"


def test_a_headline_leaves_out_what_is_missing() -> None:
    assert formatting.headline(0.568, 0.596) == "balanced accuracy 56.8 %, AUC 0.596"
    assert formatting.headline(None, 0.596) == "AUC 0.596"
    assert formatting.headline(None, None) == ""


def test_a_moment_is_told_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Rome")
    time.tzset()
    try:
        assert formatting.local_time("2026-09-19T08:15:00+00:00") == "2026-09-19 10:15"
        assert formatting.local_time("2026-01-19T08:15:30Z") == "2026-01-19 09:15"
        assert formatting.local_time("") == ""
    finally:
        monkeypatch.undo()
        time.tzset()
