"""Alembic's entry: runs on the connection it is handed, inside that connection's transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    compare_type=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
