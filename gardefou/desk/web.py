"""Every handler of the desk, and what answers when one of them cannot do as asked."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from gardefou.desk import (
    case,
    change,
    decide,
    incidents,
    live,
    numbers_page,
    order_page,
    orders_list,
    own_sessions_page,
    people_pages,
    problems,
    record_pages,
    rulebook_page,
    rules_page,
    search_page,
    sign_in,
    tokens_page,
)
from gardefou.desk.forms import fields_of
from gardefou.errors import BadInputError

_HANDLERS: list[ControllerRouterHandler] = [
    live.stream,
    sign_in.door,
    sign_in.threshold,
    sign_in.enter,
    sign_in.leave,
    own_sessions_page.show,
    own_sessions_page.end,
    own_sessions_page.end_all_others,
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
    orders_list.show,
    orders_list.part,
    rules_page.show,
    rulebook_page.new,
    rulebook_page.propose_rulebook,
    tokens_page.index,
    tokens_page.collect,
    people_pages.index,
    people_pages.new,
    people_pages.show,
    change.propose_change,
    record_pages.who,
    record_pages.ledger,
    numbers_page.show,
    incidents.index,
    incidents.show,
    incidents.write,
    incidents.publish,
    incidents.close,
    search_page.show,
]

#: For `app` to mount.
HANDLERS: list[ControllerRouterHandler] = [
    Router(
        path="/",
        route_handlers=_HANDLERS,
        dependencies={"fields": Provide(fields_of)},
        exception_handlers={BadInputError: problems.handle},
    )
]
