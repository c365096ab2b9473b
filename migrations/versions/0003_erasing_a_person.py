"""Erasing a person: whose an opening is, and who may empty one."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'

_SEARCHED = "SET search_path = pg_catalog, {schema}, pg_temp"
_FOUNDED = "EXISTS (SELECT 1 FROM house WHERE key = 'founded')"

# Promise 15: what opens a commitment is never changed, and is emptied only in the transaction of an executed, unspent
# order that erases the very person who wrote it or whom it tells of. Founded or not: the record has no other time.
_ERASING = """
    SELECT 1 FROM orders AS o
    WHERE o.state = 'executed' AND o.spent_at IS NULL AND o.kind = 'person.erase' AND o.subject_kind = 'person'
      AND o.subject_id IN (OLD.written_by, OLD.about_person)
"""
_OPENING = "an opening is kept as it was written, until an order erases its person"
_EMPTIED = "length(NEW.salt) = 0 AND NEW.content = ''"


def opening_sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, 'GF003: {_OPENING}')"
    same = " AND ".join(
        f"OLD.{name} IS NEW.{name}" for name in ('commitment', 'key', 'created_at', 'written_by', 'about_person')
    )
    return [
        f"CREATE TRIGGER opening_guard_replace BEFORE INSERT ON opening WHEN EXISTS (SELECT 1 FROM opening "
        f"WHERE commitment = NEW.commitment OR key = NEW.key) BEGIN {refuse}; END",
        f"CREATE TRIGGER opening_guard_update BEFORE UPDATE ON opening "
        f"WHEN NOT ({same} AND {_EMPTIED} AND EXISTS ({_ERASING})) BEGIN {refuse}; END",
        f"CREATE TRIGGER opening_guard_delete BEFORE DELETE ON opening BEGIN {refuse}; END",
    ]


def opening_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{_OPENING}' USING ERRCODE = 'GF003';"
    same = " AND ".join(
        f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}"
        for name in ('commitment', 'key', 'created_at', 'written_by', 'about_person')
    )
    return [
        f"""CREATE FUNCTION opening_guard() RETURNS trigger LANGUAGE plpgsql {_SEARCHED} AS $$
        BEGIN
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND NOT ({same} AND {_EMPTIED} AND EXISTS ({_ERASING})) THEN {refuse} END IF;
            RETURN NEW;
        END $$""",
        "CREATE TRIGGER opening_guard BEFORE INSERT OR UPDATE OR DELETE ON opening "
        "FOR EACH ROW EXECUTE FUNCTION opening_guard()",
        "CREATE TRIGGER opening_guard_truncate BEFORE TRUNCATE ON opening "
        "FOR EACH STATEMENT EXECUTE FUNCTION opening_guard()",
        "ALTER TABLE opening ENABLE ALWAYS TRIGGER opening_guard",
        "ALTER TABLE opening ENABLE ALWAYS TRIGGER opening_guard_truncate",
    ]


# A credential as 0001 guards it; and an order that erases its person empties it, and ends it if it was in force.
_ORDERED = """
    SELECT 1 FROM orders AS o
    WHERE o.id = NEW.order_id AND o.state = 'executed' AND o.spent_at IS NULL
      AND o.kind IN ({kinds}) AND o.subject_id = NEW.person_id
