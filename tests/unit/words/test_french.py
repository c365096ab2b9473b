"""French as it is written: the first of a month, and a vowel dropped before another."""

from gardefou.clock import from_iso
from gardefou.words import gettext, numbers, speak

FIRST = from_iso("2026-12-01T01:01:00Z")


def test_the_first_of_a_month_is_no_plain_number_in_french() -> None:
    with speak("fr"):
        assert numbers.day(FIRST) == "1er décembre 2026"
        assert numbers.weekday_and_time(FIRST) == "mar. 1er déc., 01:01"
        assert numbers.day(from_iso("2026-12-11T00:00:00Z")) == "11 décembre 2026"
    assert numbers.day(FIRST) == "1 December 2026"


def test_a_vowel_is_dropped_before_another() -> None:
    with speak("fr"):
        assert gettext("Enter the rota of %(subject)s", subject="Agent 18").endswith("service d’Agent 18")
        assert gettext("Enter the rota of %(subject)s", subject="Reviewer 3").endswith("service de Reviewer 3")
    assert gettext("Enter the rota of %(subject)s", subject="Agent 18") == "Enter the rota of Agent 18"
