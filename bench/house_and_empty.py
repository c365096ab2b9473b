"""A house with one route more, the floor under whatever is sent to it: an empty JSON body, and an empty answer.

`python -m bench.house_and_empty PORT`, set up as `gardefou serve` is.
"""

import sys

from litestar import post

from gardefou.app.commands.common import load_settings
from gardefou.app.house import open_house
from gardefou.app.serve import bind, serve
from gardefou.app.web import create_app
from gardefou.may import May

EMPTY = "/bench/empty"


@post(EMPTY, may=May.ANYONE, exclude_from_csrf=True, status_code=200)
async def empty(data: dict[str, str]) -> dict[str, str]:
    """Answer with what came: nothing."""
    return data


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings(port=int(sys.argv[1]))
    house = open_house(settings)
    try:
        serve(house, create_app(house, more=[empty]), bind(settings))
    finally:
        house.close()


if __name__ == "__main__":
    main()
