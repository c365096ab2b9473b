"""Where a program may have a browser led after its owner's yes: never to what runs in the page it is led from."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlsplit

#: No address at all: the code is shown to be copied.
OOB = "urn:ietf:wg:oauth:2.0:oob"
LONGEST = 2000
MOST = 20
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,99}")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\U0010ffff\"'<>\\^`{|};,]")
#: Schemes that run code, read this machine's files, or are no program's own.
_NEVER = frozenset({"javascript", "vbscript", "data", "file", "filesystem", "blob", "about", "view-source", "jar"}) | {
    *("ws", "wss", "ftp", "mailto", "tel", "sms", "urn", "chrome", "resource"),
    *("feed", "intent", "livescript", "mocha", "search", "search-ms", "shell", "hcp", "steam", "ldap", "telnet", "ssh"),
}
#: What starts programs of the system's maker.
_NEVER_BEGINS = ("ms-", "microsoft", "x-apple")


def fit(uri: str) -> bool:
    """Return whether a program may be led back to at this address."""
    if uri == OOB:
        return True
    if not uri or len(uri) > LONGEST or _UNFIT.search(uri) or "#" in uri:
        return False
    try:
        parts = urlsplit(uri)
        _port = parts.port
    except ValueError:
        return False
    match parts.scheme:
        case "https":
            return bool(parts.hostname) and "@" not in parts.netloc
        case "http":
            return _on_this_machine(parts.hostname or "") and "@" not in parts.netloc
        case scheme:
            return _SCHEME.fullmatch(scheme) is not None and _may_lead(scheme) and ":" in uri


def _may_lead(scheme: str) -> bool:
    return scheme not in _NEVER and not scheme.startswith(_NEVER_BEGINS)


def origin_of(uri: str) -> str:
    """Return what the page's policy has to name so that a browser may be led there; empty where nobody is led."""
    if uri == OOB:
        return ""
    parts: SplitResult = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def shown(uri: str) -> str:
    """Return where a browser will be led, as its owner reads it; empty where nobody is led."""
    if uri == OOB:
        return ""
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def _on_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def answer_in(location: str) -> dict[str, str]:
    """Return what an answer tells a program."""
    return dict(parse_qsl(location.partition("?")[2]))
