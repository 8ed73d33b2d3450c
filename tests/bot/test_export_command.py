"""``mentor export``: an operator makes someone's export at their request, beside a bot that runs, and never over another file."""

import base64
import re
import resource
import stat
from pathlib import Path

import pytest
import pyzipper  # type: ignore[import-untyped]  # it has no types

from bot.clock import Clock
from bot.export import write_new
from bot.starting import CannotStart
from handlers.views.export_files import files
from storage import exports, opening, people
from storage.vault import MasterKey
from tests.bot.commands import invoke
from tests.bot.conftest import OLD, URL
from tests.storage.pair import ANNA
from tests.storage.texts import TEXTS

OTHER_KEY = base64.b64encode(b"x" * 32).decode()
OUT = Path("mentor-export.zip")


def passphrase_in(said: str) -> bytes:
    found = re.fullmatch(
        r"Passphrase, kept nowhere: ([a-z]{5}(?:-[a-z]{5}){6})\n"
        r"Give both to that person alone, the passphrase by another way than the file, then delete the file here\.\n",
        said,
    )
    assert found is not None, said
    return found[1].encode()


def read(file: Path, passphrase: bytes) -> dict[str, bytes]:
    with pyzipper.AESZipFile(file) as zipped:
        zipped.setpassword(passphrase)
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_it_writes_their_export_and_says_the_passphrase_once(filled: Path) -> None:
    with opening.opened(URL, master_keys=OLD) as database:  # the bot runs
        code, told, said = invoke("export", "--person", "U-ANNA")
        with database.reading() as tx:
            anna = people.by_account(tx, "T1", "U-ANNA")
            assert anna is not None
            expected = files(exports.of(tx, anna, Clock().now()))

    assert (code, told) == (0, f"{OUT} is written: the export of U-ANNA, with 1 mentoring.\n")
    found = read(OUT, passphrase_in(said))
    assert found["mentoring-1.md"] == expected["mentoring-1.md"]
    assert list(found) == list(expected)
    assert stat.S_IMODE(OUT.stat().st_mode) == 0o600
    everything = found["mentoring-1.md"].decode()
    hers = ["versions.purpose", "versions.reply", "sessions.place", "farewells.review", "decisions.text"]
    assert [name for name in hers if TEXTS[name] not in everything] == []
    assert TEXTS["notes.text"] not in everything
    assert passphrase_in(said) not in OUT.read_bytes() + Path("data/mentor.db").read_bytes()


def test_his_holds_his_notes_and_none_of_what_she_kept(filled: Path) -> None:
    _, told, said = invoke("export", "--person", "T1/U-TOM", "--out", "tom.zip")

    assert told == "tom.zip is written: the export of T1/U-TOM, with 1 mentoring.\n"
    everything = b"".join(read(Path("tom.zip"), passphrase_in(said)).values()).decode()
    assert TEXTS["notes.text"] in everything
    hers = ["ratings.words", "decisions.text", "farewells.review"]
    assert [name for name in hers if TEXTS[name].lstrip("-") in everything] == []


def test_nothing_is_written_over(filled: Path) -> None:
    OUT.write_text("mine")
    code, told, said = invoke("export", "--person", "U-ANNA")

    assert (code, told) == (1, "")
    assert said == (
        "mentor: mentor-export.zip is there already, and nothing is written over. Please name another file with --out.\n"
    )
    assert OUT.read_text() == "mine"


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("U-MAYA", "Nobody with the Slack user id U-MAYA is known."),
        ("T2/U-ANNA", "Nobody with the Slack user id U-ANNA is known in workspace T2."),
        ("", "Nobody with the Slack user id  is known."),
    ],
)
def test_a_person_who_is_not_known_is_said_to_be(filled: Path, person: str, sentence: str) -> None:
    assert invoke("export", "--person", person) == (1, "", f"mentor: {sentence}\n")
    assert not OUT.exists()


def test_of_two_workspaces_it_must_be_said_which(filled: Path) -> None:
    with opening.opened(URL, master_keys=OLD) as database, database.writing() as tx:
        people.learn(tx, team_id="T2", user_id="U-ANNA", profile=ANNA, now=Clock().now())

    assert invoke("export", "--person", "U-ANNA") == (
        1,
        "",
        "mentor: U-ANNA is known in more than one workspace. Please say which: T1/U-ANNA, T2/U-ANNA.\n",
    )
    code, told, _ = invoke("export", "--person", "T2/U-ANNA")
    assert (code, told) == (0, f"{OUT} is written: the export of T2/U-ANNA, with 0 mentorings.\n")


def test_without_the_master_key_it_is_refused(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTOR_KEYS", OTHER_KEY)
    missing = MasterKey.of(b"o" * 32).id

    assert invoke("export", "--person", "U-ANNA") == (
        1,
        "",
        f"mentor: The database was written with master key {missing}, which is not in MENTOR_KEYS. Please set MENTOR_KEYS to it, or "
        "put back the keys file from your backup.\n",
    )
    assert not OUT.exists()


@pytest.mark.parametrize(("out", "why"), [("no/such/file.zip", "No such file or directory"), ("data", "")])
def test_where_it_cannot_write_it_says_so(filled: Path, out: str, why: str) -> None:
    code, _, said = invoke("export", "--person", "U-ANNA", "--out", out)

    assert code == 1
    expected = f"{out} can't be written: {why}." if why else f"{out} is there already"
    assert said.startswith(f"mentor: {expected}")
    assert "Passphrase" not in said


def test_where_there_is_no_room_no_half_a_file_is_left(tmp_path: Path) -> None:
    out = tmp_path / "export.zip"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, before[1]))
    try:
        with pytest.raises(CannotStart) as refused:
            write_new(out, b"longer than that")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert refused.value.sentence == f"{out} can't be written: File too large."
    assert not out.exists()
