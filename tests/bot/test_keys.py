"""``mentor keys``: what it prints, what it never prints, and when it refuses."""

import base64
import re
import shutil
import signal
from pathlib import Path

import pytest

from playground.server import Playground
from storage import opening
from storage.vault import MasterKey
from tests.bot.commands import Start, ended, in_slack, invoke, stopped
from tests.bot.conftest import FILE, OLD, OLD_ID, URL
from tests.storage.texts import TEXTS, flip

NEW = base64.b64encode(b"n" * 32).decode()
NEW_ID = MasterKey.of(b"n" * 32).id
TWICE = {"versions.purpose", "versions.place"}
"""Columns with two texts: those of a change that was declined."""


def lines(said: str) -> list[str]:
    """What was said, line by line, with single blanks."""
    return [" ".join(line.split()) for line in said.splitlines()]


def key_rows(said: str) -> list[str]:
    """What ``keys check`` says of master keys."""
    return [line for line in lines(said) if re.match(r"[0-9a-f]{8} ", line)]


# --- new


def test_new_prints_a_key_alone_and_says_what_to_do_with_it(here: Path) -> None:
    code, key, said = invoke("keys", "new")

    made = MasterKey.of(base64.b64decode(key, validate=False))
    assert (code, len(key)) == (0, 45)
    assert said.splitlines() == [
        f"This is a new master key, kept nowhere yet. Its id is {made.id}.",
        "1. Write it down in a safe place, apart from the database and its backups.",
        "2. Set MENTOR_KEYS to it, then start Mentor. A database that another key was used for needs that one too.",
    ]
    assert invoke("keys", "new")[1] != key
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        (OLD, "Put it first in MENTOR_KEYS, with a comma between it and what stands there now."),
        ("", "Put it into data/keys, on a line of its own above the key that stands there now."),
    ],
)
def test_beside_another_key_it_says_how_to_rotate(
    here: Path, monkeypatch: pytest.MonkeyPatch, setting: str, where: str
) -> None:
    monkeypatch.setenv("MENTOR_KEYS", setting)
    Path("data").mkdir()
    Path("data/keys").touch(mode=0o600)
    _, key, said = invoke("keys", "new")

    assert said.splitlines()[2:] == [
        f"2. {where}",
        "3. Stop Mentor and start it again.",
        "4. Run `mentor keys rotate`. It says when the old key may go.",
    ]
    assert OLD not in key + said


# --- check


def test_check_tells_keys_and_texts_and_shows_neither(filled: Path) -> None:
    code, said, trouble = invoke("keys", "check")

    assert (code, trouble) == (0, "")
    assert lines(said) == [
        "Master keys, from MENTOR_KEYS",
        "master key data keys",
        f"{OLD_ID} 3 wraps new data keys",
        "",
        "What is encrypted",
        "column texts can be read",
        *(f"{name} 2 2" if name in TWICE else f"{name} 1 1" for name in TEXTS),
        "No Mentor is running.",
        "Everything can be read.",
    ]
    assert [text for text in (OLD, *TEXTS.values()) if len(text) > 3 and text in said] == []


