"""The one catalogue of tables, and how their constraints are named."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Ids, instants and counts: 64 bits on both databases (SQLite's INTEGER is 64 bits wide and indexes fastest).
Int64 = BigInteger().with_variant(Integer(), "sqlite")
