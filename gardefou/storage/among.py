"""Whether something is among others, however many, sent as one value.

SQLAlchemy's `in_` writes its statement anew for every number of values, and no statement has room for thousands.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, BindParameter, ColumnElement, Dialect, LargeBinary, String, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _List(TypeDecorator[list[Any]]):
    """Many values as one: an array for PostgreSQL, JSON for SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: type[BigInteger | LargeBinary | Text]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value, default=bytes.hex)


#: The types of a parameter that stands for many values, by what each of them is.
BYTES, NUMBERS, WORDS = _List(LargeBinary), _List(BigInteger), _List(Text)


class _Among(FunctionElement[bool]):
    # Of no type: SQLite would be asked whether a Boolean is 1, and find no index for that.
    inherit_cache = True


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    one, many = element.clauses
    return f"{compiler.process(one, **how)} = ANY({compiler.process(many, **how)})"


@compiles(_Among, "sqlite")
def _sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    one, many = element.clauses
    value = "from_hex(value)" if many.type is BYTES else "value"  # JSON has no bytes.
    return f"{compiler.process(one, **how)} IN (SELECT {value} FROM json_each({compiler.process(many, **how)}))"


def among(
    one: ColumnElement[Any], many: Collection[int] | Collection[str] | Collection[bytes] | BindParameter[Any]
) -> ColumnElement[bool]:
    """Return the predicate: something is among others.

    Args:
        one: which.
        many: the others, all numbers, all words or all bytes; in a `prepared` statement their parameter.
    """
    kind = WORDS if isinstance(one.type, String) else BYTES if isinstance(one.type, LargeBinary) else NUMBERS
    if isinstance(many, BindParameter):  # By an empty list nobody could tell what would be in it.
        return _Among(one, bindparam(many.key, type_=kind))
    return _Among(one, bindparam(None, sorted(many), type_=kind, unique=True))
