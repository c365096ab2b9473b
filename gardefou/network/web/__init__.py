"""The network's pages: handlers, thin, and what they get by name. `app` registers `routes`.

Besides the shared `db` and `clock` they want from the application `neighbours`, a `ports.Neighbours`; `media_folder`;
and `site`, where people reach us.
"""

from litestar import Router
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.types import ControllerRouterHandler

from gardefou.network.errors import NoSuchPageError, StrangerError
from gardefou.network.web.common import member_of_request, no_such_page, provide_form, provide_member, to_sign_in
from gardefou.network.web.deeds import HANDLERS as DEEDS
from gardefou.network.web.feed import HANDLERS as FEED
from gardefou.network.web.letting_in import HANDLERS as LETTING_IN
from gardefou.network.web.membership import do_sign_in, do_sign_out, do_sign_up, sign_in_page, sign_up_page
from gardefou.network.web.notices import notifications_page
from gardefou.network.web.password import anew, anew_page, lost, lost_page
from gardefou.network.web.profile import HANDLERS as PROFILE
from gardefou.network.web.profile_form import HANDLERS as PROFILE_FORM
from gardefou.network.web.reading import HANDLERS as READING
from gardefou.network.web.reporting import (
    report_account,
    report_account_page,
    report_post,
    report_post_page,
)
from gardefou.network.web.search import HANDLERS as SEARCH
from gardefou.network.web.settings import HANDLERS as SETTINGS
from gardefou.network.web.switches import language, theme
from gardefou.network.web.ties import HANDLERS as TIES
from gardefou.network.web.writing import HANDLERS as WRITING

routes: list[ControllerRouterHandler] = [
    Router(
        path="/",
        route_handlers=[
            *READING,
            *PROFILE,
            *FEED,
            *SEARCH,
            notifications_page,
            sign_up_page,
            do_sign_up,
            sign_in_page,
            do_sign_in,
            do_sign_out,
            lost_page,
            lost,
            anew_page,
            anew,
            *WRITING,
            *DEEDS,
            *TIES,
            *PROFILE_FORM,
            *SETTINGS,
            report_account_page,
            report_account,
            report_post_page,
            report_post,
            language,
            theme,
            *LETTING_IN,
        ],
        dependencies={
            "member": Provide(member_of_request),
            "form": Provide(provide_form),
        },
        exception_handlers={StrangerError: to_sign_in, NoSuchPageError: no_such_page, NotFoundException: no_such_page},
    )
]

__all__ = ["no_such_page", "provide_member", "routes"]
