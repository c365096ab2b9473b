"""What a form or a program says is read the same way, and what cannot be read is named."""

import pytest

from gardefou.clock import DAY, HOUR, MINUTE, from_iso
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields, set_end, set_time
from gardefou.desk.queue import due_words
from gardefou.desk.sign_in import inside
from gardefou.orders.kinds import Kind

NOW = from_iso("2017-11-02T19:00:00Z")


def test_each_card_has_fields_of_its_own_over_those_all_share() -> None:
    fields = Fields({"reason": ["spam"], "account.hide.reason": ["hate"], "account.limit.until": ["1 h"]})
    assert fields.of("account.hide").text("reason") == "hate"
    assert fields.of("account.limit").text("reason") == "spam"
    assert fields.of("account.hide").text("until") == ""


@pytest.mark.parametrize("wrong", ["seven", "-1", "1.0", "٣", "9" * 20])
def test_an_id_is_digits_and_nothing_else(wrong: str) -> None:
    with pytest.raises(FormError, match="must be a number"):
        Fields({"case_id": [wrong]}).number("case_id")


def test_an_id_left_out_is_none() -> None:
    assert Fields({"case_id": [""]}).number("case_id") is None


@pytest.mark.parametrize(("until", "length"), [("1 h", HOUR), ("24 h", DAY), ("7 days", 7 * DAY)])
def test_lengths_count_from_the_beginning(until: str, length: int) -> None:
    assert set_end(Fields({"until": [until]}), Kind.ACCOUNT_HIDE, begins=NOW) == NOW + length


def test_without_an_end_it_is_lifted_by_hand_but_the_desks_freeze_is_brief() -> None:
    assert set_end(Fields({}), Kind.ACCOUNT_HIDE, begins=NOW) is None
    assert set_end(Fields({}), Kind.ACCOUNT_FREEZE, begins=NOW) == NOW + 15 * MINUTE


def test_a_set_time_without_a_zone_is_utc() -> None:
    assert set_time(Fields({"not_before": ["2017-11-02T19:30"]})) == NOW + 30 * MINUTE
    assert set_time(Fields({})) is None
    with pytest.raises(FormError, match="is not a date and time"):
        set_time(Fields({"not_before": ["half past seven"]}))


@pytest.mark.parametrize(
    "path", ["https://example.org/", "//example.org", "/\\example.org", "/desk/\\x", "/deskx", "", "javascript:1"]
)
def test_nothing_leads_outside_the_desk(path: str) -> None:
    assert inside(path) == "/desk"
    assert inside("/desk/alert/7") == "/desk/alert/7"


def test_the_queue_says_how_long_is_left_and_how_late_it_is() -> None:
    assert due_words(6 * HOUR + 41 * MINUTE, soon=False) == "6:41"
    assert due_words(4 * MINUTE, soon=True) == "due 0:04"
    assert due_words(-12 * MINUTE, soon=True) == "late 0:12"
    assert due_words(9 * HOUR + 59 * MINUTE, soon=False) == "9:59"
    assert due_words(-17 * HOUR - 4 * MINUTE, soon=True) == "late 17\u202fh"