"""
_BY_ORDER = _ORDERED.format(kinds="'credential.enrol', 'credential.end', 'person.join'")
_SAME = "OLD.id = NEW.id AND OLD.person_id = NEW.person_id AND OLD.kind = NEW.kind AND OLD.invited_at = NEW.invited_at"
_ENROLLED = "(OLD.enrolled_at = NEW.enrolled_at OR (OLD.enrolled_at IS NULL AND NEW.enrolled_at IS NULL))"
_KEY_WRITTEN = f"""({_SAME} AND OLD.kind = 'passkey' AND OLD.enrolled_at IS NULL AND OLD.public_key IS NULL
    AND OLD.ended_at IS NULL AND NEW.ended_at IS NULL
    AND (OLD.order_id = NEW.order_id OR (OLD.order_id IS NULL AND NEW.order_id IS NULL))
    AND NEW.enrolled_at IS NOT NULL AND NEW.public_key IS NOT NULL
    AND NEW.issuer IS NULL AND NEW.subject IS NULL)"""
_KEY_KEPT = f"""(OLD.public_key = NEW.public_key OR (OLD.public_key IS NULL AND NEW.public_key IS NULL))
    AND (OLD.key_id = NEW.key_id OR (OLD.key_id IS NULL AND NEW.key_id IS NULL))
    AND {_ENROLLED}
    AND (OLD.issuer = NEW.issuer OR (OLD.issuer IS NULL AND NEW.issuer IS NULL))
    AND (OLD.subject = NEW.subject OR (OLD.subject IS NULL AND NEW.subject IS NULL))
    AND (OLD.site = NEW.site OR (OLD.site IS NULL AND NEW.site IS NULL))"""
_KEY_EMPTIED = f"""({_SAME} AND {_ENROLLED} AND NEW.label = 'erased' AND NEW.ended_at IS NOT NULL
    AND (OLD.ended_at IS NULL OR OLD.ended_at = NEW.ended_at)
    AND ((OLD.public_key IS NULL AND NEW.public_key IS NULL) OR length(NEW.public_key) = 0)
    AND ((OLD.subject IS NULL AND NEW.subject IS NULL) OR NEW.subject = 'erased')
    AND EXISTS ({_ORDERED.format(kinds="'person.erase'")}))"""
_MAY_CHANGE = f"({_KEY_WRITTEN} OR ({_SAME} AND {_KEY_KEPT} AND EXISTS ({_BY_ORDER})) OR {_KEY_EMPTIED})"
_CREDENTIAL = "credential changes only by an unspent executed order for that subject"


def credential_sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, 'GF002: {_CREDENTIAL}')"
    return [
        f"CREATE TRIGGER credential_guard_update BEFORE UPDATE ON credential "
        f"WHEN {_FOUNDED} AND NOT {_MAY_CHANGE} BEGIN {refuse}; END"
    ]


def credential_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{_CREDENTIAL}' USING ERRCODE = 'GF002';"
    return [
        f"""CREATE OR REPLACE FUNCTION credential_guard() RETURNS trigger LANGUAGE plpgsql {_SEARCHED} AS $$
        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'INSERT' AND (NEW.public_key IS NOT NULL OR NOT EXISTS ({_BY_ORDER})) THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND NOT {_MAY_CHANGE} THEN {refuse} END IF;
            RETURN NEW;
        END $$"""
    ]


# What was signed under an order stays: who could take a signature away could void the order without a veto. An order that
# erases whoever signed empties it.
_SIGNED = "what was signed under an order is kept as it was given"
_SIGNED_EMPTIED = """(OLD.id = NEW.id AND OLD.order_id = NEW.order_id AND OLD.person_id = NEW.person_id
    AND OLD.verb = NEW.verb AND OLD.at = NEW.at AND NEW.assertion = '' AND EXISTS (
    SELECT 1 FROM orders AS o
    WHERE o.state = 'executed' AND o.spent_at IS NULL AND o.kind = 'person.erase' AND o.subject_kind = 'person'
      AND o.subject_id = OLD.person_id))"""


def signature_sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, 'GF002: {_SIGNED}')"
    return [
        f"CREATE TRIGGER signature_guard_replace BEFORE INSERT ON signature WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM "
        f"signature WHERE id = NEW.id OR (order_id = NEW.order_id AND person_id = NEW.person_id AND verb = NEW.verb)) "
        f"BEGIN {refuse}; END",
        f"CREATE TRIGGER signature_guard_update BEFORE UPDATE ON signature "
        f"WHEN {_FOUNDED} AND NOT {_SIGNED_EMPTIED} BEGIN {refuse}; END",
        f"CREATE TRIGGER signature_guard_delete BEFORE DELETE ON signature WHEN {_FOUNDED} BEGIN {refuse}; END",
    ]


def signature_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{_SIGNED}' USING ERRCODE = 'GF002';"
    return [
        f"""CREATE FUNCTION signature_guard() RETURNS trigger LANGUAGE plpgsql {_SEARCHED} AS $$
        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND NOT {_SIGNED_EMPTIED} THEN {refuse} END IF;
            RETURN NEW;
        END $$""",
        "CREATE TRIGGER signature_guard BEFORE INSERT OR UPDATE OR DELETE ON signature "
        "FOR EACH ROW EXECUTE FUNCTION signature_guard()",
        "CREATE TRIGGER signature_guard_truncate BEFORE TRUNCATE ON signature "
        "FOR EACH STATEMENT EXECUTE FUNCTION signature_guard()",
        "ALTER TABLE signature ENABLE ALWAYS TRIGGER signature_guard",
        "ALTER TABLE signature ENABLE ALWAYS TRIGGER signature_guard_truncate",
    ]


def guard_statements(dialect: str) -> list[str]:
    """Return every statement that raises a guard, or another one in its place; `{schema}` where the tables' goes."""
    if dialect == 'sqlite':
        return opening_sqlite() + credential_sqlite() + signature_sqlite()
    return opening_postgresql() + credential_postgresql() + signature_postgresql()


