"""The full-text index over the words of answers, as each kind of database makes it.

Both are kept by the database itself. Whoever lets Alembic rebuild `answer_versions` on SQLite must make the triggers
again: a rebuilt table loses them.
"""

from __future__ import annotations

TABLE = "answer_search"

SQLITE = (
    """
    CREATE VIRTUAL TABLE answer_search USING fts5(
        search_heading, search_body,
        content='answer_versions', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER answer_search_insert AFTER INSERT ON answer_versions BEGIN
        INSERT INTO answer_search(rowid, search_heading, search_body)
        VALUES (new.id, new.search_heading, new.search_body);
    END
    """,
    """
    CREATE TRIGGER answer_search_delete AFTER DELETE ON answer_versions BEGIN
        INSERT INTO answer_search(answer_search, rowid, search_heading, search_body)
        VALUES ('delete', old.id, old.search_heading, old.search_body);
    END
    """,
    """
    CREATE TRIGGER answer_search_update AFTER UPDATE OF search_heading, search_body ON answer_versions BEGIN
        INSERT INTO answer_search(answer_search, rowid, search_heading, search_body)
        VALUES ('delete', old.id, old.search_heading, old.search_body);
        INSERT INTO answer_search(rowid, search_heading, search_body)
        VALUES (new.id, new.search_heading, new.search_body);
    END
    """,
)
POSTGRESQL = (
    """
    CREATE INDEX ix_answer_search ON answer_versions
    USING gin (to_tsvector('english', search_heading || ' ' || search_body))
    """,
)
