"""Whatever is read of accounts and posts passes through the one place that decides who sees what (promise 8).

Each function that names a table of accounts or posts, other than to write it, holds the predicates of
`gardefou/network/visibility.py`, or begins with what `queries` and `timelines` built from them. One that only returns a
statement may leave it to whoever composes it. Every other function stands below, with the reason why it may read past
what is shown.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from tests.house.source import Module, dotted, modules, parse, walk

_NETWORK = "gardefou.network."
#: What hangs on posts: whoever reads it needs to know that the post is shown, and to this reader.
OF_POSTS = frozenset(
    {"net_post", "net_post_version", "net_media", "net_mention", "net_tag", "net_favourite", "net_bookmark"}
)
#: What is about accounts: whoever reads it needs to know that the account is shown.
OF_ACCOUNTS = frozenset({"net_account", "net_follow", "net_notification"})
WATCHED = OF_POSTS | OF_ACCOUNTS

#: Each of these is enough for posts, and for whoever wrote them.
_POSTS = frozenset(
    f"{_NETWORK}queries.{name}"
    for name in ("posts_shown", "shown_posts", "shown_post", "one_shown_post", "locked_original")
)
#: Or all three of these: an account, the post itself, and for whom it was written.
_ACCOUNT = frozenset(f"{_NETWORK}visibility.{name}" for name in ("account_shown", "account_public"))
_POST = f"{_NETWORK}visibility.post_shown"
_OPEN = f"{_NETWORK}visibility.post_open_to"
#: Each of these is enough for accounts.
_ACCOUNTS = _ACCOUNT | _POSTS | {f"{_NETWORK}queries.{name}" for name in ("shown_account", "search_accounts")}
#: Whoever calls one of these reads past what is shown, as if they named its table.
_PAST = {f"{_NETWORK}queries.{name}": "net_account" for name in ("any_account", "any_accounts", "any_handle")}
_PAST |= {f"{_NETWORK}queries.any_posts": "net_post", f"{_NETWORK}acting.reread": "net_account"}
#: What a function returns when somebody else is to ask the question.
_STATEMENTS = re.compile(r"\b(?:Select|ColumnElement|Posts|Listed|CTE|Subquery)\b")
_SQL = re.compile(r"\b(?:FROM|JOIN)\s+\"?(net_\w+)", re.IGNORECASE)

#: Why some may read past what is shown: functions, and files of one verb each. A reason nobody needs any more fails.
EXCEPTIONS: Mapping[str, frozenset[str]] = {
    "Verbs read what they write, lock or count, show nothing of it, and tell the house's own records.": frozenset(
        f"network/{name}.py"
        for name in (
            *("acting", "block", "boost", "change_language", "delete_post", "describe_posted", "dismiss", "drop_media"),
            "edit_post",
            *("follow", "import_account", "import_follow", "import_posts", "keep_media", "notify", "post", "sign_up"),
            *("staff/change_contact", "staff/followers", "staff/remove_post", "staff/rename", "staff/speak"),
            *("tell_members", "update_profile"),
        )
    )
    | {"network/media.py:attach", "network/media.py:in_use", "network/names.py:tell_named"},
    "Owners read their own, whatever their standing: the door has seen to it that they may come in.": frozenset(
        {
            "network/api/entities/credential.py:credential_account",
            "network/api/entities/credential.py:preferences",
            "network/api/posts.py:post_status",
            "network/media.py:own_unposted",
            "network/queries.py:_signed_in",
            "network/web/profile_form.py:save_settings",
            "network/web/profile_form.py:settings_page",
            "network/web/settings.py:set_own_password",
        }
    ),
    "Names, e-mail addresses and passwords are compared, whoever has them.": frozenset(
        {"network/faults.py", "network/passwords.py:owner_of", "network/passwords_anew.py:ask_for_link"}
    ),
    "A hidden account is told of as what it is, `suspended` and blank, which `accounts` sees to.": frozenset(
        {
            "network/api/accounts.py:account_at",
            "network/api/accounts.py:look_up",
            "network/api/entities/accounts.py:_rows",
        }
    ),
    "A handle is handed to a verb, which asks whether its account is shown.": frozenset(
        {
            "network/api/ties.py:follow_account",
            "network/api/ties.py:unfollow_account",
        }
    ),
    "Of posts that are shown already; and ids alone, which whoever shows them reads through `queries`.": frozenset(
        {
            "network/api/deeds.py:_likers",
            "network/api/entities/statuses.py:_named",
            "network/api/entities/statuses.py:_shown_with",
            "network/api/entities/statuses.py:_tagged",
            "network/api/live/audience.py:_near",
            "network/api/live/audience.py:told_of",
            "network/api/timelines.py:_page",
            "network/beside.py:_images",
            "network/conversation.py:_above",
            "network/conversation.py:_below",
            "network/conversation.py:_thread",
            "network/conversation.py:muted_among",
            "network/conversation.py:muting",
            "network/conversation.py:thread_of",
            "network/done.py:<module>",
            "network/done.py:done_with",
            "network/past.py:_kept",
            "network/queries.py:follows",
            "network/queries.py:page_of",
            "network/ties.py:ties",
        }
    ),
    "For the house, never for a page: their callers are looked at instead.": frozenset(
        f"network/queries.py:{name}"
        for name in ("_all_followed", "_any_account", "any_accounts", "any_handle", "any_posts")
    ),
    "Where a post belongs, and whose an image is: whoever asks with it asks beside it what is shown.": frozenset(
        {
            "network/media.py:own_image",
            "network/queries.py:at_home",
            "network/queries.py:in_public",
            "network/queries.py:original_wanted_by",
            "network/queries.py:said_at_home",
            "network/timelines.py:_wanted",
            "network/timelines.py:said_under_a_tag",
        }
    ),
    "Staff see what is hidden, since they decide about it and restore it.": frozenset(
        {
            "connectors/embedded/admin_api/accounts.py",
            "connectors/embedded/admin_api/entities.py:admin_accounts",
            "connectors/embedded/deeds/common.py",
            "connectors/embedded/platform.py",
            "connectors/embedded/exhibits.py",
            "network/staff/images.py",
        }
    ),
    "What comes in from a file, and the house's own account, are found whatever their standing.": frozenset(
        {"app/imports/accounts.py", "app/imports/posts.py", "app/official.py"}
    ),
    "The demonstration offers to be anybody, a hidden account's owner too.": frozenset(
        {"app/demo/people.py:members", "app/demo/web.py:front"}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A function, or what stands outside of any, and what it names.

    Attributes:
        key: its file under `gardefou/` and its name: `network/queries.py:view`.
        name: as others import it.
        tables: the watched tables that it names, other than to write them.
        names: everything it names, in full.
        statement: whether it only returns a statement.
    """

    key: str
    name: str
    tables: frozenset[str]
    names: frozenset[str]
    statement: bool


