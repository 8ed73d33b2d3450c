"""Master keys: from the setting, from a file, and what the operator is told when one is missing or damaged."""

import base64
import logging
import stat
from pathlib import Path

import pytest

from storage.database import CannotOpen
from storage.keys import master_keys, parse
from storage.vault import MasterKey

RAW = bytes(range(200, 232))
KEY = base64.b64encode(RAW).decode()
OTHER = base64.b64encode(bytes(32)).decode()


def closed(file: Path, text: str) -> None:
    """Write the file for its owner alone."""
    file.touch(mode=0o600)
    file.write_text(text)


def refused(setting: str | None, file: Path, *needed: str) -> str:
    with pytest.raises(CannotOpen) as raised:
        master_keys(setting, file, needed)
    return raised.value.sentence


@pytest.mark.parametrize(
    "text", [KEY, f" {KEY} ", KEY.rstrip("="), base64.urlsafe_b64encode(RAW).decode(), f"# a line\n{KEY}\n"]
)
def test_a_key_is_read_however_it_was_copied(text: str) -> None:
    assert [key.id for key in parse(text, "MENTOR_KEYS")] == [MasterKey.of(RAW).id]


def test_the_first_of_several_keys_encrypts(tmp_path: Path) -> None:
    keys = master_keys(f"{OTHER},{KEY}", tmp_path / "keys", [MasterKey.of(RAW).id])

    assert [key.id for key in keys] == [MasterKey.of(bytes(32)).id, MasterKey.of(RAW).id]
    assert not (tmp_path / "keys").exists()


def test_a_key_is_made_in_a_file_of_the_owners_alone_and_read_from_there_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "data" / "keys"
    with caplog.at_level(logging.WARNING):
        [made] = master_keys(None, file, [])

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert caplog.messages == [
        f"A master key was made in {file}. Back it up: without it nobody can read what people wrote."
    ]
    assert file.read_text().splitlines()[0].startswith("# Mentor's master key. Back this file up")
    assert [key.id for key in master_keys("", file, [made.id])] == [made.id]


@pytest.mark.parametrize("setting", [None, "", "  "])
def test_no_key_is_made_once_something_is_sealed(tmp_path: Path, setting: str | None) -> None:
    file = tmp_path / "keys"

    assert refused(setting, file, "abcd1234") == (
        "The database was written with master key abcd1234, which is missing: MENTOR_KEYS is not set, and there is no "
        f"{file}. Please set MENTOR_KEYS to it, or put back the keys file from your backup."
    )
    assert not file.exists()


def test_a_wrong_key_of_the_right_length_is_told_by_the_id_of_the_right_one(tmp_path: Path) -> None:
    file, right = tmp_path / "keys", MasterKey.of(bytes(32)).id
    closed(file, KEY)

    for setting, source in ((KEY, "MENTOR_KEYS"), (None, str(file))):
        assert refused(setting, file, right) == (
            f"The database was written with master key {right}, which is not in {source}. "
            "Please set MENTOR_KEYS to it, or put back the keys file from your backup."
        )


def test_a_setting_without_a_key_is_refused(tmp_path: Path) -> None:
    assert refused(" , ", tmp_path / "keys") == (
        "MENTOR_KEYS holds no master key. Please put it back from your backup."
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o601, 0o777])
def test_a_keys_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "keys"
    closed(file, KEY)
    file.chmod(mode)

    assert refused(None, file) == (
        f"{file} holds the master key, and others on this machine may read it (mode 0{mode:o}). Please close it to them: "
        f"chmod 600 {file}"
    )
    file.chmod(0o400)
    assert [key.id for key in master_keys(None, file, [])] == [MasterKey.of(RAW).id]


@pytest.mark.parametrize("damaged", [KEY[:-5], "A" + KEY, "not a key!", KEY.replace("z", "é") + "é", "===="])
def test_a_damaged_key_is_told_by_its_place_and_not_shown(tmp_path: Path, damaged: str) -> None:
    sentence = refused(f"{OTHER}, {damaged}", tmp_path / "keys")

    assert sentence == (
        "Master key 2 in MENTOR_KEYS is damaged or cut short: a key is 32 bytes in base64, 44 characters. "
        "Please copy it again from your backup."
    )


def test_an_empty_or_unreadable_keys_file_is_refused_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    closed(file, "# nothing\n")
    assert refused(None, file) == f"{file} holds no master key. Please put it back from your backup."
    file.write_bytes(b"\xff\xfe")
    assert refused(None, file) == f"The master key in {file} can't be read. Please look at the file."
    assert file.read_bytes() == b"\xff\xfe"


def test_a_keys_file_that_cannot_be_read_or_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the directory should be")
    unread, unmade = tmp_path / "data" / "keys", tmp_path / "keys"
    unmade.symlink_to(tmp_path / "nowhere" / "keys")

    assert refused(None, unread) == f"The master key in {unread} can't be read. Please look at the file."
    assert refused(None, unmade) == f"A master key can't be made in {unmade}: File exists."
