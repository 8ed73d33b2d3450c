"""The message that was sent last, by which is seen whether Slack shows its mark."""

from datetime import timedelta

from storage import due, outbox
from storage.outbox import Row
from tests.storage.pair import Pair


def claimed(pair: Pair) -> list[Row]:
    return [row for row in pair.claim() if row.user_id is not None]


def test_it_is_the_newest_of_the_workspace_whose_place_is_known(pair: Pair) -> None:
    with pair.database.reading() as tx:
        assert due.newest_sent(tx, pair.team_id) is None
    pair.agree()
    earlier, last = claimed(pair)
    later = pair.now + timedelta(hours=1)
    with pair.database.writing() as tx:
        outbox.sent(tx, last.id, channel="D2", ts="2.0", live=False, now=later)
        outbox.sent(tx, earlier.id, channel="D1", ts="1.0", live=False, now=pair.now)
    pair.plan()
    with_a_file, *_ = claimed(pair)
    with pair.database.writing() as tx:
        outbox.sent(tx, with_a_file.id, channel="D1", ts=None, live=False, now=later + timedelta(hours=1))

    with pair.database.reading() as tx:
        newest = due.newest_sent(tx, pair.team_id)
        elsewhere = due.newest_sent(tx, "T2")
    assert newest is not None
    assert (newest.id, newest.channel, newest.ts) == (last.id, "D2", "2.0")
    assert elsewhere is None
