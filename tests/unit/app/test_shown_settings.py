"""No secret leaves the settings, however it is written; and what is guarded is what is used."""

from urllib.parse import urlsplit

import pytest

from gardefou.app.settings import Settings
from gardefou.app.shown_settings import database_shown, guarded, server_shown, shown


@pytest.mark.promise(15)
@pytest.mark.parametrize("password", ["secret", "se@cret", "se/cret", "se:cret", "se?cret", "se#cret", "secret@", "@?"])
def test_a_password_is_left_out_however_it_is_written(password: str) -> None:
    found = shown(Settings(database=f"postgresql://app:{password}@db/house", owner=f"postgresql://o:{password}@db/h"))
    assert [word for word in ("se", "cret") if word in found["database"].removesuffix("house") + found["owner"]] == []
    assert found["database"] in ("postgresql://app@db/house", "postgresql://?")


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("postgresql://db/house?user=app&password=secret", "postgresql://db/house"),
        ("postgresql://db/house?password=se@cret", "postgresql://?"),
        ("sqlite:////var/lib/house.db", "sqlite:////var/lib/house.db"),
        ("", ""),
    ],
)
def test_what_is_asked_of_a_database_is_left_out_too(address: str, left: str) -> None:
    assert database_shown(address) == left


@pytest.mark.promise(11)
@pytest.mark.parametrize(
    "address",
    [
        "smtp://house:secret@mail.example.org:587",
        "smtp://house:x@elsewhere.example/@mail.example.org:587",
        "smtp://house:x@elsewhere.example?@mail.example.org:587",
        "smtp://house:x@elsewhere.example#@mail.example.org:587",
        "smtp://house:x@mail.example.org:587@elsewhere.example",
        "smtps://[::1]:465",
        "smtp://mail.example.org",
    ],
)
def test_what_is_guarded_of_the_mail_server_is_the_server_that_is_used(address: str) -> None:
    """Whatever stands around it, no address that leads elsewhere passes for the one that was agreed upon."""
    used, kept = urlsplit(address), urlsplit(server_shown(address))
    assert (kept.scheme, kept.hostname, kept.port) == (used.scheme, used.hostname, used.port)
    assert "secret" not in kept.geturl()


def test_an_address_is_one_spelling() -> None:
    assert guarded(Settings(url="https://house.example/"))["url"] == "https://house.example"
    assert guarded(Settings())["smtp"] == ""
