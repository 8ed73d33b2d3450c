"""Archives on their way: one at a time, sealed, for their owner alone, and gone once they are not to be sent any more."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from mentoring.due import Kind
from mentoring.people import Person
from mentoring.refusal import NotFound
from storage import exports, outbox
from storage.outbox import RowState
from tests.storage.pair import Pair

ARCHIVE = b"\x00PK canary \xff"


def send(pair: Pair, export_id: str, person: Person, archive: bytes = ARCHIVE) -> bool:
    with pair.database.writing() as tx:
        return exports.send(tx, export_id, archive, person=person.id, now=pair.now)


def archive(pair: Pair, export_id: str, person: Person) -> bytes:
    with pair.database.reading() as tx:
        return exports.archive(tx, export_id, person=person.id)


def kept(pair: Pair) -> list[str]:
    with pair.database.reading() as tx:
        return list(tx.connection.execute(text("SELECT id FROM exports ORDER BY id")).scalars())


def known(pair: Pair, export_id: str, person: Person) -> tuple[bool, bool]:
    with pair.database.reading() as tx:
        return exports.asked(tx, export_id, person=person.id), exports.waiting(tx, person=person.id)


def claimed(pair: Pair) -> outbox.Row:
    [row] = [row for row in pair.claim() if row.due.kind is Kind.EXPORT]
    return row


def test_an_archive_waits_for_its_row_and_opens_for_its_owner_alone(pair: Pair) -> None:
    assert known(pair, "one", pair.tom) == (False, False)
    assert send(pair, "one", pair.tom)

    assert known(pair, "one", pair.tom) == (True, True)
    assert known(pair, "one", pair.anna) == (False, False)
    assert archive(pair, "one", pair.tom) == ARCHIVE
    for export_id, person in (("one", pair.anna), ("two", pair.tom)):
        with pytest.raises(NotFound):
            archive(pair, export_id, person)
    row = claimed(pair)
    assert (row.due.subject, row.due.recipient, row.user_id) == ("one", pair.tom.id, "U-TOM")


def test_one_waits_at_a_time_and_the_same_is_never_sent_twice(pair: Pair) -> None:
    assert send(pair, "one", pair.tom)
    assert not send(pair, "one", pair.tom, b"other")
    assert not send(pair, "two", pair.tom)
    assert send(pair, "three", pair.anna)
    assert not send(pair, "three", pair.tom)
    assert archive(pair, "one", pair.tom) == ARCHIVE

    row = next(row for row in pair.claim() if row.due.subject == "one")
    assert known(pair, "one", pair.tom) == (True, True)
    with pair.database.writing() as tx:
        outbox.sent(tx, row.id, channel="D1", ts=None, live=False, now=pair.now)
    assert known(pair, "one", pair.tom) == (True, False)
    assert not send(pair, "one", pair.tom)
    assert send(pair, "two", pair.tom)
    assert kept(pair) == ["three", "two"]


@pytest.mark.parametrize(
    ("state", "in_doubt", "stays"),
    [
        *((state, False, state in {RowState.PENDING, RowState.SENDING}) for state in RowState),
        (RowState.UNSURE, True, True),
    ],
)
def test_it_stays_while_it_is_to_be_sent(pair: Pair, state: RowState, *, in_doubt: bool, stays: bool) -> None:
    send(pair, "one", pair.tom)
    send(pair, "two", pair.anna)
    with pair.database.writing() as tx:
        tx.connection.execute(
            text("UPDATE due_rows SET state = :state WHERE subject = 'one'"), {"state": str(state)}
        )
        if in_doubt:
            tx.connection.execute(text("UPDATE due_rows SET doubted_at = due WHERE subject = 'one'"))
        exports.tidy(tx)

    assert kept(pair) == (["one", "two"] if stays else ["two"])


def test_what_is_on_its_way_goes_with_whose_it_is(pair: Pair) -> None:
    send(pair, "one", pair.tom)
    send(pair, "two", pair.anna)
    with pair.database.writing() as tx:
        exports.remove_of(tx, pair.tom.id)

    assert kept(pair) == ["two"]
    with pytest.raises(NotFound):
        archive(pair, "one", pair.tom)


def test_everything_of_theirs_is_read_however_long_ago_it_was(pair: Pair) -> None:
    pair.agree()
    pair.wait(days=1)
    with pair.database.reading() as tx:
        [his] = exports.of(tx, pair.tom, pair.now + timedelta(days=4000)).mentorings
        [hers] = exports.of(tx, pair.anna, pair.now).mentorings
        found = exports.of(tx, pair.anna, pair.now).accounts

    assert (his.other, hers.other) == ("Anna Bright", "Tom Reed")
    assert [(one.team_id, one.user_id, one.name, one.zone, one.locale) for one in found] == [
        ("T1", "U-ANNA", "Anna Bright", "America/New_York", "en-US")
    ]


def test_the_file_that_a_message_brings_is_written_down_and_forgotten(pair: Pair) -> None:
    send(pair, "one", pair.tom)
    row = claimed(pair)
    found = []
    for file_id in ("F1", None):
        with pair.database.writing() as tx:
            outbox.keep_file(tx, row.id, file_id)
        with pair.database.reading() as tx:
            found.append(outbox.row(tx, row.id))

    assert [one and one.file_id for one in (row, *found)] == [None, "F1", None]
