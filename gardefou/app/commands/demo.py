"""`demo` and `demo people`: the demonstration, and who one can be in it."""

from contextlib import closing
from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Host, Json, Port, answer, load_settings, out
from gardefou.app.demo.build import check_loopback, open_demo
from gardefou.app.demo.people import people as everybody
from gardefou.app.demo.run import run_demo
from gardefou.app.errors import DemoOnlyError
from gardefou.app.house import open_house
from gardefou.app.serve import bind

app = typer.Typer(help="The demonstration, on this machine only.", invoke_without_command=True)

Build = Annotated[bool, typer.Option("--build-only", help="Build the demo's database and end.")]


@app.callback()
def demo(
    context: typer.Context, data: Data = None, host: Host = None, port: Port = None, build_only: Build = False
) -> None:
    """Run the whole house with made-up people on the network of the incident."""
    context.obj = data
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(data=data, host=host, port=port)
    check_loopback(settings)
    if build_only:
        open_demo(settings).close()
        return
    with closing(bind(settings)) as taken:
        run_demo(settings, taken)


@app.command("people")
def people(context: typer.Context, data: Data = None, json: Json = False) -> None:
    """List who one can be: members with their passwords, staff with a fresh sign-in link each."""
    house = open_house(load_settings(data=data or context.obj))
    try:
        if not house.demo:
            raise DemoOnlyError(f"the database in {house.settings.data} was not made by the demo: its people are real")
        found = everybody(house)
    finally:
        house.close()
    if json:
        answer(found, as_json=True, words="")
        return
    table = Table("Who", "Way in")
    for member in found["members"]:
        table.add_row(f"@{member['acct']} ({member['email']})", member["password"])
    for one in found["staff"]:
        table.add_row(f"{one['name']}, {one['role']}, {one['team']}", one["sign_in_url"])
    out().print(table)
