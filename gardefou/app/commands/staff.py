"""`staff link` and `staff list`: who works here, and a way in for one of them."""

from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.app.house import address
from gardefou.app.people import person_named
from gardefou.events import Actor
from gardefou.staff import queries
from gardefou.staff.sessions import make_link

app = typer.Typer(help="People who work here.")


@app.command("link")
def link(
    person: Annotated[str, typer.Argument(help="The person's name, number or e-mail address.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Print a link that signs one person in, once, within fifteen minutes."""
    with the_house(data) as house:
        now = house.clock.now()
        with house.db.transaction() as tx:
            who = person_named(tx, person)
            token = make_link(tx, actor=Actor.machine("command line"), now=now, person_id=int(who["id"]))
            url = f"{address(tx, house)}/desk/sign-in/{token}"
    answer({"person": str(who["id"]), "name": who["name"], "sign_in_url": url}, as_json=json, words=url)


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
                "name": one.name,
                "roles": sorted(one.roles),
                "team": one.team,
                "employer": one.employer,
                "engaged": one.engaged,
                "on_shift": one.on_shift_until is not None,
            }
            for one in people
        ]
        answer(things, as_json=True, words="")
        return
    table = Table("Number", "Name", "Roles", "Team", "Employer", "Engaged", "On shift")
    for one in people:
        yes_or_no = ["yes" if one.engaged else "no", "yes" if one.on_shift_until is not None else "no"]
        table.add_row(str(one.id), one.name, ", ".join(sorted(one.roles)), one.team, one.employer, *yes_or_no)
    out().print(table)
