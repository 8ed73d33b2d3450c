"""``mentor backup`` and ``mentor restore``: nothing lost, nothing written over, and what they say."""

import re
import resource
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import opening
from storage.database import Database
from storage.lock import sole_use
from storage.vault import MasterKey, Vault
from tests.bot.commands import invoke
from tests.bot.conftest import FILE, OLD, OLD_ID, URL

BACKUP = Path("backup.db")
WHAT = r"2 people, 1 agreement, 1 session, (\d+) rows in all, \d\.\d MB"
KEYS = (
    f"What people wrote in it can't be read without master key {OLD_ID}, which is not in it: please keep MENTOR_KEYS too, "
    "somewhere else."
)


def rows(file: Path) -> dict[str, list[object]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        query = "SELECT * FROM {}"
        return {name: sorted(connection.execute(query.format(name)), key=repr) for (name,) in names}


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


def damage(file: Path) -> None:
    """Write over a page of one table: where in the file that is, the database itself tells."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'notes'").fetchone()[0]
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)


def names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


# --- backup


def test_a_backup_is_one_whole_file_of_ones_own_and_says_what_it_lacks(filled: Path) -> None:
    with opening.opened(URL, master_keys=OLD):
        code, said, trouble = invoke("backup", str(BACKUP))

    first, *others = said.splitlines()
    found = re.fullmatch(
        f"backup.db is a backup of data/mentor.db: {WHAT}. It was read back, and is whole.", first
    )
    assert (code, trouble) == (0, "")
    assert found
    assert int(found[1]) == sum(map(len, rows(BACKUP).values())) - 1  # the version is none of its rows
    assert others == [
        KEYS,
        "What people delete afterwards stays in it: please destroy it once you don't need it any more.",
    ]
    assert BACKUP.stat().st_mode & 0o777 == 0o600
    assert rows(BACKUP) == rows(FILE)
    assert names(filled) == {"backup.db", "data"}


def test_a_backup_taken_while_others_write_is_of_one_instant(filled: Path) -> None:
    database = Database(URL, Vault([MasterKey.of(b"o" * 32)]))
    written, enough = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            with database.writing() as tx:
                for half in ("a", "b"):
                    statement = text("INSERT INTO events (id, seen_at) VALUES (:id, 0)")
                    tx.connection.execute(statement, {"id": f"{half}{number}" + "-" * 3000})
            number += 1
            if number > 50:
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(10)
    code, _, trouble = invoke("backup", str(BACKUP))
    enough.set()
    writer.join()
    database.close()

    events = [str(row).split("-")[0][2:] for row in rows(BACKUP)["events"]]
    assert (code, trouble) == (0, "")
    assert sorted(events) == sorted(f"{half}{number}" for number in range(len(events) // 2) for half in "ab")
    assert 100 < len(events) <= len(rows(FILE)["events"])


def test_a_backup_is_written_over_nothing(filled: Path) -> None:
    BACKUP.write_text("of last week")
    refused = "mentor: backup.db exists already, and no backup is written over anything. Please name another file.\n"

    assert invoke("backup", str(BACKUP)) == (1, "", refused)
    assert BACKUP.read_text() == "of last week"

    BACKUP.rename("backup.db.part")
    refused = "mentor: backup.db.part exists: another backup is being made, or was broken off. If none is, please remove it.\n"
    assert invoke("backup", str(BACKUP)) == (1, "", refused)
    assert names(filled) == {"backup.db.part", "data"}


def test_a_backup_that_cannot_be_written_is_one_sentence(filled: Path) -> None:
    refused = "mentor: nowhere/backup.db.part can't be written: No such file or directory.\n"

    assert invoke("backup", "nowhere/backup.db") == (1, "", refused)


def test_a_full_disk_is_one_sentence_and_leaves_no_half_a_backup(filled: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        code, said, trouble = invoke("backup", str(BACKUP))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (code, said) == (1, "")
    assert trouble == "mentor: backup.db.part can't be written: disk I/O error.\n"
    assert names(filled) == {"data"}


def test_there_is_no_backup_of_what_is_not_there(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    refused = "mentor: There is no database data/mentor.db yet. `mentor run` makes it.\n"
    assert invoke("backup", str(BACKUP)) == (1, "", refused)

    FILE.parent.mkdir()
    FILE.touch()
    refused = "mentor: data/mentor.db is not a database of Mentor's.\n"
    assert invoke("backup", str(BACKUP)) == (1, "", refused)
    assert names(here) == {"data"}


def test_a_damaged_database_is_told_and_no_backup_is_kept(filled: Path) -> None:
    damage(FILE)

    assert invoke("backup", str(BACKUP)) == (
        1,
        "",
        "mentor: data/mentor.db is damaged: SQLite's own check finds errors in it. No backup was made. `mentor restore` puts "
        "an earlier one in its place.\n",
    )
    assert names(filled) == {"data"}


def test_a_backup_is_made_without_its_keys_too_and_says_so(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTOR_KEYS", "")
    code, said, _ = invoke("backup", "first.db")
    assert (code, said.splitlines()[1]) == (
        0,
        f"What people wrote in it can't be read without master key {OLD_ID}, which is not in data/keys. Please put it there "
        "before Mentor starts with this database.",
    )

    monkeypatch.setenv("MENTOR_KEYS", "short")
    code, said, _ = invoke("backup", "second.db")
    assert (code, said.splitlines()[1]) == (
        0,
        f"It can be read with master key {OLD_ID} alone. Master key 1 in MENTOR_KEYS is damaged or cut short: a key is 32 bytes "
        "in base64, 44 characters. Please copy it again from your backup.",
    )


# --- restore


@pytest.fixture
def backup(filled: Path) -> Path:
    assert invoke("backup", str(BACKUP))[0] == 0
    return BACKUP


def test_a_backup_comes_back_in_the_place_of_nothing(backup: Path) -> None:
    before = rows(FILE)
    shutil.rmtree("data")
    FILE.parent.mkdir()
    for left in ("mentor.db.restoring", "mentor.db.restoring-journal"):
        FILE.with_name(left).write_text("by a restoring that was killed")
    code, said, trouble = invoke("restore", str(backup))

    first, *others = said.splitlines()
    assert (code, trouble) == (0, "")
    assert re.fullmatch(f"data/mentor.db is now what backup.db holds: {WHAT}. It was verified first.", first)
    assert others == [
        KEYS,
        "What happened after the backup was made is not known any more: messages sent since may go out once more, and what "
        "people wrote or deleted since is as it was. You can start Mentor again now.",
    ]
    assert rows(FILE) == before == rows(backup)
    assert FILE.stat().st_mode & 0o777 == 0o600
    assert names(FILE.parent) == {"mentor.db", "mentor.db.lock"}
    with opening.opened(URL, master_keys=OLD):
        assert invoke("keys", "check")[1].endswith("Everything can be read.\n")


def test_a_backup_comes_back_in_the_place_of_a_database_without_rows(backup: Path, migrated: Path) -> None:
    shutil.copy(migrated, FILE)

    assert invoke("restore", str(backup))[0] == 0
    assert rows(FILE) == rows(backup)
    assert names(FILE.parent) == {"mentor.db", "mentor.db.lock"}


def test_nothing_is_restored_over_data_without_force(backup: Path) -> None:
    change(FILE, "INSERT INTO events (id, seen_at) VALUES ('since', 0)")
    before = rows(FILE)

    assert invoke("restore", str(backup)) == (
        1,
        "",
        "mentor: data/mentor.db holds data, which this would replace. With --force it is kept beside it, under another name.\n",
    )
    assert rows(FILE) == before


def test_with_force_what_was_there_is_kept_beside_with_its_last_rows(backup: Path) -> None:
    database = Database(URL, Vault([MasterKey.of(b"o" * 32)]))
    with database.writing() as tx:
        tx.connection.execute(text("INSERT INTO events (id, seen_at) VALUES ('since', 0)"))
    before = rows(FILE)
    # As a killed process leaves it: the last rows stand in the write-ahead log alone.
    for name in ("mentor.db", "mentor.db-wal"):
        shutil.copy(FILE.with_name(name), name)
    database.close()
    for name in ("mentor.db", "mentor.db-wal"):
        shutil.move(name, FILE.with_name(name))
    code, said, _ = invoke("restore", str(backup), "--force")

    (aside,) = FILE.parent.glob("mentor.db.replaced-*")
    assert code == 0
    assert re.fullmatch(r"mentor\.db\.replaced-\d{8}T\d{6}Z", aside.name)
    assert said.splitlines()[1] == (
        f"What was there before is in {aside}. Please remove it once you are sure: it still holds everything that people wrote."
    )
    assert rows(aside) == before
    assert rows(FILE) == rows(backup)
    assert names(FILE.parent) == {"mentor.db", "mentor.db.lock", aside.name}


def test_with_force_a_damaged_database_gives_way_too(backup: Path) -> None:
    FILE.write_bytes(b"no database at all")
    FILE.with_name("mentor.db-wal").write_bytes(b"its log")

    assert invoke("restore", str(backup))[0] == 1
    assert invoke("restore", str(backup), "--force")[0] == 0
    (aside,) = FILE.parent.glob("mentor.db.replaced-*Z")
    assert aside.read_bytes() == b"no database at all"
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"its log"
    assert rows(FILE) == rows(backup)


def test_nothing_is_restored_while_a_mentor_runs(backup: Path) -> None:
    with sole_use(URL):
        refused = "mentor: Another Mentor is using data/mentor.db. Please stop it first, or name another database in DATABASE_URL.\n"
        assert invoke("restore", str(backup), "--force") == (1, "", refused)


def test_nothing_is_restored_while_a_command_has_the_database_open(backup: Path) -> None:
    with closing(sqlite3.connect(FILE, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM people").fetchone()
        refused = "mentor: Something else has data/mentor.db open, `mentor keys` perhaps. Please end it first. Nothing was changed.\n"
        assert invoke("restore", str(backup), "--force") == (1, "", refused)
    assert names(FILE.parent) == {"mentor.db", "mentor.db.lock"}


def test_what_is_no_good_backup_is_not_restored(backup: Path) -> None:
    before = rows(FILE)

    def restoring(file: str) -> tuple[int, str, str]:
        return invoke("restore", file, "--force")

    assert restoring("nowhere.db") == (1, "", "mentor: There is no file nowhere.db.\n")
    assert restoring("data/mentor.db") == (
        1,
        "",
        "mentor: data/mentor.db is the database itself. Please name a backup of it.\n",
    )
    Path("text.db").write_text("Dear diary, " * 1000)
    assert restoring("text.db") == (1, "", "mentor: text.db can't be read: file is not a database.\n")
    change(Path("other.db"), "CREATE TABLE songs (name)")
    assert restoring("other.db") == (1, "", "mentor: other.db is not a database of Mentor's.\n")
    shutil.copy(backup, "damaged.db")
    damage(Path("damaged.db"))
    assert restoring("damaged.db") == (
        1,
        "",
        "mentor: damaged.db is damaged: SQLite's own check finds errors in it. Nothing was changed.\n",
    )
    assert rows(FILE) == before
    assert list(FILE.parent.glob("*.restoring")) == []


def test_a_newer_backup_is_refused_and_an_older_one_is_told(backup: Path) -> None:
    change(backup, "UPDATE alembic_version SET version_num = '9999'")
    code, _, trouble = invoke("restore", str(backup), "--force")
    assert (code, trouble.partition(", this one knows ")[0]) == (
        1,
        "mentor: backup.db is of a newer Mentor (its tables are at 9999",
    )
    assert trouble.endswith("Please update Mentor first. Nothing was changed.\n")

    change(backup, "UPDATE alembic_version SET version_num = '0001'")
    code, said, _ = invoke("restore", str(backup), "--force")
    assert (code, said.splitlines()[3]) == (
        0,
        "It is of an older Mentor: the next start brings its tables to this version.",
    )


# --- PostgreSQL

POSTGRESQL = "postgresql+psycopg://mentor:s3cret@db.example.org:5433/men tor?sslmode=require"


def test_of_postgresql_they_name_its_own_tools(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", POSTGRESQL)
    address = "'postgresql://mentor@db.example.org:5433/men tor?sslmode=require'"

    assert invoke("backup", "my backup") == (
        1,
        "",
        "mentor: The database is PostgreSQL, which makes its backups with a tool of its own, also while Mentor runs:\n"
        f"  pg_dump --format=custom --file='my backup' --dbname={address}\n"
        "It asks for the password; ~/.pgpass or PGPASSWORD can hold it. To see that the backup can be read:\n"
        "  pg_restore --list 'my backup'\n"
        "The master keys are not in it, and without them nobody can read what people wrote. What they delete afterwards stays "
        "in it.\n",
    )
    assert invoke("restore", "my backup") == (
        1,
        "",
        "mentor: The database is PostgreSQL, which restores its backups with a tool of its own. Stop every Mentor on it first, "
        "then:\n"
        f"  pg_restore --clean --if-exists --single-transaction --no-owner --dbname={address} 'my backup'\n"
        "It asks for the password; ~/.pgpass or PGPASSWORD can hold it. It replaces what the database holds, all of it or "
        "nothing.\n",
    )
    assert list(here.iterdir()) == []
