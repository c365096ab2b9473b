"""`serve`: the web side."""

from urllib.parse import urlsplit

from gardefou.app.begin import begin
from gardefou.app.commands.common import Data, Host, Port, err, load_settings
from gardefou.app.errors import DemoOnlyError
from gardefou.app.house import open_house
from gardefou.app.serve import bind
from gardefou.app.serve import serve as serve_house
from gardefou.app.settings import LOOPBACK, Settings
from gardefou.app.web import create_app
from gardefou.words import gettext as _


def _told(settings: Settings, elsewhere: Settings) -> list[str]:
    """Return where the house answers; and that links lead elsewhere, where those that other commands print do."""
    here = _("Serving %(url)s, listening on %(host)s port %(port)s.", url=settings.public_url, **_place(settings))
    to = urlsplit(elsewhere.public_url)
    if to.hostname in {"localhost", *LOOPBACK} and (to.port or (443 if to.scheme == "https" else 80)) != settings.port:
        lost = _(
            "Links lead to %(url)s, where nothing of this listens: set GARDEFOU_URL and GARDEFOU_PORT, or `url` and "
            "`port` in gardefou.toml, for every command alike.",
            url=elsewhere.public_url,
        )
        return [here, lost]
    return [here]


def _place(settings: Settings) -> dict[str, str | int]:
    return {"host": settings.host, "port": settings.port}


def serve(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Answer the web. Run `gardefou worker` beside it."""
    settings = load_settings(data=data, host=host, port=port)
    house = open_house(settings, bounded=True)
    try:
        if house.demo:
            raise DemoOnlyError(
                f"the database {settings.data} was made by the demo, where everybody may be anybody: "
                "run `gardefou demo`, or name another data folder"
            )
        taken = bind(settings)
        begin(house, "serve")
        for line in _told(settings, load_settings(data=data)):
            err().print(line, markup=False, highlight=False)
        serve_house(house, create_app(house), taken)
    finally:
        house.close()