def readers(module: Module) -> Iterator[Reader]:
    """Yield every function of a module, and what stands outside of them as `<module>`."""
    package = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    here = {one.name for one in module.tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    outside: list[ast.stmt] = []
    for name, function in _functions(module.tree.body, outside):
        yield _reader(module, package, here, name, [function])
    yield _reader(module, package, here, "<module>", outside)


def _functions(
    body: list[ast.stmt], outside: list[ast.stmt], prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{one.name}", one
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one.body, outside, f"{one.name}.")
        elif not isinstance(one, ast.Import | ast.ImportFrom):
            outside.append(one)


def _reader(module: Module, package: str, here: set[str], name: str, body: list[ast.stmt]) -> Reader:
    tables: set[str] = set()
    names: set[str] = set()
    for node, written in (found for one in body for found in _walk(module, one)):
        full = dotted(module, node) if isinstance(node, ast.Name | ast.Attribute) else ""
        full = f"{package}.{full}" if full in here else full
        names.add(full)
        table = full.partition(f"{_NETWORK}tables.")[2].partition(".")[0]
        told = [table, *(_told_in(node) if isinstance(node, ast.Constant) else [])]
        tables |= {one for one in told if one in WATCHED and not written}
        if full in _PAST:
            tables.add(_PAST[full])
    returns = body[0].returns if name != "<module>" and isinstance(body[0], ast.FunctionDef) else None
    return Reader(
        key=f"{module.path.removeprefix('gardefou/')}:{name}",
        name=f"{package}.{name}",
        tables=frozenset(tables),
        names=frozenset(names),
        statement=returns is not None and _STATEMENTS.search(ast.unparse(returns)) is not None,
    )


def _told_in(node: ast.Constant) -> list[str]:
    """Return the tables that a text names: in SQL, or alone, as a key."""
    return [*_SQL.findall(node.value), node.value] if isinstance(node.value, str) else []


def _walk(module: Module, node: ast.AST, *, written: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node, and whether it stands in a statement that writes."""
    written = written or (isinstance(node, ast.Call) and _writes(module, node))
    yield node, written
    for child in ast.iter_child_nodes(node):
        # A question within a statement that writes is a question.
        asks = isinstance(child, ast.Call) and dotted(module, child.func) in {"sqlalchemy.select", "sqlalchemy.exists"}
        yield from _walk(module, child, written=written and not asks)


def _writes(module: Module, node: ast.Call) -> bool:
    """Return whether a call is of `insert(…)`, `update(…)` or `delete(…)`, or of a method on one."""
    inner: ast.expr = node
    while isinstance(inner, ast.Call | ast.Attribute):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
        name = dotted(module, inner)
        if name.startswith("sqlalchemy.") and name.rsplit(".", 1)[1] in {"insert", "update", "delete"}:
            return True
    return False


def _holds(tables: frozenset[str], names: frozenset[str]) -> bool:
    """Return whether these names are enough for these tables."""
    posts = bool(names & _POSTS) or (bool(names & _ACCOUNT) and {_POST, _OPEN} <= names)
    return (posts or not tables & OF_POSTS) and (posts or bool(names & _ACCOUNTS) or not tables & OF_ACCOUNTS)


def past_what_is_shown(found: list[Reader]) -> Iterator[Reader]:
    """Yield every function that reads accounts or posts and asks nobody whether they are shown."""
    statements = {one.name: one.names for one in found if one.statement}

    def named(one: Reader) -> frozenset[str]:
        """Return what a function names, and what the statements that it begins with do."""
        deeper = [statements[name] for name in one.names if name in statements]
        return one.names.union(*deeper, *(statements[far] for near in deeper for far in near if far in statements))

    def asked(one: Reader, tables: frozenset[str]) -> bool:
        """Return whether a function holds what some tables need, or leaves it to those who all do."""
        if _holds(tables, named(one)):
            return True
        composing = [other for other in found if one.name in other.names and other is not one]
        return one.statement and bool(composing) and all(asked(other, tables) for other in composing)

    yield from (one for one in found if one.tables and not asked(one, one.tables))


def excepted(key: str) -> str | None:
    """Return the exception that is made for a function: itself, or its file."""
    known = frozenset().union(*EXCEPTIONS.values())
    return next((one for one in (key, key.partition(":")[0]) if one in known), None)


@cache
def _past() -> list[Reader]:
    """Return what the house reads past what is shown, but for those that decide: the predicates, and the tables."""
    own = {"gardefou/network/visibility.py", "gardefou/network/tables.py"}
    near = [module for module in modules() if module.path not in own and _near(module)]
    return list(past_what_is_shown([one for module in near for one in readers(module)]))


def _near(module: Module) -> bool:
    """Return whether a module knows the network, or has a text that may be of its tables."""
    if module.room == "network" or any(name.startswith(_NETWORK) for name in module.names.values()):
        return True
    texts = (node.value for node in walk(module.tree) if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and "net_" in text for text in texts)


@pytest.mark.promise(8)
def test_whatever_is_read_of_accounts_and_posts_passes_through_visibility() -> None:
    past = {one.key: sorted(one.tables) for one in _past() if excepted(one.key) is None}
    assert past == {}


def test_every_exception_is_needed_and_has_one_reason() -> None:
    every = [key for keys in EXCEPTIONS.values() for key in keys]
    assert set(every) - {excepted(one.key) for one in _past()} == set()
    assert len(every) == len(set(every))


_HEAD = "from sqlalchemy import exists, select, update\nfrom gardefou.network.tables import net_account, net_post\n"
_SHOWN = "from gardefou.network.visibility import account_shown, post_open_to, post_shown\n"
_QUERIES = "from gardefou.network.queries import any_account, posts_shown\n"


@pytest.mark.parametrize(
    "text",
    [
        "def all_of_them(tx):\n    return tx.all(select(net_post))",
        "def names(tx):\n    return tx.all(select(net_account.c.handle).where(net_account.c.id == 1))",
        "from gardefou.network import tables as t\ndef seen(tx):\n    return tx.first(t.net_media.select())",
        "def raw(tx):\n    return tx.all(text('SELECT text FROM net_post'))",
        "def by_name(tx, metadata):\n    return tx.all(metadata.tables['net_bookmark'].select())",
        "class Page:\n    def rows(self, tx):\n        return tx.all(select(net_post.c.text))",
        "ALL = select(net_post)",
        "def row(tx):\n    return any_account(tx, 1)",
        # The author alone does not do for a post, nor the post without its author, nor both for whomever.
        "def said(tx):\n    return tx.all(select(net_post).where(account_shown(net_post.c.account_id)))",
        "def said(tx):\n    return tx.all(select(net_post).where(post_shown(2), post_open_to(net_post, 1)))",
        "def said(tx):\n    return select(net_post).where(account_shown(1), post_shown(net_post.c.id))",
        # Nobody composes it, or somebody who asks nobody.
        "def wanted() -> Select[Any]:\n    return select(net_post)",
        "def wanted() -> Select[Any]:\n    return select(net_post)\ndef page(tx):\n    return tx.all(wanted())",
        "def touch(tx):\n    tx.execute(update(net_post).where(exists(select(net_account.c.id))).values(likes=1))",
    ],
)
def test_a_planted_query_is_seen(text: str) -> None:
    module = parse(_HEAD + _SHOWN + _QUERIES + text, "gardefou/network/planted.py")
    assert [one.key.partition(":")[0] for one in past_what_is_shown(list(readers(module)))] == ["network/planted.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def mine(tx):\n    return tx.all(posts_shown(1).where(net_post.c.account_id == 1))",
        "def seen(tx):\n    return select(net_account.c.id).where(account_shown(net_account.c.id))",
        "def said(tx):\n    return (net_post, account_shown(1), post_shown(2), post_open_to(net_post, None))",
        "def wanted() -> Select[Any]:\n    return select(net_post)\ndef page(tx):\n    return posts_shown(1), wanted()",
        "def wanted() -> Posts:\n    return posts_shown(1)\ndef page():\n    return wanted().where(net_post.c.id < 9)",
        "def touch(tx):\n    tx.execute(update(net_post).where(net_post.c.id == 1).values(likes=1))",
    ],
)
def test_a_query_that_asks_is_let_pass(text: str) -> None:
    module = parse(_HEAD + _SHOWN + _QUERIES + text, "gardefou/network/planted.py")
    assert list(past_what_is_shown(list(readers(module)))) == []
