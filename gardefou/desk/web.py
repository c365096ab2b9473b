"""Every handler of the desk, for `app` to mount."""

from litestar.types import ControllerRouterHandler

from gardefou.desk import case, decide, live, order_page, sign_in

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
    decide.propose_order,
    decide.sign,
    decide.stop,
    decide.take_back,
    decide.restore,
    order_page.show,
    order_page.part,
    order_page.alert,
    order_page.alert_part,
    order_page.refusal,
]
