"""Reports say their place in their case, their words and what was known of their reporter; sums of cases are kept."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'

FIRST = 4
#: What is known of the reports that are there: which came first, and which were their reporters' first in the case.
PLACES = f"""
UPDATE report SET place = one.place, traits = one.traits FROM (
    SELECT id, row_number() OVER (PARTITION BY case_id ORDER BY id) AS place,
           CASE WHEN id = min(id) OVER (PARTITION BY case_id, reporter) THEN {FIRST} ELSE 0 END AS traits
    FROM report
) AS one WHERE one.id = report.id
"""
IN_FORCE = sa.text('taken_back_at IS NULL')


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _number(name: str) -> sa.Column:
    return sa.Column(name, _Int(), nullable=False)


def _of_a_case(table: str, key: str, *columns: sa.Column) -> None:
    keys = ['case_id', key] if key else ['case_id']
    op.create_table(
        table,
        *(sa.Column(name, _Int(), autoincrement=False, nullable=False) for name in keys),
        *columns,
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f(f'fk_{table}_case_id')),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f'pk_{table}')),
    )


def upgrade() -> None:
    op.add_column('report', sa.Column('place', _Int(), server_default='0', nullable=False))
    op.add_column('report', sa.Column('words', _Int(), nullable=True))
    op.add_column('report', sa.Column('traits', _Int(), server_default='0', nullable=False))
    op.execute(PLACES)
    op.create_index('ix_report_place', 'report', ['case_id', 'place'])
    op.add_column('cases', sa.Column('set_aside', _Int(), server_default='0', nullable=False))
    _of_a_case('case_sum', '', _number('upto'), _number('whole'), sa.Column('categories', sa.Text(), nullable=False))
    _of_a_case('case_minute', 'minute', *map(_number, ('reports', 'young', 'same', 'alike')))
    _of_a_case('case_post', 'post_id', *map(_number, ('reports', 'reporters')),
               sa.Column('excerpt', sa.Text(), nullable=False), _number('posted_at'))
    _of_a_case('case_words', 'words', _number('after'))
    op.create_table(
        'aside',
        sa.Column('id', _Int(), autoincrement=False, nullable=False),
        *map(_number, ('case_id', 'since', 'until', 'upto')),
        sa.Column('words', sa.Text(), nullable=False),
        *map(_number, ('reports', 'young', 'same')),
        sa.Column('set_by', sa.Text(), nullable=False),
        _number('set_at'),
        sa.Column('taken_back_by', sa.Text(), nullable=True),
        sa.Column('taken_back_at', _Int(), nullable=True),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_aside_case_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_aside')),
    )
    op.create_index('ix_aside_case', 'aside', ['case_id', 'id'])
    op.create_index('uq_aside_in_force', 'aside', ['case_id', 'since'], unique=True,
                    sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


def downgrade() -> None:
    for table in ('aside', 'case_words', 'case_post', 'case_minute', 'case_sum'):
        op.drop_table(table)
    op.drop_column('cases', 'set_aside')
    op.drop_index('ix_report_place', table_name='report')
    for column in ('traits', 'words', 'place'):
        op.drop_column('report', column)
