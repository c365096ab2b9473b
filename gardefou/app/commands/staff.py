"""`staff link` and `staff list`: who works here, and a way in for one of them."""

from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.house import House, address
from gardefou.app.people import person_named
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.safeguards.found import founded
from gardefou.staff import queries
from gardefou.staff.credentials import PASSKEY, of_person
from gardefou.staff.enrol_passkey import make_link as make_enrolment_link
from gardefou.staff.errors import LinkError, NotEngagedError
from gardefou.staff.invite_credential import invite_credential
from gardefou.staff.queries import current_engagement
from gardefou.staff.sessions import make_link
from gardefou.storage import Tx
from gardefou.words import gettext as _

BY_HAND = Actor.machine("command line")

app = typer.Typer(help="People who work here.")


@app.command("link")
def link(
    person: Annotated[str, typer.Argument(help="The person's name, number or e-mail address.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Print a link by which one person enrols their passkey, once, within three days; in a demo, one that signs in.

    Once the house is founded, `propose credential.enrol` invites, and the worker mails the link; where nothing is
    mailed, this prints it.
    """
    with the_house(data) as house:
        now = house.clock.now()
        with house.db.transaction() as tx:
            who = person_named(tx, person)
            if house.demo:
                token = make_link(tx, actor=BY_HAND, now=now, person_id=int(who["id"]))
                url = f"{address(tx, house)}/desk/sign-in/{token}"
            else:
                token = enrolment(tx, house, person_id=int(who["id"]), name=who["name"], now=now)
                url = f"{address(tx, house)}/desk/enrol/{token}"
    answer({"person": str(who["id"]), "name": who["name"], "url": url}, as_json=json, words=url)


def enrolment(tx: Tx, house: House, *, person_id: int, name: str, now: int) -> str:
    """Return the token of a link by which somebody enrols a passkey.

    Raises:
        NotEngagedError: no engagement binds them now.
        LinkError: the house is founded, and no order has invited them; or the worker mails what one has.
    """
    if current_engagement(tx, person_id, now) is None:
        raise NotEngagedError(f"no engagement binds {name} now; a link would open nothing")
    waiting = [row for row in of_person(tx, person_id) if row["enrolled_at"] is None and row["ended_at"] is None]
    if founded(tx) and not waiting:
        raise LinkError(
            _(
                "no order invites %(name)s: `gardefou propose credential.enrol … --set way=passkey` asks for one",
                name=name,
            )
        )
    if founded(tx) and house.settings.smtp:
        raise LinkError(_("the link for %(name)s goes to their address alone: the worker mails it", name=name))
    invitation = (
        int(waiting[-1]["id"])
        if waiting
        else invite_credential(tx, actor=SETUP, now=now, person_id=person_id, kind=PASSKEY, label=name)
    )
    return make_enrolment_link(tx, actor=BY_HAND, now=now, credential_id=invitation)


@app.command("list")
def list_(data: Data = None, json: Json = False) -> None:
    """List everybody who works here, with roles, team and shift."""
    with the_house(data) as house:
        now = house.clock.now()
        with house.db.reading() as tx:
            people = queries.people(tx, now)
    if json:
        things = [
            {
                "person": str(one.id),
                "name": None if one.erased else one.name,
                "erased": one.erased,
                "roles": sorted(one.roles),
                "team": one.team,
                "employer": one.employer,
                "engaged": one.engaged,
                "on_shift": one.engaged and one.on_shift_until is not None,
            }
            for one in people
        ]
        answer(things, as_json=True, words="")
        return
    table = Table("Number", "Name", "Roles", "Team", "Employer", "Engaged", "On shift")
    for one in people:
        on_shift = one.engaged and one.on_shift_until is not None
        yes_or_no = ["yes" if one.engaged else "no", "yes" if on_shift else "no"]
        table.add_row(str(one.id), one.name, ", ".join(sorted(one.roles)), one.team, one.employer, *yes_or_no)
    out().print(table)
