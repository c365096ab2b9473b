"""What addresses and forms carry is read strictly."""

import pytest

from gardefou.network.errors import HandleMalformedError, NoSuchPageError
from gardefou.network.handles import checked, handle_key
from gardefou.network.initials import initials
from gardefou.network.web.common import before_in, handle_in, id_in, same_site


@pytest.mark.parametrize("path", ["/", "/@someone?before=1", "/search?q=a%20b", "/@someone/12#top"])
def test_path_of_this_site_is_gone_back_to(path: str) -> None:
    assert same_site(path) == path


@pytest.mark.parametrize(
    "path",
    [None, "", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example",
     "/a\r\nSet-Cookie: x=1", "home", "/" + "a" * 4000, "/a\\b"],
)  # fmt: skip
def test_anything_else_leads_to_the_front_page(path: str | None) -> None:
    assert same_site(path) == "/"


@pytest.mark.parametrize("text", ["", "-1", "12a", "²", "9223372036854775808", "1" * 30, " 1"])
def test_what_is_no_id_is_no_page(text: str) -> None:
    with pytest.raises(NoSuchPageError, match="Sorry"):
        id_in(text)


def test_an_id_is_read() -> None:
    assert id_in("9223372036854775807") == 2**63 - 1
    assert before_in(None) is None
    assert before_in("12") == 12


def test_an_account_has_its_address_behind_an_at_sign() -> None:
    assert handle_in("@Alice") == "Alice"
    with pytest.raises(NoSuchPageError, match="Sorry"):
        handle_in("Alice")


@pytest.mark.parametrize("handle", ["", "@", "a b", "é", "a" * 31, "a-b", "../x"])
def test_what_is_no_handle_is_refused(handle: str) -> None:
    with pytest.raises(HandleMalformedError, match="1 to 30"):
        checked(handle)


def test_a_handle_keeps_its_letters_and_compares_without_case() -> None:
    assert checked(" @RealName_1 ") == "RealName_1"
    assert handle_key("RealName_1") == handle_key("realname_1")


@pytest.mark.parametrize(
    ("name", "face"), [("Donald J. Trump", "DT"), ("élodie", "É"), ("@ !", "·"), ("", "·"), ("Jean (elu) 2", "J2")]
)
def test_a_face_is_the_first_letters_of_first_and_last_words(name: str, face: str) -> None:
    assert initials(name) == face
