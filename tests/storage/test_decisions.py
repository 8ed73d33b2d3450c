"""Decisions: their author's alone."""

from dataclasses import replace

from mentoring.decisions import Decision
from mentoring.ids import DecisionId, PersonId, new_id
from mentoring.secret import Secret
from storage import decisions
from tests.storage.pair import Pair


def written(pair: Pair, text: str, author: PersonId | None = None) -> Decision:
    decision = Decision(
        DecisionId(new_id()), pair.agreement_id, author or pair.anna.id, Secret(text), pair.now
    )
    with pair.database.writing() as tx:
        decisions.save(tx, decision)
    return decision


def test_decisions_come_back_newest_first_to_their_author_alone(pair: Pair) -> None:
    pair.agree()
    with pair.database.reading() as tx:
        assert not decisions.any_of(tx, pair.agreement_id, author=pair.anna.id)
    earlier = written(pair, "say no to the second project")
    pair.wait(days=1)
    later = written(pair, "ask for help")

    with pair.database.reading() as tx:
        assert decisions.of(tx, pair.agreement_id, author=pair.anna.id) == [later, earlier]
        assert decisions.of(tx, pair.agreement_id, author=pair.tom.id) == []
        assert decisions.any_of(tx, pair.agreement_id, author=pair.anna.id)
        assert not decisions.any_of(tx, pair.agreement_id, author=pair.tom.id)
        assert decisions.get(tx, later.id, author=pair.anna.id) == later
        assert decisions.get(tx, later.id, author=pair.tom.id) is None


def test_a_decision_is_changed_and_removed_by_its_author(pair: Pair) -> None:
    pair.agree()
    first = written(pair, "say no")
    changed = replace(first, text=Secret("say no on Friday"), revision=1)

    with pair.database.writing() as tx:
        decisions.save(tx, changed)
        assert decisions.get(tx, first.id, author=pair.anna.id) == changed
        decisions.remove(tx, replace(changed, author=pair.tom.id))
        assert decisions.get(tx, first.id, author=pair.anna.id) == changed
        decisions.remove(tx, changed)
        assert decisions.get(tx, first.id, author=pair.anna.id) is None


def test_an_edit_leaves_its_date(pair: Pair) -> None:
    pair.agree()
    first, second = written(pair, "first"), written(pair, "second")
    pair.wait(days=1)

    with pair.database.writing() as tx:
        decisions.save(tx, replace(first, text=Secret("changed"), revision=1))
        found = decisions.of(tx, pair.agreement_id, author=pair.anna.id)

    assert {one.written_at for one in found} == {second.written_at}
    assert pair.now > second.written_at
