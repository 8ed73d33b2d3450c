"""The whole shape of a database, as the database itself tells it: two that are described alike are alike."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

Facts = dict[str, list[Any]]

TOKEN = re.compile(r"""\s*('(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\s\w])""")
"""A text, a quoted name, a word or number, or a sign."""
RULES = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
"""What a rule of a table begins with, and a column does not (sqlite.org/lang_createtable.html)."""
PRAGMAS = ("application_id", "auto_vacuum", "encoding", "journal_mode", "page_size", "user_version")


def described(connection: Connection) -> Facts:
    """Return everything about a database but who owns it and the rows of its tables.

    Columns stand in their order. The rules of a table and its indexes are sorted, for their order means nothing.
    """
    return _postgresql(connection) if connection.dialect.name == "postgresql" else _sqlite(connection)


def _sqlite(connection: Connection) -> Facts:
    """What it was told to make, in its own words, from which it knows all else (sqlite.org/schematab.html)."""
    made = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2")
    facts: Facts = {
        f"{kind} {name} of {table}": [] if sql is None else _parts(sql) for kind, name, table, sql in made
    }
    return facts | {
        pragma: [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()] for pragma in PRAGMAS
    }


def _parts(sql: str) -> list[str]:
    """Cut a statement into what stands before its brackets, each thing within, and what stands after; blanks and quotes aside."""
    before: list[str] = []
    within: list[list[str]] = [[]]
    after: list[str] = []
    depth, place = 0, before
    for token in TOKEN.findall(sql):
        word = token[1:-1].replace('""', '"') if token.startswith('"') else token
        depth += {"(": 1, ")": -1}.get(word, 0)
        if place is before and word == "(":
            place = within[-1]
        elif place is within[-1] and depth == 0:
            place = after
        elif place is within[-1] and depth == 1 and word == ",":
            within.append([])
            place = within[-1]
        else:
            place.append(word)
    things = [" ".join(thing) for thing in within]
    rules = [thing for thing in things if thing.startswith(RULES)]
    return [
        " ".join(before),
        *(thing for thing in things if thing not in rules),
        *sorted(rules),
        " ".join(after),
    ]


CATALOGUES = {
    "relations": """
        SELECT relname, relkind, relpersistence, reloptions, relrowsecurity, relhasrules, relhastriggers, relispartition, relreplident
        FROM pg_class WHERE relnamespace = 'public'::regnamespace""",
    "columns": """
        SELECT attrelid::regclass::text, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            attisdropped, attstorage, attcompression, attcollation::regcollation::text, pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
    "rules": """
        SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid), condeferrable, condeferred, convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": """
        SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisunique, indisprimary, indisvalid,
            indimmediate, indisclustered
        FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
    "sequences": """
        SELECT seqrelid::regclass::text, seqtypid::regtype::text, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
            refobjid::regclass::text, refobjsubid, deptype
        FROM pg_sequence LEFT JOIN pg_depend ON objid = seqrelid AND classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
        WHERE seqrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
    "types": "SELECT typname, typtype FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype <> 'c' AND typcategory <> 'A'",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "schemas": "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'",
}
"""What PostgreSQL knows of it (postgresql.org/docs/current/catalogs.html)."""


def _postgresql(connection: Connection) -> Facts:
    return {name: _sorted(connection.execute(text(query))) for name, query in CATALOGUES.items()}


def _sorted(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=repr)
