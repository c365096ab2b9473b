"""The house as it was raised."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None


# Promise 10: a standing changes only in the name of an unspent executed order for that very subject, and spends it.
# table, key, subject kind
GUARDED = (("standing", "account_id", "account"), ("post_standing", "post_id", "post"))

# On PostgreSQL a temporary table would otherwise be found first, before any of ours, and say whatever its maker likes.
_SEARCHED = "SET search_path = pg_catalog, {schema}, pg_temp"

_FITS = """
    SELECT 1 FROM orders AS o
    WHERE o.id = NEW.order_id AND o.state = 'executed' AND o.spent_at IS NULL
      AND o.subject_kind = '{subject}' AND o.subject_id = NEW.{key} AND o.target = NEW.standing
"""


def guard_sqlite(table: str, key: str, subject: str) -> list[str]:
    fits = _FITS.format(subject=subject, key=key)
    refuse = f"SELECT RAISE(ABORT, 'GF001: {table} changes only by an unspent executed order for that subject')"
    spend = "UPDATE orders SET spent_at = executed_at WHERE id = NEW.order_id"
    return [
        f"CREATE TRIGGER {table}_guard_insert BEFORE INSERT ON {table} WHEN NOT EXISTS ({fits}) BEGIN {refuse}; END",
        # REPLACE deletes the old row without asking the delete trigger, so a key that exists is refused here.
        f"CREATE TRIGGER {table}_guard_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_guard_update BEFORE UPDATE ON {table} "
        f"WHEN OLD.{key} <> NEW.{key} OR NOT EXISTS ({fits}) BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_guard_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_spend_insert AFTER INSERT ON {table} BEGIN {spend}; END",
        f"CREATE TRIGGER {table}_spend_update AFTER UPDATE ON {table} BEGIN {spend}; END",
    ]


def guard_postgresql(table: str, key: str, subject: str) -> list[str]:
    fits = _FITS.format(subject=subject, key=key)
    refuse = (
        f"RAISE EXCEPTION '{table} changes only by an unspent executed order for that subject' USING ERRCODE = 'GF001';"
    )
    return [
        f"""CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql {_SEARCHED} AS $$
        BEGIN
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND OLD.{key} <> NEW.{key} THEN {refuse} END IF;
            UPDATE orders AS spent SET spent_at = spent.executed_at WHERE spent.id = NEW.order_id AND EXISTS ({fits});
            IF NOT FOUND THEN {refuse} END IF;
            RETURN NEW;
        END $$""",
        f"CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
        f"CREATE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard_truncate",
    ]


# Promise 10, for the safeguards: once the house is founded, a row of these changes only in the name of an unspent
# executed order of one of these kinds for that very subject.
# table, primary key, subject, kinds
SAFEGUARDED = (
    ("roster_line", "account_id", "account_id", "'roster.enter', 'roster.remove'"),
    ("engagement", "id", "person_id", "'person.enrol', 'person.engage', 'person.notice', 'person.end', 'person.join'"),
    ("role_grant", "id", "person_id", "'role.grant', 'role.take'"),
    ("shift", "id", "person_id", "'shift.add', 'shift.remove', 'rota.enter'"),
    ("person_joined", "person_id", "person_id", "'person.join'"),
    ("rulebook_in_force", "one", "one", "'rulebook.replace'"),
    ("setting_in_force", "name", "one", "'setting.change'"),
    ("token", "id", "one", "'token.issue', 'token.end'"),
)
_FOUNDED = "EXISTS (SELECT 1 FROM house WHERE key = 'founded')"
_ORDERED = """
    SELECT 1 FROM orders AS o
    WHERE o.id = NEW.{order} AND o.state = 'executed' AND o.spent_at IS NULL
      AND o.kind IN ({kinds}) AND o.subject_id = NEW.{subject}
