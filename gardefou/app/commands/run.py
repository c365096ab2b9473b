"""`serve`: the web side."""

from gardefou.app.begin import begin
from gardefou.app.commands.common import Data, Host, Port, load_settings
from gardefou.app.errors import DemoOnlyError
from gardefou.app.house import open_house
from gardefou.app.serve import bind
from gardefou.app.serve import serve as serve_house
from gardefou.app.web import create_app


def serve(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Answer the web. Run `gardefou worker` beside it."""
    settings = load_settings(data=data, host=host, port=port)
    house = open_house(settings)
    try:
        if house.demo:
            raise DemoOnlyError(
                f"the database {settings.data} was made by the demo, where everybody may be anybody: "
                "run `gardefou demo`, or name another data folder"
            )
        begin(house, "serve")
        serve_house(house, create_app(house), bind(settings))
    finally:
        house.close()
