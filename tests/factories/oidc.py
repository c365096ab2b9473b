"""Identity providers: a real one, in a process of its own, and one that signs whatever a test wants it to."""

import base64
import hmac
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "garde-fou"
SECRET = "a secret that only the house and its provider know"
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")


@contextmanager
def real_provider(redirect_uri: str) -> Iterator[str]:
    """Run `oidc-provider` from npm, and give its issuer."""
    process = subprocess.Popen(
        ["node", str(_SCRIPT), redirect_uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer.startswith("http://127.0.0.1:"), "oidc-provider did not start; run `make install`"
        yield issuer
    finally:
        # The end of its input is the end of it.
        process.communicate(timeout=10)


def signed_in_as(name: str, address: str) -> str:
    """Go from our address through the provider's own pages as a person would, and return where it sends us back."""
    with httpx.Client(follow_redirects=False, trust_env=False) as browser:
        for prompt in ("login", "consent"):
            page = _followed(browser, address)
            assert page.request.url.path.startswith("/interaction/"), page.request.url
            action = re.search(r'action="([^"]+)"', page.text)
            assert action is not None
            form = {"prompt": prompt, "login": name, "password": "any will do"}
            sent = browser.post(urljoin(str(page.request.url), action[1]), data=form)
            address = urljoin(str(page.request.url), sent.headers["location"])
        return str(_followed(browser, address).headers["location"])


def _followed(browser: httpx.Client, address: str) -> httpx.Response:
    """Follow the provider's redirects as far as they stay there."""
    home = urlsplit(address).netloc
    while True:
        answer = browser.get(address)
        leads = urljoin(address, answer.headers.get("location", ""))
        if not answer.is_redirect or urlsplit(leads).netloc != home:
            return answer
        address = leads


@dataclass
class MadeUpProvider:
    """A provider that says and signs what a test wants.

    Attributes:
        issuer: where it is.
        key: what it signs with, and publishes the public half of.
        sign: makes the id token of its next answer.
        said: what it says of itself otherwise than a good one would.
        codes: what was sent to its token endpoint, form by form.
    """

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    sign: Callable[[], str] = field(default=lambda: "")
    said: dict[str, Any] = field(default_factory=dict)
    codes: list[dict[str, list[str]]] = field(default_factory=list)

    def claims(self, **other: Any) -> dict[str, Any]:
        """Return good claims but for what a test says otherwise; None leaves one out."""
        now = int(time.time())
        good = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "grace", "iat": now, "exp": now + 300}
        return {name: value for name, value in {**good, **other}.items() if value is not None}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None) -> str:
        """Sign claims with our key, or another one under our key's name."""
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key or self.key)

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        """Answer a request."""
        if path == "/.well-known/openid-configuration":
            places = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **places, **self.said}
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        self.codes.append(form)
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.sign()}


def unsigned(claims: dict[str, Any]) -> str:
    """Return claims as a token that nobody signed."""
    return _joined({"alg": "none"}, claims) + "."


def by_public_key(provider: MadeUpProvider, claims: dict[str, Any]) -> str:
    """Return claims signed as if the published key were a shared secret, which the library itself refuses to do."""
    said = _joined({"alg": "HS256", "kid": "1"}, claims)
    signature = hmac.digest(provider.key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{_encoded(signature)}"


def _joined(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@contextmanager
def made_up_provider() -> Iterator[MadeUpProvider]:
    """Run one in a thread."""
    provider = MadeUpProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._answer(parse_qs(self.rfile.read(length).decode()))

        def _answer(self, form: dict[str, list[str]]) -> None:
            body = json.dumps(provider.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