def test_check_tells_what_is_needed_while_keys_are_rotated(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTOR_KEYS", f"{NEW},{OLD}")
    waiting = [f"{NEW_ID} 0 wraps new data keys", f"{OLD_ID} 3 still needed, until `mentor keys rotate`"]
    assert key_rows(invoke("keys", "check")[1]) == waiting

    with opening.opened(URL, master_keys=f"{NEW},{OLD}"):
        code, said, _ = invoke("keys", "check")
        assert (code, key_rows(said)) == (0, waiting)
        assert f"A Mentor is running with {NEW_ID}, {OLD_ID}." in said
        assert invoke("keys", "rotate")[0] == 0

    code, said, _ = invoke("keys", "check")
    assert (code, key_rows(said)) == (
        0,
        [f"{NEW_ID} 3 wraps new data keys", f"{OLD_ID} 0 needed no more"],
    )
    assert lines(said)[-2:] == ["No Mentor is running.", "Everything can be read."]


def test_check_names_what_cannot_be_read_and_ends_with_1(filled: Path) -> None:
    with opening.beside(URL, master_keys=OLD) as database:
        note, _ = flip(database, "notes.text")
        score, _ = flip(database, "ratings.score")
    code, said, trouble = invoke("keys", "check")

    assert code == 1
    assert trouble.splitlines() == [
        f"Can't be opened: ratings.score of row {score}.",
        f"Can't be opened: notes.text of row {note}.",
    ]
    assert {"notes.text 1 0", "ratings.score 1 0", "ratings.words 1 1"} <= set(lines(said))
    assert "Everything" not in said


def test_check_names_data_keys_that_do_not_open_and_not_every_row(filled: Path) -> None:
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE data_keys SET wrapped = x'00'")
    code, said, trouble = invoke("keys", "check")

    *named, more = trouble.splitlines()
    assert code == 1
    assert all(re.fullmatch(r"Can't be opened: data key \S{22}\.", line) for line in named[:3])
    assert re.fullmatch(r"Can't be opened: versions\.purpose of row \S{22}/1\.", named[3])
    assert (len(named), more) == (10, "And 9 more.")
    assert "notes.text 1 0" in lines(said)


def test_check_names_a_master_key_that_is_missing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTOR_KEYS", NEW)
    code, said, trouble = invoke("keys", "check")

    assert code == 1
    assert key_rows(said) == [f"{NEW_ID} 0 wraps new data keys", f"{OLD_ID} 3 is missing"]
    assert trouble.splitlines()[0] == (
        f"Master key {OLD_ID} is missing. Please set MENTOR_KEYS to it too, or put back the keys file from your backup."
    )


# --- rotate


def test_rotate_wraps_all_and_says_when_the_old_key_may_go(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("keys", "rotate") == (
        0,
        f"Every data key is wrapped by master key {OLD_ID}, so there is nothing to do. `mentor keys new` makes another master "
        "key, and says what to do with it.\n",
        "",
    )
    monkeypatch.setenv("MENTOR_KEYS", f"{NEW},{OLD}")
    go = (
        f"Master key {OLD_ID} is needed no more: take it out of MENTOR_KEYS, then stop Mentor and start it again. Keep it "
        "somewhere else for as long as you may want to restore a backup from before. Once it is destroyed, nobody can read in "
        "those backups, either, what people wrote whose data keys have been deleted since.\n"
    )
    assert invoke("keys", "rotate") == (0, f"3 data keys are wrapped by master key {NEW_ID} now.\n{go}", "")
    assert invoke("keys", "rotate") == (0, go, "")

    monkeypatch.setenv("MENTOR_KEYS", NEW)
    code, said, _ = invoke("keys", "check")
    assert (code, lines(said)[-1]) == (0, "Everything can be read.")


def test_rotate_beside_a_running_bot_is_refused_until_that_has_both_keys(
    start: Start, slack: Playground, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"DATABASE_URL": URL}
    bot = start("run", MENTOR_KEYS=OLD, **in_slack(slack), **given)
    slack.wait_for_app()

    assert ended(start("keys", "rotate", MENTOR_KEYS=f"{NEW},{OLD}", **given)) == (
        1,
        "",
        f"mentor: The Mentor that is running does not know master key {NEW_ID}. Please stop it and start it again with this "
        "MENTOR_KEYS or keys file, the new key first and the old one after it; then run `mentor keys rotate` again. Nothing "
        "is lost meanwhile.\n",
    )
    assert stopped(bot, signal.SIGTERM) == 0
    again = start("run", MENTOR_KEYS=f"{NEW},{OLD}", **in_slack(slack), **given)
    assert again.stdout is not None
    assert again.stdout.readline().startswith("Mentor is in the workspace")

    code, said, _ = ended(start("keys", "rotate", MENTOR_KEYS=f"{NEW},{OLD}", **given))
    assert (code, said.splitlines()[0]) == (0, f"1 data key is wrapped by master key {NEW_ID} now.")
    again.kill()


def test_rotate_leaves_what_does_not_open_and_says_so(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opening.beside(URL, master_keys=OLD) as database, database.writing() as tx:
        rows = tx.connection.exec_driver_sql("SELECT id FROM data_keys ORDER BY id").scalars().all()
        tx.connection.exec_driver_sql("UPDATE data_keys SET wrapped = x'00' WHERE id = ?", (rows[0],))
    monkeypatch.setenv("MENTOR_KEYS", f"{NEW},{OLD}")
    code, said, trouble = invoke("keys", "rotate")

    assert (code, said.splitlines()[0]) == (1, f"2 data keys are wrapped by master key {NEW_ID} now.")
    assert trouble == (
        f"1 data key can't be opened, and is left as before: {rows[0]}. `mentor keys check` tells what can't be read for it.\n"
    )


def test_rotate_without_the_old_key_changes_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTOR_KEYS", NEW)

    assert invoke("keys", "rotate") == (
        1,
        "",
        f"mentor: The database was written with master key {OLD_ID}, which is not in MENTOR_KEYS. Please set MENTOR_KEYS to "
        "it, or put back the keys file from your backup.\n",
    )


@pytest.mark.parametrize("word", ["check", "rotate"])
def test_without_a_database_or_with_a_damaged_key_it_is_one_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch, word: str, migrated: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("MENTOR_KEYS", OLD[:-3])
    assert invoke("keys", word) == (
        1,
        "",
        "mentor: There is no database data/mentor.db yet. `mentor run` makes it.\n",
    )
    assert list(here.iterdir()) == []
    FILE.parent.mkdir()
    shutil.copy(migrated, FILE)

    assert invoke("keys", word) == (
        1,
        "",
        "mentor: Master key 1 in MENTOR_KEYS is damaged or cut short: a key is 32 bytes in base64, 44 characters. Please copy "
        "it again from your backup.\n",
    )
