"""PostgreSQL: the pool, the migrations, and one function for each question asked of the tables.

Functions take a connection, so that the caller decides what is one transaction. A write to a
record goes through `cloud.services.records`, which knows what else belongs to it.
"""
