"""Mail, over one SMTP connection kept open while there is something to send.

Nothing is marked as accepted that the server has not accepted with a 2xx for that very recipient (promise 13): the hold
of an order on a protected account starts only then.
"""

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from gardefou.clock import to_datetime

TIMEOUT = 10.0
#: A second recipient, or a header of somebody's own making, would need one of these characters.
_ONE_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\x00-\x1f\x7f]+@[^@\s,;<>()\x00-\x1f\x7f]+")


class MailError(Exception):
    """The server did not take the message."""


class Mailer:
    """One connection to the server the settings name; opened when first needed."""

    def __init__(self, url: str, sender: str) -> None:
        """Remember where to send; nothing is opened yet."""
        self._url: SplitResult = urlsplit(url)
        self._sender = sender
        self._connection: smtplib.SMTP | None = None

    def send(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        key: str,
        at: int,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        """Hand one message over.

        Args:
            to: the recipient's address.
            subject: one line.
            text: plain text.
            key: the outbox's idempotency key; the same message twice has the same Message-ID.
            at: the instant it was written, microseconds.
            headers: more headers.
            files: what is attached, byte for byte, by its name.

        Raises:
            MailError: it was not accepted; it may be tried again.
        """
        if not _ONE_ADDRESS.fullmatch(to):
            raise MailError(f"not one address: {to[:100]!r}")
        try:
            message = compose(
                sender=self._sender, to=to, subject=subject, text=text, key=key, at=at, headers=headers, files=files
            )
            self._open().send_message(message, to_addrs=[to])
        except (ValueError, LookupError, MessageError) as problem:  # What no message can be made of.
            self.close()
            raise MailError(f"cannot be written as a message: {type(problem).__name__}") from problem
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise MailError(_said(problem)) from problem

    def check(self) -> None:
        """See that the server answers, without sending anything.

        Raises:
            MailError: it does not.
        """
        try:
            self._open().noop()
        except (OSError, smtplib.SMTPException) as problem:
            raise MailError(_said(problem)) from problem
        finally:
            self.close()

    def close(self) -> None:
        """Say goodbye."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        host, port = self._url.hostname or "localhost", self._url.port
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
        try:
            self._greet(connection)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        self._connection = connection
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo()
        if self._url.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if self._url.username:
            connection.login(unquote(self._url.username), unquote(self._url.password or ""))


def compose(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    key: str,
    at: int,
    headers: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> EmailMessage:
    """Return the message."""
    message = EmailMessage(policy=POLICY)
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2] or "localhost"
    message["From"] = formataddr((name, address))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = to_datetime(at)
    message["Message-ID"] = f"<{_safe(key)}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)  # Clears every Content-… header, so ours come after.
    for name, data in (files or {}).items():
        # As text, a server on the way might end its lines otherwise, and a proof would prove nothing any more.
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    for header, value in (headers or {}).items():
        message[header] = value
    return message


def _safe(key: str) -> str:
    return "".join(character if character.isalnum() or character in ".-" else "." for character in key)


def _said(problem: Exception) -> str:
    """Return what the server said, in one line."""
    match problem:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, said = next(iter(refused.values()))
            return f"recipient refused: {code} {_line(said)}"
        case smtplib.SMTPResponseException():
            return f"{problem.smtp_code} {_line(problem.smtp_error)}"
        case OSError():
            return problem.strerror or str(problem) or type(problem).__name__
        case _:
            return str(problem)


def _line(said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())
