"""Staff at their desks, before a house that is served."""

import httpx

from gardefou.clock import SystemClock
from gardefou.desk.session import COOKIE
from gardefou.events import Actor
from gardefou.staff import sessions
from gardefou.storage import Database
from tests.factories.staff import make_person


def signed_in(db: Database, role: str) -> str:
    """Return the session of somebody of that role."""
    now = SystemClock().now()
    with db.transaction() as tx:
        person_id = make_person(tx, now, role=role)
        link = sessions.make_link(tx, actor=Actor.person(person_id), now=now, person_id=person_id)
        return sessions.sign_in(tx, now=now, token=link)


def at_a_desk(port: int, db: Database, role: str) -> httpx.Client:
    """Return a browser of somebody of that role, with the token that forms carry."""
    browser = httpx.Client(base_url=f"http://localhost:{port}", headers={"accept": "text/html"}, timeout=60)
    browser.cookies.set(COOKIE, signed_in(db, role))
    browser.get("/desk").raise_for_status()
    browser.headers["x-csrftoken"] = browser.cookies["csrf"]
    return browser
