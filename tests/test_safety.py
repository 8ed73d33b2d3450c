"""What the code does not do: run what it was sent, guess at types, call a shell, or write what it was sent into SQL."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ["bot", "handlers", "storage", "mentoring", "playground"]
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "import_module"}
OF_MODULES = {
    "os": {"system", "popen", "execv", "execve", "execvp", "spawnv", "spawnl", "posix_spawn", "startfile"},
    "yaml": {"load", "load_all", "full_load", "unsafe_load"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
}
IMPORTS = {
    *("pickle", "marshal", "shelve", "dill", "jsonpickle", "copyreg", "ctypes", "code", "runpy"),
    *("subprocess", "pty", "commands", "xml", "xmlrpc", "telnetlib", "ftplib"),
}
SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|PRAGMA|CREATE|ALTER|DROP|WITH|BEGIN|VACUUM|ATTACH|TRUNCATE|COPY|SET|LOCK|GRANT)\b"
)
RUN = {"text", "exec_driver_sql", "executescript"}
WRITTEN = {
    # A name of the schema's own, as it was just read from it.
    "storage/backups.py": ["'SELECT count(*) FROM \"'"],
    # Constants, and a switch of ours.
    "storage/database.py": [
        "'PRAGMA '",
        "connection.exec_driver_sql('BEGIN IMMEDIATE' if writing else 'BEGIN')",
    ],
    # One of two constants.
    "storage/presence.py": [
        "'SELECT pg_advisory_xact_lock'",
        "text(f'SELECT pg_advisory_xact_lock{suffix}(:turn)')",
    ],
    # Constants of the module, and of the table's definitions.
    "storage/due.py": ["text(AGAIN)"],
    "storage/tables.py": ["text(where)", "text(where)"],
}
"""SQL that is put together: all of it, each from what is written in the code. Values go by parameters."""


IMPORTED = {
    # The command's module, out of a table that stands beside it.
    "bot/commands.py": ["import_module"],
}
"""What is imported by a name that is looked up: all of it, each from what is written in the code."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for floor in FLOORS:
        for file in sorted((ROOT / floor).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def dangers(module: ast.Module) -> list[str]:
    """Return the calls and imports that can run what came from outside."""
    found = []
    for node in ast.walk(module):
        match node:
            case ast.Import(names):
                found += [name.name for name in names if name.name.partition(".")[0] in IMPORTS]
            case ast.ImportFrom(str(source)) if source.partition(".")[0] in IMPORTS:
                found.append(source)
            case ast.ImportFrom(str(source), names) if source in OF_MODULES:
                found += [f"{source}.{name.name}" for name in names if name.name in OF_MODULES[source]]
            case ast.Call(ast.Name(name)) if name in CALLS:
                found.append(name)
            case ast.Attribute(ast.Name(source), name) if name in OF_MODULES.get(source, set()):
                found.append(f"{source}.{name}")
            case ast.Attribute(_, "import_module"):
                found.append("import_module")
            case ast.keyword("shell", ast.Constant(True)):
                found.append("shell")
    return found


def written_sql(module: ast.Module) -> list[str]:
    """Return the SQL that is put together from parts, and what is run as text without being a text itself."""
    found = []
    for node in ast.walk(module):
        match node:
            case ast.JoinedStr([ast.Constant(str(head)) as begins, *rest]) if rest and SQL.match(head):
                found.append(ast.unparse(begins))
            case ast.BinOp(ast.Constant(str(head)) as begins, ast.Mod() | ast.Add()) if SQL.match(head):
                found.append(ast.unparse(begins))
            case ast.Call(ast.Attribute(ast.Constant(str(head)) as begins, "format")) if SQL.match(head):
                found.append(ast.unparse(begins))
            case ast.Call(ast.Name(name) | ast.Attribute(_, name), [first, *_]) if name in RUN:
                of_sqlalchemy = (
                    name != "text" or not isinstance(node.func, ast.Attribute) or _is_sa(node.func)
                )
                if of_sqlalchemy and not isinstance(first, ast.Constant):
                    found.append(ast.unparse(node))
    return found


def _is_sa(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id in {"sa", "sqlalchemy", "sqlmodel"}


def test_nothing_runs_what_it_was_sent() -> None:
    assert {file: found for file, module in modules() if (found := dangers(module))} == IMPORTED


def test_sql_has_its_values_by_parameters() -> None:
    assert {file: sorted(found) for file, module in modules() if (found := written_sql(module))} == {
        file: sorted(known) for file, known in WRITTEN.items()
    }


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pickle", ["pickle"]),
        ("from xml.etree import ElementTree", ["xml.etree"]),
        ("from os import system", ["os.system"]),
        ("os.popen(x)", ["os.popen"]),
        ("eval(x)", ["eval"]),
        ("exec(x)", ["exec"]),
        ("__import__(x)", ["__import__"]),
        ("importlib.import_module(x)", ["import_module"]),
        ("yaml.load(x)", ["yaml.load"]),
        ("run(x, shell=True)", ["shell"]),
        ("re.compile(x); json.loads(x); yaml.safe_load(x)", []),
    ],
)
def test_each_danger_is_seen(source: str, found: list[str]) -> None:
    assert dangers(ast.parse(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("execute(f'SELECT * FROM x WHERE y = {z}')", ["'SELECT * FROM x WHERE y = '"]),
        ("execute('DELETE FROM x WHERE y = ' + z)", ["'DELETE FROM x WHERE y = '"]),
        ("execute('UPDATE x SET y = %s' % z)", ["'UPDATE x SET y = %s'"]),
        ("execute('INSERT INTO x VALUES ({})'.format(z))", ["'INSERT INTO x VALUES ({})'"]),
        ("text(z)", ["text(z)"]),
        ("sa.text(z)", ["sa.text(z)"]),
        ("connection.exec_driver_sql(z)", ["connection.exec_driver_sql(z)"]),
        ("execute(text('SELECT 1 WHERE :x'), {'x': x}); body.text(name)", []),
    ],
)
def test_each_sql_that_is_put_together_is_seen(source: str, found: list[str]) -> None:
    assert written_sql(ast.parse(source)) == found


def test_every_exception_from_ruffs_rules_of_safety_says_why() -> None:
    given = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in [*FLOORS, "tests", "benchmarks", "docs"]
        for file in (ROOT / folder).rglob("*.py")
        for line in file.read_text().splitlines()
        if re.search(r"# noqa:.*\bS\d", line) and not re.search(r"# noqa: [A-Z0-9, ]+ - \w+ \w+", line)
    ]

    assert given == []


def test_the_floors_have_no_exception_for_whole_files() -> None:
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    safety = re.compile(r"S\d*")

    assert "S" in ruff["select"]
    assert [rule for rule in ruff["ignore"] if safety.fullmatch(rule)] == []
    ignored = {
        files for files, rules in ruff["per-file-ignores"].items() if any(map(safety.fullmatch, rules))
    }
    assert ignored == {"tests/**", "benchmarks/**"}
