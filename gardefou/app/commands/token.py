"""`token list`: which machines may come in."""

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, the_house
from gardefou.clock import to_iso
from gardefou.staff.queries import colleagues
from gardefou.staff.tokens import all_tokens, state_of
from gardefou.words import gettext as _

app = typer.Typer(help="Machines that may come in.")


@app.callback()
def _together() -> None:
    """Machines that may come in; issuing and ending are orders, `gardefou propose token.issue` and `token.end`."""


@app.command("list")
def list_(data: Data = None, json: Json = False) -> None:
    """List every token there ever was: what it is good for, until when, and who holds it. No secret is in it."""
    with the_house(data) as house:
        now = house.clock.now()
        with house.db.reading() as tx:
            found = all_tokens(tx)
            holders = colleagues(tx, {int(row["person_id"]) for row in found}, now)
    things = [
        {
            "token": str(row["id"]),
            "name": row["name"],
            "scopes": row["scopes"].split(),
            "state": state_of(row, now),
            "ends": to_iso(row["ends"]),
            "holder": holders[row["person_id"]].name,
            "order": str(row["order_id"]),
        }
        for row in found
    ]
    if json:
        answer(things, as_json=True, words="")
        return
    if not things:
        answer([], as_json=False, words=_("No machine has a token yet: `gardefou propose token.issue` asks for one."))
        return
    table = Table("Name", "Good for", "State", "Ends", "Held by", "Order")
    for one in things:
        table.add_row(one["name"], " ".join(one["scopes"]), one["state"], one["ends"], one["holder"], one["order"])
    out().print(table)
