"""uvicorn for a witness."""

from collections.abc import Callable

import uvicorn

from gardefou.app.serve import GRACE, bind
from gardefou.app.settings import Settings
from gardefou.app.witness.config import Config
from gardefou.app.witness.web import create_app
from gardefou.clock import SystemClock

#: So many at once are answered; more are told to come back (503).
MOST_AT_ONCE = 100


def serve(config: Config, settings: Settings, ready: Callable[[], None]) -> None:
    """Answer requests until told to stop; `ready` is called once the port is taken."""
    web = create_app(config, SystemClock())
    taken = bind(settings)
    ready()
    server = uvicorn.Server(
        uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=MOST_AT_ONCE,
        )
    )
    server.run(sockets=[taken])