# Texts that somebody wrote, and those that tell of somebody, by where an entry commits to them.
_WRITTEN = ('why', 'signature', 'said')
_NAMING = ('person.enrol', 'person.search', 'credential.enrol', 'credential.end')


def whose(bind: sa.Connection) -> None:
    """Say of every opening that is there already whose it is, as the entries tell."""
    number = "CAST(substr(key, {}) AS {})"
    whole = 'BIGINT' if bind.dialect.name == 'postgresql' else 'INTEGER'
    bind.exec_driver_sql(
        f"UPDATE opening SET about_person = {number.format(8, whole)} WHERE substr(key, 1, 7) = 'person:'"
    )
    bind.exec_driver_sql(
        "UPDATE opening SET about_person = (SELECT person_id FROM credential "
        f"WHERE credential.id = {number.format(12, whole)}) WHERE substr(key, 1, 11) = 'credential:'"
    )
    known = "SELECT commitment, about_person FROM opening WHERE substr(key, 1, 7) = 'person:'"
    people = dict(tuple(row) for row in bind.exec_driver_sql(known))
    tell = "UPDATE opening SET {} = :person WHERE commitment = :made"
    entries = bind.exec_driver_sql("SELECT content FROM entry").fetchall()
    for (content,) in entries:
        body = json.loads(bytes(content))['body']
        writer, subject, kind = people.get(body.get('who')), people.get(body.get('subject')), body.get('order_kind')
        told = [name for name in _WRITTEN if writer is not None and body.get(name)]
        about = [name for name in ('why', 'change') if subject is not None and body.get(name)]
        about = [name for name in about if kind != 'person.erase' and (name == 'why' or kind in _NAMING)]
        for column, person, names in (('written_by', writer, told), ('about_person', subject, about)):
            for name in names:
                bind.execute(sa.text(tell.format(column)), {'person': person, 'made': body[name]})


def upgrade() -> None:
    for name in ('written_by', 'about_person'):
        kind = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
        op.add_column('opening', sa.Column(name, kind, nullable=True))
    bind = op.get_bind()
    whose(bind)
    schema = ""
    if bind.dialect.name == 'postgresql':
        schema = str(bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())
    else:
        bind.exec_driver_sql("DROP TRIGGER credential_guard_update")
    for statement in guard_statements(bind.dialect.name):
        # Alembic would read a colon in a statement as a parameter.
        bind.exec_driver_sql(statement.replace("{schema}", schema))
