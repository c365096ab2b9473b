"""Whether a number is among many, thousands of them, sent as one value: no statement has room for so many."""

import json
from collections.abc import Collection

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, any_, bindparam, column, func, select
from sqlalchemy.sql.elements import SQLCoreOperations

from gardefou.storage.engine import Tx


def among(tx: Tx, number: SQLCoreOperations[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """Return the predicate: a number is among others.

    Args:
        tx: the open transaction that will be asked.
        number: which.
        numbers: the others, however many.
    """
    many = sorted(numbers)
    if tx.dialect == "postgresql":
        return number == any_(bindparam(None, many, type_=ARRAY(BigInteger), unique=True))
    listed = func.json_each(bindparam(None, json.dumps(many), type_=Text, unique=True)).table_valued("value")
    return number.in_(select(column("value")).select_from(listed))