"""


def safeguard_sqlite(table: str, key: str, subject: str, kinds: str) -> list[str]:
    ordered = _ORDERED.format(order="order_id", kinds=kinds, subject=subject)
    refuse = f"SELECT RAISE(ABORT, 'GF002: {table} changes only by an unspent executed order for that subject')"
    return [
        f"CREATE TRIGGER {table}_guard_insert BEFORE INSERT ON {table} "
        f"WHEN {_FOUNDED} AND NOT EXISTS ({ordered}) BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_guard_replace BEFORE INSERT ON {table} "
        f"WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_guard_update BEFORE UPDATE ON {table} "
        f"WHEN {_FOUNDED} AND (OLD.{key} <> NEW.{key} OR OLD.{subject} <> NEW.{subject} OR NOT EXISTS ({ordered})) "
        f"BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_guard_delete BEFORE DELETE ON {table} WHEN {_FOUNDED} BEGIN {refuse}; END",
    ]


def _function(table: str, body: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql {_SEARCHED} AS $$\n{body}$$",
        f"CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
        f"CREATE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard_truncate",
    ]


def safeguard_postgresql(table: str, key: str, subject: str, kinds: str) -> list[str]:
    ordered = _ORDERED.format(order="order_id", kinds=kinds, subject=subject)
    refuse = (
        f"RAISE EXCEPTION '{table} changes only by an unspent executed order for that subject' USING ERRCODE = 'GF002';"
    )
    return _function(
        table,
        f"""        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND (OLD.{key} <> NEW.{key} OR OLD.{subject} <> NEW.{subject}) THEN {refuse} END IF;
            IF NOT EXISTS ({ordered}) THEN {refuse} END IF;
            RETURN NEW;
        END """,
    )


# A token's secret is made once, for whoever proposed the token, while the order that issued it is the last word on it.
_COLLECTED = """
    SELECT 1 FROM token AS t JOIN orders AS o ON o.id = t.order_id
    WHERE t.id = NEW.token_id AND t.person_id = NEW.person_id AND t.removed_at IS NULL
      AND o.kind = 'token.issue' AND o.state = 'executed' AND o.proposer = 'person:' || NEW.person_id
