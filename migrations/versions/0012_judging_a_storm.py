"""A case keeps the sums of its reporters, its place among cases of its gravity, and when the duty manager was told."""

from math import log2, log10

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'

FOR_ALL = "state = 'open' AND protected = 0 AND handed_to IS NULL"
TOLD = "state = 'open' AND protected = 1"
SUMS = ('reporters', 'newcomers', 'proven', 'proven_weight', 'others_weight', 'right_before', 'wrong_before', 'reach')

#: As priority.py weighs reporters; a weight of 500 and more is somebody's who is usually right.
WEIGHED = """
    SELECT r.case_id AS case_id, w.upheld AS upheld, w.rejected AS rejected, w.filed AS filed,
           1000 * (2 * w.upheld + 1) / (2 * (w.upheld + w.rejected) + 10) AS weight,
           CASE WHEN w.key LIKE 'machine:%' THEN 0 ELSE 1 END AS may_be_proven
    FROM (SELECT DISTINCT report.case_id, report.reporter FROM report) AS r
    JOIN reporter AS w ON w.key = r.reporter
"""
PROVEN = "weight >= 500 AND may_be_proven = 1"
SUMMED = f"""
    SELECT case_id, count(*) AS reporters, sum(CASE WHEN filed <= 1 THEN 1 ELSE 0 END) AS newcomers,
           sum(CASE WHEN {PROVEN} THEN 1 ELSE 0 END) AS proven,
           sum(CASE WHEN {PROVEN} THEN weight ELSE 0 END) AS proven_weight,
           sum(CASE WHEN {PROVEN} THEN 0 ELSE weight END) AS others_weight,
           sum(upheld) AS right_before, sum(rejected) AS wrong_before
    FROM ({WEIGHED}) AS each_one GROUP BY case_id
"""


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _part(name: str, where: str, *columns: str) -> None:
    op.create_index(name, 'cases', list(columns), unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _rank(connection) -> None:
    """Give open cases the head start that priority.py gives to those that come."""
    wanted = "SELECT id, due_at, proven_weight, others_weight, reach FROM cases WHERE state = 'open'"
    ranks = []
    for number, due_at, proven, others, reach in connection.execute(sa.text(wanted)):
        weight = proven + min(others, 1_000)
        minutes = min(120, int(30 * log2(weight / 1_000))) if weight > 1_000 else 0
        minutes += min(75, int(15 * log10(reach / 1_000))) if reach > 1_000 else 0
        if minutes:
            ranks.append({'it': number, 'at': due_at - minutes * 60_000_000})
    if ranks:
        connection.execute(sa.text('UPDATE cases SET rank_at = :at WHERE id = :it'), ranks)


def upgrade() -> None:
    op.add_column('reporter', sa.Column('decided_at', _Int(), nullable=True))
    op.execute('UPDATE reporter SET decided_at = last_at WHERE upheld + rejected > 0')
    for name in (*SUMS, 'rank_at'):
        op.add_column('cases', sa.Column(name, _Int(), server_default='0', nullable=False))
    op.add_column('cases', sa.Column('tell_at', _Int(), nullable=True))
    op.add_column('cases', sa.Column('told_at', _Int(), nullable=True))
    op.execute(f"""
        UPDATE cases SET reporters = s.reporters, newcomers = s.newcomers, proven = s.proven,
            proven_weight = s.proven_weight, others_weight = s.others_weight, right_before = s.right_before,
            wrong_before = s.wrong_before
        FROM ({SUMMED}) AS s WHERE s.case_id = cases.id
    """)
    op.execute('UPDATE cases SET rank_at = due_at')
    op.execute("""
        UPDATE cases SET reach = account.followers FROM account
        WHERE account.id = cases.account_id AND cases.state = 'open'
    """)
    _rank(op.get_bind())
    op.execute(f'UPDATE cases SET tell_at = updated_at WHERE {TOLD}')
    op.drop_index('ix_cases_priority', table_name='cases')
    _part('ix_cases_priority', FOR_ALL, 'severity', 'rank_at', 'id', 'due_at', 'locale')
    _part('ix_cases_tell', TOLD, 'tell_at')
    op.create_table('tally',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('case_id', _Int(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('step', _Int(), nullable=False),
    sa.Column('after', _Int(), nullable=False),
    sa.Column('last', _Int(), nullable=False),
    sa.Column('at', _Int(), nullable=False),
    sa.CheckConstraint("outcome IN ('upheld', 'rejected')", name=op.f('ck_tally_outcome')),
    sa.CheckConstraint('step IN (1, -1)', name=op.f('ck_tally_step')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_tally_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally'))
    )


def downgrade() -> None:
    op.drop_table('tally')
    op.drop_index('ix_cases_tell', table_name='cases')
    op.drop_index('ix_cases_priority', table_name='cases')
    _part('ix_cases_priority', FOR_ALL, 'severity', 'due_at', 'id', 'locale')
    for name in ('told_at', 'tell_at', 'rank_at', *reversed(SUMS)):
        op.drop_column('cases', name)
    op.drop_column('reporter', 'decided_at')
