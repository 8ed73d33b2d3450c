"""How much is due, and how late it is."""

from datetime import timedelta

from mentoring.due import Due, Kind
from mentoring.ids import new_id
from storage import doubt, outbox
from storage.backlog import Backlog, backlog
from tests.storage.pair import MONDAY, Pair

HOUR = timedelta(hours=1)


def test_what_is_settled_does_not_count_and_what_waits_for_its_workspace_is_not_overdue(pair: Pair) -> None:
    with pair.database.writing() as tx:
        for hours in (-5, -4, -3, -2, -1, 0, 1, 2):
            due = MONDAY + hours * HOUR
            outbox.add(tx, Due(Kind.REPLY, f"help/{new_id()}", due, recipient=pair.anna.id))
        [first] = outbox.claim(tx, MONDAY, limit=1)
        outbox.done(tx, first.id)
        [second] = outbox.claim(tx, MONDAY, limit=1)
        outbox.unsure(tx, second.id, MONDAY)
        [third] = outbox.claim(tx, MONDAY, limit=1)
        outbox.unsure(tx, third.id, MONDAY)
        doubt.undecided(tx, third.id)
        outbox.claim(tx, MONDAY, limit=1)

        found = backlog(tx, MONDAY)
        for_another = backlog(tx, MONDAY, skip_teams=["T2"])
        while_it_waits = backlog(tx, MONDAY, skip_teams=["T1"])

    # The fourth is under way, and what stands in its queue waits.
    assert found == Backlog(pending=4, overdue=2, oldest=MONDAY - HOUR, sending=1, unsure=1, undecided=1)
    assert for_another == found
    assert while_it_waits == Backlog(pending=4, overdue=0, oldest=None, sending=1, unsure=1, undecided=1)
