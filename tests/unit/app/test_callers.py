"""Where a request comes from, behind the proxies that are named and no others."""

import asyncio
from typing import Any, cast

import pytest
from litestar.types import ASGIApp, Receive, Scope, Send

from gardefou.app.callers import Callers, host_of, proxies
from gardefou.app.errors import SettingsError
from gardefou.app.settings import Settings, load


def seen(trusted: str, peer: str, *said: str) -> str:
    """Return where a request seems to come from that a peer sends with these words."""
    scope: dict[str, Any] = {
        "type": "http",
        "client": (peer, 1),
        "headers": [(b"x-forwarded-for", words.encode()) for words in said],
    }
    found = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(host_of(scope))

    middleware = Callers(proxies(Settings(proxies=trusted)), over_tls=False)
    nothing = cast("Any", None)
    asyncio.run(middleware.handle(cast("Scope", scope), nothing, nothing, cast("ASGIApp", app)))
    return found[0]


@pytest.mark.parametrize(
    ("peer", "said", "host"),
    [
        ("10.0.0.9", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.9", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.9", ["203.0.113.7, 10.0.0.8"], "203.0.113.7"),
        ("10.0.0.9", ["198.51.100.1", "2001:db8::7"], "2001:db8::7"),
        ("10.0.0.9", ["203.0.113.7, nonsense"], "10.0.0.9"),
        ("10.0.0.9", [], "10.0.0.9"),
        ("192.0.2.1", ["203.0.113.7"], "192.0.2.1"),
        ("testclient", ["203.0.113.7"], "testclient"),
    ],
)
def test_the_last_word_before_a_proxy_of_ours_counts_and_only_its(peer: str, said: list[str], host: str) -> None:
    """What a caller adds in front says nothing, and a caller that is no proxy of ours says nothing at all."""
    assert seen("10.0.0.0/8, ::1", peer, *said) == host


def test_without_proxies_everybody_is_who_they_seem() -> None:
    assert seen("", "10.0.0.9", "203.0.113.7") == "10.0.0.9"


def test_a_proxy_that_is_no_address_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"proxies: expected addresses .*, not 'proxy\.example'"):
        load({"proxies": "10.0.0.1, proxy.example"}, {})
