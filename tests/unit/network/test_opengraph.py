"""What other sites read of a post is short and on one line."""

from gardefou.network.web.opengraph import short


def test_a_description_is_cut_at_a_word() -> None:
    assert short("one two three four", 12) == "one two…"
    assert short("x" * 30, 12) == "x" * 11 + "…"
    assert short(" one\n two ") == "one two"
