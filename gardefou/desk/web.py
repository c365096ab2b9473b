"""Every handler of the desk, for `app` to mount."""

from litestar.types import ControllerRouterHandler

from gardefou.desk import case, live, sign_in

HANDLERS: list[ControllerRouterHandler] = [
    live.stream,
    sign_in.door,
    sign_in.threshold,
    sign_in.enter,
    sign_in.leave,
    case.desk,
    case.show,
    case.part_of,
    case.give_back,
    case.hand,
    case.close,
    case.reopen,
]
