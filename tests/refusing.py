"""Has a database refuse rows of a table, as with a full disk, on either kind."""

from __future__ import annotations

from sqlalchemy import text

from bot.db.engine import Database


def refuse(database_url: str, table: str, *, words: str = "disk is full", when: str = "") -> None:
    """Refuse new rows.

    Args:
        database_url: Where.
        table: Of which table.
        words: What the database says.
        when: Which rows, as a condition on NEW; all of them if it is not given.
    """
    only = f"WHEN ({when})" if when else ""
    begins = f"CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table}"
    raised = [f"{begins} {only} BEGIN SELECT RAISE(ABORT, '{words}'); END"]
    if not database_url.startswith("sqlite"):
        body = f"BEGIN RAISE EXCEPTION '{words}'; END"
        raised = [
            f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"{begins} FOR EACH ROW {only} EXECUTE FUNCTION refuse_{table}()",
        ]
    _run(database_url, raised)


def allow(database_url: str, table: str) -> None:
    """Take new rows again."""
    if database_url.startswith("sqlite"):
        _run(database_url, [f"DROP TRIGGER refuse_{table}"])
    else:
        _run(database_url, [f"DROP FUNCTION refuse_{table} CASCADE"])


def _run(database_url: str, statements: list[str]) -> None:
    database = Database(database_url)
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))
    database.close()
