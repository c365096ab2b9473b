"""Every handler of the desk, for `app` to mount."""

from litestar.types import ControllerRouterHandler

from gardefou.desk import live, sign_in

HANDLERS: list[ControllerRouterHandler] = [
    live.stream,
    sign_in.door,
    sign_in.threshold,
    sign_in.enter,
    sign_in.leave,
]
