"""Words that most reports share keep their place, others give it up: how often each came, and until where it counted."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _key(name: str) -> sa.Column:
    return sa.Column(name, _Int(), autoincrement=False, nullable=False)


def upgrade() -> None:
    # How often the words came that are there was never written down: they weigh nothing, and count as they did.
    for name in ('weight', 'error'):
        op.add_column('case_words', sa.Column(name, _Int(), server_default='0', nullable=False))
    op.create_table(
        'case_words_past',
        *map(_key, ('case_id', 'words', 'after')),
        sa.Column('upto', _Int(), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_words_past_case_id')),
        sa.PrimaryKeyConstraint('case_id', 'words', 'after', name=op.f('pk_case_words_past')),
    )


def downgrade() -> None:
    op.drop_table('case_words_past')
    for name in ('error', 'weight'):
        op.drop_column('case_words', name)
