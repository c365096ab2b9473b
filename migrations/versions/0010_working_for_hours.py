"""Working for hours: several cases at one press, notes, texts used often, and who looks after an order."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('person_id', _Int(), nullable=False),
    sa.Column('deed', sa.Text(), nullable=False),
    sa.Column('at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_batch_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_index(op.f('ix_batch_person_id'), 'batch', ['person_id'], unique=False)
    op.create_table('batch_case',
    sa.Column('batch_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('case_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('place', _Int(), nullable=False),
    sa.Column('became', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('version', _Int(), nullable=False),
    sa.Column('order_id', _Int(), nullable=True),
    sa.CheckConstraint("became IN ('closed', 'handed', 'ordered', 'to sign', 'undone', 'nothing')", name=op.f('ck_batch_case_became')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_case_batch_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_batch_case_case_id')),
    sa.PrimaryKeyConstraint('batch_id', 'case_id', name=op.f('pk_batch_case'))
    )
    op.create_table('blurred_word',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('entered_at', _Int(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_blurred_word'))
    )
    op.create_table('caretaker',
    sa.Column('order_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('person_id', _Int(), nullable=False),
    sa.Column('named_by', _Int(), nullable=False),
    sa.Column('at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['named_by'], ['person.id'], name=op.f('fk_caretaker_named_by')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_caretaker_order_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_caretaker_person_id')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_caretaker'))
    )
    op.create_index(op.f('ix_caretaker_person_id'), 'caretaker', ['person_id'], unique=False)
    op.create_table('macro',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('text_fr', sa.Text(), nullable=False),
    sa.Column('changed_by', _Int(), nullable=False),
    sa.Column('changed_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_macro_changed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_macro')),
    sa.UniqueConstraint('name_key', name=op.f('uq_macro_name_key'))
    )
    op.create_table('note',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('case_id', _Int(), nullable=True),
    sa.Column('person_id', _Int(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_note_account_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_note_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_note_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    op.create_index('ix_note_account', 'note', ['account_id', 'id'], unique=False)
    op.create_index(op.f('ix_note_person_id'), 'note', ['person_id'], unique=False)


def downgrade() -> None:
    for table in ('note', 'macro', 'caretaker', 'blurred_word', 'batch_case', 'batch'):
        op.drop_table(table)