"""
_ONCE = "a token's secret is made once, for whoever proposed the token"


def secret_sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, 'GF002: {_ONCE.replace(chr(39), chr(39) * 2)}')"
    return [
        f"CREATE TRIGGER token_secret_guard_insert BEFORE INSERT ON token_secret "
        f"WHEN {_FOUNDED} AND NOT EXISTS ({_COLLECTED}) BEGIN {refuse}; END",
        f"CREATE TRIGGER token_secret_guard_replace BEFORE INSERT ON token_secret WHEN {_FOUNDED} AND EXISTS (SELECT 1 "
        f"FROM token_secret WHERE token_id = NEW.token_id OR secret_hash = NEW.secret_hash) BEGIN {refuse}; END",
        f"CREATE TRIGGER token_secret_guard_update BEFORE UPDATE ON token_secret WHEN {_FOUNDED} BEGIN {refuse}; END",
        f"CREATE TRIGGER token_secret_guard_delete BEFORE DELETE ON token_secret WHEN {_FOUNDED} BEGIN {refuse}; END",
    ]


def secret_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{_ONCE.replace(chr(39), chr(39) * 2)}' USING ERRCODE = 'GF002';"
    return _function(
        "token_secret",
        f"""        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP <> 'INSERT' THEN {refuse} END IF;
            IF NOT EXISTS ({_COLLECTED}) THEN {refuse} END IF;
            RETURN NEW;
        END """,
    )


# The assigned tier is one column of a row whose other columns change freely.
_TIER = _ORDERED.format(order="tier_order_id", kinds="'tier.assign'", subject="id")
# The tier it reached rises freely, since rising protects; it falls only in the name of an order that may lower it.
_RANK = "(CASE {row}.reached_tier WHEN 'critical' THEN 2 WHEN 'notable' THEN 1 ELSE 0 END)"
_FALLS = f"{_RANK.format(row='NEW')} < {_RANK.format(row='OLD')}"
_MAY_FALL = _ORDERED.format(order="reached_order_id", kinds="'tier.assign', 'roster.remove'", subject="id")
# Once founded a house stays founded, and whose it is: its door is not opened again, nor is it a demo's by then.
_KEPT = "('founded', 'made_by')"
_WORDS = {
    "rulebook": "what a rulebook says is kept as it was entered",
    "account": "a tier is assigned, and falls, only by an unspent executed order for that account",
    "house": "a house is founded once, and stays whose it is",
}


def doors_sqlite() -> list[str]:
    tier, door, said = (f"SELECT RAISE(ABORT, 'GF002: {_WORDS[table]}')" for table in ("account", "house", "rulebook"))
    return [
        f"CREATE TRIGGER account_guard_insert BEFORE INSERT ON account "
        f"WHEN {_FOUNDED} AND NEW.assigned_tier IS NOT NULL BEGIN {tier}; END",
        f"CREATE TRIGGER account_guard_replace BEFORE INSERT ON account "
        f"WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM account WHERE id = NEW.id) BEGIN {tier}; END",
        f"CREATE TRIGGER account_guard_update BEFORE UPDATE ON account "
        f"WHEN {_FOUNDED} AND (OLD.id <> NEW.id OR (OLD.assigned_tier IS NOT NEW.assigned_tier "
        f"AND NOT EXISTS ({_TIER})) OR ({_FALLS} AND NOT EXISTS ({_MAY_FALL}))) BEGIN {tier}; END",
        f"CREATE TRIGGER account_guard_delete BEFORE DELETE ON account WHEN {_FOUNDED} BEGIN {tier}; END",
        f"CREATE TRIGGER house_guard_insert BEFORE INSERT ON house "
        f"WHEN NEW.key IN {_KEPT} AND {_FOUNDED} BEGIN {door}; END",
        f"CREATE TRIGGER house_guard_update BEFORE UPDATE ON house "
        f"WHEN (OLD.key IN {_KEPT} OR NEW.key IN {_KEPT}) AND {_FOUNDED} BEGIN {door}; END",
        f"CREATE TRIGGER house_guard_delete BEFORE DELETE ON house "
        f"WHEN OLD.key IN {_KEPT} AND {_FOUNDED} BEGIN {door}; END",
        f"CREATE TRIGGER rulebook_guard_replace BEFORE INSERT ON rulebook "
        f"WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM rulebook WHERE digest = NEW.digest) BEGIN {said}; END",
        f"CREATE TRIGGER rulebook_guard_update BEFORE UPDATE ON rulebook WHEN {_FOUNDED} BEGIN {said}; END",
        f"CREATE TRIGGER rulebook_guard_delete BEFORE DELETE ON rulebook WHEN {_FOUNDED} BEGIN {said}; END",
    ]


def doors_postgresql() -> list[str]:
    tier, door, said = (
        f"RAISE EXCEPTION '{_WORDS[table]}' USING ERRCODE = 'GF002';" for table in ("account", "house", "rulebook")
    )
    return _function(
        "account",
        f"""        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {tier} END IF;
            IF TG_OP = 'INSERT' AND NEW.assigned_tier IS NOT NULL THEN {tier} END IF;
            IF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN {tier} END IF;
            IF TG_OP = 'UPDATE' AND OLD.assigned_tier IS DISTINCT FROM NEW.assigned_tier
                AND NOT EXISTS ({_TIER}) THEN {tier} END IF;
            IF TG_OP = 'UPDATE' AND {_FALLS} AND NOT EXISTS ({_MAY_FALL}) THEN {tier} END IF;
            RETURN NEW;
        END """,
    ) + _function(
        "house",
        f"""        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                IF {_FOUNDED} THEN {door} END IF;
                RETURN NULL;
            END IF;
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP <> 'INSERT' AND OLD.key IN {_KEPT} THEN {door} END IF;
            IF TG_OP <> 'DELETE' AND NEW.key IN {_KEPT} THEN {door} END IF;
            RETURN COALESCE(NEW, OLD);
        END """,
    ) + _function(
        "rulebook",
        f"""        BEGIN
            IF TG_OP <> 'INSERT' AND {_FOUNDED} THEN {said} END IF;
            RETURN COALESCE(NEW, OLD);
        END """,
    )


# A credential is invited and ended in the name of an order; between the two its owner writes its key, once.
_CREDENTIALS = "'credential.enrol', 'credential.end', 'person.join'"
_SAME = "OLD.id = NEW.id AND OLD.person_id = NEW.person_id AND OLD.kind = NEW.kind AND OLD.invited_at = NEW.invited_at"
_KEY_WRITTEN = f"""({_SAME} AND OLD.kind = 'passkey' AND OLD.enrolled_at IS NULL AND OLD.public_key IS NULL
    AND OLD.ended_at IS NULL AND NEW.ended_at IS NULL
    AND (OLD.order_id = NEW.order_id OR (OLD.order_id IS NULL AND NEW.order_id IS NULL))
    AND NEW.enrolled_at IS NOT NULL AND NEW.public_key IS NOT NULL
    AND NEW.issuer IS NULL AND NEW.subject IS NULL)"""
_KEY_KEPT = """(OLD.public_key = NEW.public_key OR (OLD.public_key IS NULL AND NEW.public_key IS NULL))
    AND (OLD.key_id = NEW.key_id OR (OLD.key_id IS NULL AND NEW.key_id IS NULL))
    AND (OLD.enrolled_at = NEW.enrolled_at OR (OLD.enrolled_at IS NULL AND NEW.enrolled_at IS NULL))
    AND (OLD.issuer = NEW.issuer OR (OLD.issuer IS NULL AND NEW.issuer IS NULL))
    AND (OLD.subject = NEW.subject OR (OLD.subject IS NULL AND NEW.subject IS NULL))
    AND (OLD.site = NEW.site OR (OLD.site IS NULL AND NEW.site IS NULL))"""


def credentials_sqlite() -> list[str]:
    ordered = _ORDERED.format(order="order_id", kinds=_CREDENTIALS, subject="person_id")
    refuse = "SELECT RAISE(ABORT, 'GF002: credential changes only by an unspent executed order for that subject')"
    changed = f"({_SAME} AND {_KEY_KEPT} AND EXISTS ({ordered}))"
    return [
        f"CREATE TRIGGER credential_guard_insert BEFORE INSERT ON credential "
        f"WHEN {_FOUNDED} AND (NEW.public_key IS NOT NULL OR NOT EXISTS ({ordered})) BEGIN {refuse}; END",
        f"CREATE TRIGGER credential_guard_replace BEFORE INSERT ON credential "
        f"WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM credential WHERE id = NEW.id OR key_id = NEW.key_id) "
        f"BEGIN {refuse}; END",
        f"CREATE TRIGGER credential_guard_update BEFORE UPDATE ON credential "
        f"WHEN {_FOUNDED} AND NOT ({_KEY_WRITTEN} OR {changed}) BEGIN {refuse}; END",
        f"CREATE TRIGGER credential_guard_delete BEFORE DELETE ON credential WHEN {_FOUNDED} BEGIN {refuse}; END",
    ]


def credentials_postgresql() -> list[str]:
    ordered = _ORDERED.format(order="order_id", kinds=_CREDENTIALS, subject="person_id")
    refuse = (
        "RAISE EXCEPTION 'credential changes only by an unspent executed order for that subject' "
        "USING ERRCODE = 'GF002';"
    )
    return _function(
        "credential",
        f"""        BEGIN
            IF NOT {_FOUNDED} THEN RETURN COALESCE(NEW, OLD); END IF;
            IF TG_OP NOT IN ('INSERT', 'UPDATE') THEN {refuse} END IF;
            IF TG_OP = 'INSERT' AND (NEW.public_key IS NOT NULL OR NOT EXISTS ({ordered})) THEN {refuse} END IF;
            IF TG_OP = 'UPDATE' AND NOT ({_KEY_WRITTEN} OR ({_SAME} AND {_KEY_KEPT} AND EXISTS ({ordered})))
                THEN {refuse} END IF;
            RETURN NEW;
        END """,
    )


# What was signed under an order stays: who could take a signature away could void the order without a veto.
_SIGNED = "what was signed under an order is kept as it was given"


def signatures_sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, 'GF002: {_SIGNED}')"
    return [
        f"CREATE TRIGGER signature_guard_replace BEFORE INSERT ON signature WHEN {_FOUNDED} AND EXISTS (SELECT 1 FROM "
        f"signature WHERE id = NEW.id OR (order_id = NEW.order_id AND person_id = NEW.person_id AND verb = NEW.verb)) "
        f"BEGIN {refuse}; END",
        f"CREATE TRIGGER signature_guard_update BEFORE UPDATE ON signature WHEN {_FOUNDED} BEGIN {refuse}; END",
        f"CREATE TRIGGER signature_guard_delete BEFORE DELETE ON signature WHEN {_FOUNDED} BEGIN {refuse}; END",
    ]


def signatures_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{_SIGNED}' USING ERRCODE = 'GF002';"
    return _function(
        "signature",
        f"""        BEGIN
            IF TG_OP <> 'INSERT' AND {_FOUNDED} THEN {refuse} END IF;
            RETURN COALESCE(NEW, OLD);
        END """,
    )


def guard_statements(dialect: str) -> list[str]:
    """Return every statement that raises a guard; on PostgreSQL, with `{schema}` where that of the tables goes."""
    lite = dialect == "sqlite"
    standings = [statement for one in GUARDED for statement in (guard_sqlite if lite else guard_postgresql)(*one)]
    others = [
        statement for one in SAFEGUARDED for statement in (safeguard_sqlite if lite else safeguard_postgresql)(*one)
    ]
    credentials = credentials_sqlite() if lite else credentials_postgresql()
    secrets = secret_sqlite() if lite else secret_postgresql()
    signatures = signatures_sqlite() if lite else signatures_postgresql()
    return standings + others + credentials + secrets + signatures + (doors_sqlite() if lite else doors_postgresql())


def guards() -> None:
    bind = op.get_bind()
    schema = ""
    if bind.dialect.name == "postgresql":
        schema = str(bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())
    for statement in guard_statements(bind.dialect.name):
        # Alembic would read a colon in a statement as a parameter.
        bind.exec_driver_sql(statement.replace("{schema}", schema))


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('platform_id', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('handle_key', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('followers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('posts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('peak_followers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('peak_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('office', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=True),
    sa.Column('assigned_tier', sa.Text(), nullable=True),
    sa.Column('tier_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reached_tier', sa.Text(), nullable=False),
    sa.Column('reached_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("assigned_tier IS NULL OR assigned_tier IN ('ordinary', 'notable', 'critical')", name=op.f('ck_account_assigned_tier')),
    sa.CheckConstraint("reached_tier IN ('ordinary', 'notable', 'critical')", name=op.f('ck_account_reached_tier')),
    sa.CheckConstraint('followers >= 0 AND posts >= 0 AND peak_followers >= followers', name=op.f('ck_account_counters')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account'))
    )
    op.create_index('uq_account_handle', 'account', ['platform', 'handle_key'], unique=True)
    op.create_index('uq_account_platform_id', 'account', ['platform', 'platform_id'], unique=True)
    op.create_table('entry',
    sa.Column('index', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('index', name=op.f('pk_entry'))
    )
    op.create_index('ix_entry_kind', 'entry', ['kind'], unique=False)
    op.create_index('ix_entry_order', 'entry', ['order_id'], unique=False)
    op.create_table('entry_about',
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('index', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('about', 'index', name=op.f('pk_entry_about'))
    )
    op.create_table('event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pid', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stepped', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('house',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_house'))
    )
    op.create_table('ledger_head',
    sa.Column('one', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('frontier', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('one = 1', name=op.f('ck_ledger_head_one')),
    sa.PrimaryKeyConstraint('one', name=op.f('pk_ledger_head'))
    )
    op.create_table('net_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('handle_key', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('followers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('following', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('posts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('official', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('imported_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_account')),
    sa.UniqueConstraint('email', name=op.f('uq_net_account_email')),
    sa.UniqueConstraint('handle_key', name=op.f('uq_net_account_handle_key')),
    sa.UniqueConstraint('imported_id', name=op.f('uq_net_account_imported_id'))
    )
    op.create_table('opening',
    sa.Column('commitment', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=True),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('commitment', name=op.f('pk_opening')),
    sa.UniqueConstraint('key', name=op.f('uq_opening_key'))
    )
    op.create_table('orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target', sa.Text(), nullable=True),
    sa.Column('proposer', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('clause', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('evidence_digest', sa.LargeBinary(), nullable=False),
    sa.Column('rulebook_digest', sa.LargeBinary(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reverses', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reversed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('not_before', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lift_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approve_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hold', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('execute_within', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quorum_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('held_from', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('effect_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('execute_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('executed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_because', sa.Text(), nullable=True),
    sa.Column('spent_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("state IN ('proposed', 'waiting', 'held', 'executed', 'reversed', 'refused', 'void')", name=op.f('ck_orders_state')),
    sa.CheckConstraint("subject_kind IN ('account', 'post', 'statement', 'person', 'house')", name=op.f('ck_orders_subject_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('digest', name=op.f('uq_orders_digest'))
    )
    op.create_index('ix_orders_account', 'orders', ['account_id', 'id'], unique=False)
    op.create_index('ix_orders_case', 'orders', ['case_id'], unique=False)
    op.create_index('ix_orders_executed_at', 'orders', ['executed_at'], unique=False)
    op.create_index('ix_orders_proposed_at', 'orders', ['proposed_at'], unique=False)
    op.create_index('ix_orders_open', 'orders', ['effect_at'], unique=False, postgresql_where=sa.text("state IN ('waiting', 'held')"), sqlite_where=sa.text("state IN ('waiting', 'held')"))
    op.create_index('ix_orders_subject', 'orders', ['subject_kind', 'subject_id', 'state'], unique=False)
    op.create_index('uq_orders_one_open', 'orders', ['subject_kind', 'subject_id', 'kind'], unique=True, postgresql_where=sa.text("state IN ('waiting', 'held')"), sqlite_where=sa.text("state IN ('waiting', 'held')"))
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('queued', 'accepted', 'given up')", name=op.f('ck_outbox_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key'))
    )
    op.create_index('ix_outbox_due', 'outbox', ['state', 'due_at'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email_key', name=op.f('uq_person_email_key')),
    sa.UniqueConstraint('name', name=op.f('uq_person_name'))
    )
    op.create_table('post_standing',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('standing', sa.Text(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("standing IN ('active', 'hidden')", name=op.f('ck_post_standing_standing')),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_standing'))
    )
    op.create_table('reporter',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('filed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('upheld', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rejected', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_reporter'))
    )
    op.create_table('rulebook',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_rulebook'))
    )
    op.create_table('standing',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('standing', sa.Text(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("standing IN ('active', 'limited', 'frozen', 'hidden')", name=op.f('ck_standing_standing')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_standing'))
    )
    op.create_table('cases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('severity', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('reports', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('protected', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('updated_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('handed_to', sa.Text(), nullable=True),
    sa.Column('closed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_by', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.CheckConstraint("category IN ('threats', 'self-harm', 'child abuse', 'terrorism', 'hate', 'harassment', 'impersonation', 'misleading', 'fraud', 'spam', 'illegal', 'other')", name=op.f('ck_cases_category')),
    sa.CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'rejected')", name=op.f('ck_cases_outcome')),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_cases_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_cases_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases'))
    )
    op.create_index(op.f('ix_cases_account_id'), 'cases', ['account_id'], unique=False)
    op.create_index('ix_cases_queue', 'cases', ['state', 'protected', 'due_at'], unique=False)
    op.create_index('uq_cases_one_open', 'cases', ['account_id'], unique=True, postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'"))
    op.create_table('engagement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer', sa.Text(), nullable=False),
    sa.Column('team', sa.Text(), nullable=False),
    sa.Column('starts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ends', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('notice_given_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cut_short', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('cut_short = 0 OR (cut_short = 1 AND ends IS NOT NULL)', name=op.f('ck_engagement_cut_short')),
    sa.CheckConstraint('ends IS NULL OR ends > starts', name=op.f('ck_engagement_order')),
    sa.CheckConstraint('notice_given_at IS NULL OR ends IS NOT NULL', name=op.f('ck_engagement_notice')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_engagement_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_engagement'))
    )
    op.create_index(op.f('ix_engagement_person_id'), 'engagement', ['person_id'], unique=False)
    op.create_table('incident',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stood_down_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stood_down_by', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('refused attempt', 'protected account restored', 'break-glass', 'difference')", name=op.f('ck_incident_kind')),
    sa.CheckConstraint("state IN ('open', 'stood down')", name=op.f('ck_incident_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_incident_account_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_incident_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_index('ix_incident_account', 'incident', ['account_id', 'state'], unique=False)
    op.create_table('net_follow',
    sa.Column('follower_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('followee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['followee_id'], ['net_account.id'], name=op.f('fk_net_follow_followee_id')),
    sa.ForeignKeyConstraint(['follower_id'], ['net_account.id'], name=op.f('fk_net_follow_follower_id')),
    sa.PrimaryKeyConstraint('follower_id', 'followee_id', name=op.f('pk_net_follow'))
    )
    op.create_index('ix_net_follow_followee', 'net_follow', ['followee_id', 'follower_id'], unique=False)
    op.create_table('net_post',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('reposts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('likes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('imported_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_post_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_post')),
    sa.UniqueConstraint('imported_id', name=op.f('uq_net_post_imported_id'))
    )
    op.create_index('ix_net_post_account', 'net_post', ['account_id', 'id'], unique=False)
    op.create_table('net_block',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('blocked_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_block_account_id')),
    sa.ForeignKeyConstraint(['blocked_id'], ['net_account.id'], name=op.f('fk_net_block_blocked_id')),
    sa.PrimaryKeyConstraint('account_id', 'blocked_id', name=op.f('pk_net_block'))
    )
    op.create_index('ix_net_block_blocked', 'net_block', ['blocked_id', 'account_id'], unique=False)
    op.create_table('net_kept_handle',
    sa.Column('handle_key', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_kept_handle_account_id')),
    sa.PrimaryKeyConstraint('handle_key', name=op.f('pk_net_kept_handle'))
    )
    op.create_table('net_taken_follow',
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('follower_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('followee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['followee_id'], ['net_account.id'], name=op.f('fk_net_taken_follow_followee_id')),
    sa.ForeignKeyConstraint(['follower_id'], ['net_account.id'], name=op.f('fk_net_taken_follow_follower_id')),
    sa.PrimaryKeyConstraint('order_id', 'follower_id', 'followee_id', name=op.f('pk_net_taken_follow'))
    )
    op.create_table('net_password_link',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_password_link_account_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_net_password_link'))
    )
    op.create_index(op.f('ix_net_password_link_account_id'), 'net_password_link', ['account_id'], unique=False)
    op.create_table('net_session',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_session_account_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_net_session'))
    )
    op.create_index(op.f('ix_net_session_account_id'), 'net_session', ['account_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('to_kind', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('needed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accepted_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("stage IN ('proposed', 'held', 'effect', 'void', 'restored')", name=op.f('ck_notice_stage')),
    sa.CheckConstraint("to_kind IN ('duty manager', 'owner', 'approver', 'proposer')", name=op.f('ck_notice_to_kind')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_notice_order_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_notice_outbox_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index(op.f('ix_notice_order_id'), 'notice', ['order_id'], unique=False)
    op.create_table('role_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('starts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ends', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("role IN ('agent', 'reviewer', 'duty manager', 'auditor', 'administrator')", name=op.f('ck_role_grant_role')),
    sa.CheckConstraint('ends IS NULL OR ends > starts', name=op.f('ck_role_grant_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    op.create_index(op.f('ix_role_grant_person_id'), 'role_grant', ['person_id'], unique=False)
    op.create_table('roster_line',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tier', sa.Text(), nullable=False),
    sa.Column('office', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('added_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('removed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("tier IN ('notable', 'critical')", name=op.f('ck_roster_line_tier')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_roster_line_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_roster_line'))
    )
    op.create_table('rulebook_in_force',
    sa.Column('one', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('one = 1', name=op.f('ck_rulebook_in_force_one')),
    sa.ForeignKeyConstraint(['digest'], ['rulebook.digest'], name=op.f('fk_rulebook_in_force_digest')),
    sa.PrimaryKeyConstraint('one', name=op.f('pk_rulebook_in_force'))
    )
    op.create_table('setting_in_force',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('one', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('one = 1', name=op.f('ck_setting_in_force_one')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_setting_in_force'))
    )
    op.create_table('shift',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ends', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('removed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('ends > starts', name=op.f('ck_shift_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shift_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift'))
    )
    op.create_index(op.f('ix_shift_person_id'), 'shift', ['person_id'], unique=False)
    op.create_table('sign_in_link',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_link_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in_link'))
    )
    op.create_index('ix_sign_in_link_person', 'sign_in_link', ['person_id'], unique=False)
    op.create_table('credential',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('invited_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrolled_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('key_id', sa.LargeBinary(), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('site', sa.Text(), nullable=True),
    sa.Column('ended_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("kind IN ('passkey', 'oidc')", name=op.f('ck_credential_kind')),
    sa.CheckConstraint("(kind = 'oidc') = (issuer IS NOT NULL AND subject IS NOT NULL)", name=op.f('ck_credential_subject')),
    sa.CheckConstraint("(kind = 'passkey' AND enrolled_at IS NOT NULL) = (key_id IS NOT NULL AND public_key IS NOT NULL)", name=op.f('ck_credential_key')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_credential_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
    sa.UniqueConstraint('key_id', name=op.f('uq_credential_key_id'))
    )
    op.create_index(op.f('ix_credential_person_id'), 'credential', ['person_id'], unique=False)
    op.create_index('ix_credential_subject', 'credential', ['issuer', 'subject'], unique=False)
    op.create_table('credential_use',
    sa.Column('credential_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('counter', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['credential_id'], ['credential.id'], name=op.f('fk_credential_use_credential_id')),
    sa.PrimaryKeyConstraint('credential_id', name=op.f('pk_credential_use'))
    )
    op.create_table('enrolment_link',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('credential_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['credential_id'], ['credential.id'], name=op.f('fk_enrolment_link_credential_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_enrolment_link'))
    )
    op.create_table('challenge',
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('until', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('challenge', name=op.f('pk_challenge'))
    )
    op.create_table('person_joined',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('joined_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('person_id <> joined_to', name=op.f('ck_person_joined_two')),
    sa.ForeignKeyConstraint(['joined_to'], ['person.id'], name=op.f('fk_person_joined_joined_to')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_joined_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_joined'))
    )
    op.create_table('signature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verb', sa.Text(), nullable=False),
    sa.Column('credential_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('assertion', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("verb IN ('propose', 'approve', 'veto')", name=op.f('ck_signature_verb')),
    sa.ForeignKeyConstraint(['credential_id'], ['credential.id'], name=op.f('fk_signature_credential_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_signature_order_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signature_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('order_id', 'person_id', 'verb', name=op.f('uq_signature_order_id_person_id_verb'))
    )
    op.create_index(op.f('ix_signature_person_id'), 'signature', ['person_id'], unique=False)
    op.create_table('paper',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('drawn_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_paper_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper'))
    )
    op.create_index(op.f('ix_paper_person_id'), 'paper', ['person_id'], unique=False)
    op.create_table('tries',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('until', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_tries'))
    )
    op.create_index(op.f('ix_tries_until'), 'tries', ['until'], unique=False)
    op.create_table('vote',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verb', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_digest', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.CheckConstraint("verb IN ('approve', 'veto')", name=op.f('ck_vote_verb')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_vote_order_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_vote_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote')),
    sa.UniqueConstraint('order_id', 'person_id', 'verb', name=op.f('uq_vote_order_id_person_id_verb'))
    )
    op.create_index('ix_vote_account', 'vote', ['account_id', 'person_id', 'at'], unique=False)
    op.create_index(op.f('ix_vote_person_id'), 'vote', ['person_id'], unique=False)
    op.create_table('incident_order',
    sa.Column('incident_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_order_incident_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_incident_order_order_id')),
    sa.PrimaryKeyConstraint('incident_id', 'order_id', name=op.f('pk_incident_order'))
    )
    op.create_table('lease',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('taken_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('until', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_lease_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lease_person_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_lease'))
    )
    op.create_index(op.f('ix_lease_person_id'), 'lease', ['person_id'], unique=False)
    op.create_table('report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reporter', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('imported_key', sa.Text(), nullable=True),
    sa.CheckConstraint("category IN ('threats', 'self-harm', 'child abuse', 'terrorism', 'hate', 'harassment', 'impersonation', 'misleading', 'fraud', 'spam', 'illegal', 'other')", name=op.f('ck_report_category')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_report_account_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_report_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('imported_key', name=op.f('uq_report_imported_key'))
    )
    op.create_index('ix_report_case', 'report', ['case_id', 'id'], unique=False)
    op.create_index('ix_report_reporter', 'report', ['reporter', 'case_id'], unique=False)
    op.create_table('heard_role',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('roles', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_heard_role_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_heard_role'))
    )
    op.create_table('oidc_round',
    sa.Column('state_hash', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_oidc_round'))
    )
    op.create_table('token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('one', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ends', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('removed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('one = 1', name=op.f('ck_token_house')),
    sa.CheckConstraint('ends > starts', name=op.f('ck_token_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_token_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token')),
    sa.UniqueConstraint('name', name=op.f('uq_token_name'))
    )
    op.create_table('token_secret',
    sa.Column('token_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('collected_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_token_secret_engagement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_token_secret_person_id')),
    sa.ForeignKeyConstraint(['token_id'], ['token.id'], name=op.f('fk_token_secret_token_id')),
    sa.PrimaryKeyConstraint('token_id', name=op.f('pk_token_secret')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_token_secret_secret_hash'))
    )
    op.create_table('session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stepped_up_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revoked_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("method IN ('link', 'passkey', 'oidc', 'demo')", name=op.f('ck_session_method')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_session_engagement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_session_token_hash'))
    )
    op.create_index(op.f('ix_session_person_id'), 'session', ['person_id'], unique=False)
    op.create_table('statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('incident_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('text_fr', sa.Text(), nullable=False),
    sa.Column('claims', sa.Text(), nullable=False),
    sa.Column('drafted_by', sa.Text(), nullable=False),
    sa.Column('drafted_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('published_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_statement_incident_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_statement_order_id')),
    sa.ForeignKeyConstraint(['supersedes'], ['statement.id'], name=op.f('fk_statement_supersedes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement'))
    )
    op.create_index(op.f('ix_statement_incident_id'), 'statement', ['incident_id'], unique=False)
    op.create_index('uq_statement_number', 'statement', ['incident_id', 'number'], unique=True)
    op.create_table('report_post',
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('posted_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_post_report_id')),
    sa.PrimaryKeyConstraint('report_id', 'post_id', name=op.f('pk_report_post'))
    )
    op.create_index('ix_report_post_post', 'report_post', ['post_id'], unique=False)
    guards()


def downgrade() -> None:
    message = "the first revision cannot be taken back: it would erase the record"
    raise RuntimeError(message)
