"""The tokens in forms, without which no other site can make a browser send one: Litestar's, its cookie made cheaply."""

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Message, Send

#: Stands where each visitor's token is put; of letters that no cookie writes otherwise.
_TOKEN = "TOKEN"  # noqa: S105  # a place, no secret


class FormTokens(CSRFMiddleware):
    """Checks the token of every form, and gives one to whoever has none.

    Litestar puts the cookie together anew for each visitor, which takes as long as one of a page's questions to the
    database; only the token in it differs.
    """

    def __init__(self, app: ASGIApp, config: CSRFConfig, around: tuple[bytes, bytes]) -> None:
        """Know what stands before and after the token in the cookie; each of hundreds of handlers has one of these."""
        super().__init__(app, config)
        self._before, self._after = around

    def create_send_wrapper(self, send: Send, token: str, csrf_cookie: str | None) -> Send:
        """Return a way to send an answer: with the cookie, if the visitor had none."""
        if csrf_cookie is not None:
            return send

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = b"set-cookie", b"".join((self._before, token.encode(), self._after))
                message["headers"] = [*message.get("headers", ()), cookie]
            await send(message)

        return with_cookie


def form_tokens(config: CSRFConfig) -> DefineMiddleware:
    """Return the middleware; the innermost, where Litestar puts its own."""
    before, after = cookie_with(config, _TOKEN).to_header(header="").split(_TOKEN)
    return DefineMiddleware(FormTokens, config=config, around=(before.encode(), after.encode()))


def cookie_with(config: CSRFConfig, token: str) -> Cookie:
    """Return the cookie that holds a visitor's token."""
    return Cookie(
        key=config.cookie_name,
        value=token,
        path=config.cookie_path,
        httponly=config.cookie_httponly,
        samesite=config.cookie_samesite,
        secure=config.cookie_secure,
    )
