"""`gardefou replay`: a recorded incident, twice: as it happened, and under the rulebook in force."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gardefou.app.commands.common import Json, answer, load_settings
from gardefou.app.found import RULEBOOKS, rulebook_text
from gardefou.app.replay.run import play
from gardefou.app.replay.scenario import read
from gardefou.app.replay.show import as_json as lanes_as_json
from gardefou.app.replay.show import show

File = Annotated[Path, typer.Argument(help="A recorded incident, for example incidents/2017-11-02.toml.")]


def replay(file: File, as_json: Json = False) -> None:
    """Play a recorded incident twice: as it happened, and under the rulebook in force."""
    settings = load_settings()
    scenario = read(file)
    happened = play(scenario, (RULEBOOKS / "none.toml").read_text("utf-8"), as_it_happened=True)
    ruled = play(scenario, rulebook_text(settings), as_it_happened=False)
    if as_json:
        answer(lanes_as_json(happened, ruled), as_json=True, words="")
        return
    show(Console(highlight=False), scenario, happened, ruled)
