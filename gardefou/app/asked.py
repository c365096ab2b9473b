"""A request as this house reads it: what cannot be read is the sender's, wherever it is read first.

Litestar's own form token is looked for before any door of ours, so words for a body that is no form, in no letters, or
that never came to its end cannot wait for a handler.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar._parsers import parse_url_encoded_form_data
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, InternalServerException, SerializationException
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState

from gardefou.app.errors import UnreadableFormError
from gardefou.words import gettext as _


class Asked(Request[Any, Any, Any]):
    """A request."""

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            UnreadableFormError: it broke off.
            HTTPException: it is packed in a way that nobody here unpacks, 415.
        """
        if self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            detail = _("Send what you send as it is, without Content-Encoding. Nothing has changed.")
            raise HTTPException(status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail=detail)
        try:
            return await super().body()
        except InternalServerException as problem:
            raise UnreadableFormError from problem

    async def json(self) -> Any:
        """Return the JSON that was sent.

        Raises:
            SerializationException: it is none, or is nested deeper than anything that is read here.
        """
        try:
            return await super().json()
        except RecursionError:
            raise SerializationException(_("The JSON is nested too deeply.")) from None

    async def form(self) -> FormMultiDict:
        """Return the form that was sent.

        Raises:
            UnreadableFormError: it is in letters that nobody knows, has a text larger than any, or broke off.
        """
        kept = ScopeState.from_scope(self.scope)
        try:
            if kept.form is Empty and self.content_type[0] == RequestEncodingType.URL_ENCODED:
                # Litestar's own keeps the last thousand forms, passwords among them: what it wraps does not.
                kept.form = {**parse_url_encoded_form_data.__wrapped__(await self.body())}
            return await super().form()
        except (UnicodeError, LookupError, InternalServerException) as problem:
            raise UnreadableFormError from problem
