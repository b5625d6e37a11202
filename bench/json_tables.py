"""The floor of statements: SQLite doing the same with documents as JSON, each table a column of texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any


class JsonTables:
    """A database in memory. A field is read with `json_extract`, an index is on such an expression."""

    def __init__(self, cached_statements: int = 128) -> None:
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, cached_statements=cached_statements, check_same_thread=False
        )

    def create(self, table: str, *indexed: str) -> None:
        """A table with indexes on fields."""
        self._connection.execute(f"CREATE TABLE {table} (body TEXT NOT NULL)")
        for field in indexed:
            self._connection.execute(f"CREATE INDEX {table}_{field} ON {table} (json_extract(body, '$.{field}'))")

    def insert(self, table: str, documents: Iterable[dict[str, Any]]) -> None:
        rows = ((json.dumps(document),) for document in documents)
        self._connection.execute("BEGIN")
        self._connection.executemany(f"INSERT INTO {table} VALUES (?)", rows)
        self._connection.execute("COMMIT")

    def run(self, statement: str, *parameters: object) -> Sequence[tuple[Any, ...]]:
        return self._connection.execute(statement, parameters).fetchall()

    def documents(self, statement: str, *parameters: object) -> list[Any]:
        """The documents that are the only column of a query, decoded as a client would have them."""
        return [json.loads(body) for (body,) in self.run(statement, *parameters)]

    def close(self) -> None:
        self._connection.close()


def path(alias: str, field: str) -> str:
    """A field of a document in SQL."""
    return f"json_extract({alias}.body, '$.{field}')"


def as_sql(statement: str) -> str:
    """A statement of the dialect in SQL over JSON: every `alias.field` becomes a function call."""
    words = []
    for word in statement.split():
        name, comma = word.rstrip(","), word[len(word.rstrip(",")) :]
        alias, dot, field = name.partition(".")
        words.append(f"{path(alias, field) if dot else name}{comma}")
    return " ".join(words)
