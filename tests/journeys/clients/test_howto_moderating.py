"""The page for moderators, docs/howto/moderate-with-your-own-client.md, followed word for word."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gardefou.accounts.enter_roster import enter_roster
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.network.visibility import Standing, standing_of
from gardefou.staff import sessions
from gardefou.staff.clients import choose_client
from tests.factories.client_api import token_id_of
from tests.factories.served import Member, Served, consent
from tests.factories.staff import make_person
from tests.journeys.conftest import ROOT

PAGE = (ROOT / "docs" / "howto" / "moderate-with-your-own-client.md").read_text("utf-8")
LETTING_IN, ACTING = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def run(program: str, folder: Path, typed: str) -> str:
    """Run one of the page's scripts, and return what it says."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, input=f"{typed}\n", capture_output=True, text=True, check=True)
    return done.stdout


def choose(served: Served, folder: Path, role: str) -> None:
    """Choose the page's program at the desk, as somebody who works here."""
    secret = (folder / "moderation.secret").read_text("utf-8").splitlines()[0]
    now = served.house.clock.now()
    with served.house.db.transaction() as tx:
        person = Actor.person(make_person(tx, now, role=role))
        link = sessions.make_link(tx, actor=person, now=now, person_id=int(person.key))
        found = sessions.person_of(tx, sessions.sign_in(tx, now=now, token=link), now)
        assert found is not None
        here = {"session_id": found.session_id, "client_id": token_id_of(tx, secret)}
        choose_client(tx, actor=person, now=now, **here)


def standing(served: Served, who: Member) -> Standing:
    """Return an account's standing."""
    with served.house.db.reading() as tx:
        return standing_of(tx, who.id)


@pytest.mark.promise(10)
@pytest.mark.promise(20)
def test_the_page_for_moderators_works_as_written(served: Served, tmp_path: Path) -> None:
    moderator, ordinary, mayor = (served.member(name) for name in ("moderator", "ordinary", "mayor"))
    with served.house.db.transaction() as tx:
        now = served.house.clock.now()
        enter_roster(
            tx, actor=SETUP, now=now, account_id=mayor.id, tier="notable", office="mayor", source="the gazette"
        )
    reporter = served.script(served.member("reporter"))
    reports = [str(reporter.report(one.id, comment="Adverts", category="spam").id) for one in (ordinary, mayor)]
    program = LETTING_IN.replace("https://network.example", served.url)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program], cwd=tmp_path, stdin=pipe, stdout=pipe, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        code = consent(served.url, running.stdout.readline().strip(), moderator)
        said, _wrong = running.communicate(f"{code}\n")
    assert said.removeprefix("Code: ") == f"{moderator.name}\n"
    with pytest.raises(subprocess.CalledProcessError) as nobody:
        run(ACTING, tmp_path, reports[0])
    assert "This program acts as nobody who works here" in nobody.value.stderr
    choose(served, tmp_path, "reviewer")
    done = run(ACTING, tmp_path, reports[0])
    assert ordinary.name in done
    assert "['It is spam'] Adverts" in done
    assert "Done: True" in done
    assert standing(served, ordinary) is Standing.LIMITED
    waits = run(ACTING, tmp_path, reports[1])
    assert "Not done: Nothing has changed" in waits
    assert f"{served.url}/desk/" in waits
    assert standing(served, mayor) is Standing.ACTIVE


def test_every_answer_that_the_page_names_is_one_that_is_given() -> None:
    words = (ROOT / "gardefou" / "connectors" / "embedded" / "admin_api").glob("*.py")
    given = "".join(one.read_text("utf-8") for one in words)
    for said in ("Nothing has changed yet: order", "the rules ask for your signature", "holds this case"):
        assert said in PAGE
        assert said in given
