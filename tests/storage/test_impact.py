"""What came of a session: whoever wrote it reads it, and the mentor what the rules let them."""

from dataclasses import replace

import pytest

from mentoring.ids import PersonId, SessionId
from mentoring.impact import Impact
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from storage import agreements, impact
from storage.sealing import KEPT, SHARED
from storage.vault import UNREADABLE
from tests.storage.pair import Pair


def written(pair: Pair, session_id: SessionId, text: str, *, shared: bool) -> Impact:
    one = Impact(session_id, pair.agreement_id, pair.anna.id, Secret(text), shared, pair.now)
    with pair.database.writing() as tx:
        impact.save(tx, one)
    return one


def seen(pair: Pair, by: PersonId) -> list[Impact]:
    with pair.database.reading() as tx:
        agreement = agreements.current(tx, pair.agreement_id, seen_by=pair.tom.id, now=pair.now)
        return impact.of(tx, agreement, seen_by=by)


def test_kept_and_shared_look_alike_in_the_database_and_only_one_is_the_mentors(pair: Pair) -> None:
    pair.agree()
    first = pair.plan()
    pair.wait(days=10)
    second = pair.plan()
    pair.wait(days=10)
    kept = written(pair, first, "I asked for help.", shared=False)
    shared = written(pair, second, "I asked for time.", shared=True)
    for _ in range(24):
        # In steps, for a rating is asked while she works.
        pair.wait(hours=25)

    assert sorted(seen(pair, pair.anna.id), key=lambda one: one.text.reveal()) == [kept, shared]
    assert seen(pair, pair.tom.id) == [shared]
    with pytest.raises(NotFound):
        seen(pair, PersonId("maya"))
    with pair.database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT text FROM impacts").scalars().all()
        # One character tells, and it is sealed with the words.
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(KEPT) == len(SHARED) == 1


def test_it_is_changed_and_taken_back_by_its_author(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    one = written(pair, session_id, "I asked for help.", shared=True)
    changed = replace(one, shared=False, revision=1)

    with pair.database.writing() as tx:
        impact.save(tx, changed)
        assert impact.of_one(tx, session_id, author=pair.anna.id) == changed
        assert impact.of_one(tx, session_id, author=pair.tom.id) is None
        impact.remove(tx, replace(changed, author=pair.tom.id))
        assert impact.of_one(tx, session_id, author=pair.anna.id) == changed
        impact.remove(tx, changed)
        assert impact.of_one(tx, session_id, author=pair.anna.id) is None


def test_what_cannot_be_opened_counts_as_kept(pair: Pair) -> None:
    pair.agree()
    session_id = pair.plan()
    one = written(pair, session_id, "I asked for help.", shared=True)
    with pair.database.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE impacts SET text = substr(text, 1, 40)")

    with pair.database.reading() as tx:
        found = impact.of_one(tx, session_id, author=pair.anna.id)

    assert found == replace(one, text=Secret(UNREADABLE), shared=False)
