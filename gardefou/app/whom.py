"""Who is signed in at the desk in this browser, said on every page of the demo: the public ones know members only."""

import asyncio

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from gardefou.app.house import House
from gardefou.desk.session import COOKIE
from gardefou.staff import sessions

#: Where pages find the name, in the request's state.
AT_THE_DESK = "at_the_desk"


def knows_whom(app: ASGIApp, house: House) -> ASGIApp:
    """Return the application, whose every page then knows who is signed in at the desk."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and not scope["path"].startswith("/static/"):
            token = ASGIConnection(scope).cookies.get(COOKIE)
            if token:
                scope["state"][AT_THE_DESK] = await asyncio.to_thread(_name, house, token)
        await app(scope, receive, send)

    return answer


def _name(house: House, token: str) -> str:
    with house.db.reading() as tx:
        me = sessions.person_of(tx, token, house.clock.now())
    return me.name if me else ""
