"""Someone who wants no invitations: whoever invites them sees just what an invitation without an answer looks like."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import home, settings, start
from handlers.gestures import Place
from mentoring.agreement import Role
from tests.handlers.company import company
from tests.handlers.meetings import refused
from tests.handlers.stage import PURPOSE, Pair, shown, words
from tests.handlers.starting import form


def no_more(pair: Pair) -> None:
    settings.change(pair.mentee.gesture(Place.HOME), invitations=False)


def seen(pair: Pair) -> list[Any]:
    """Everything that the one who invites can look at now, and every row that is due to them."""
    looks = [pair.mentor.types(look) for look in (home.show_card, agreement_handlers.show_agreement)]
    said = [(m.kind, m.at, m.text, list(m.buttons)) for m in pair.mentor.messages]
    with pair.stage.database.reading() as tx:
        due = tx.connection.exec_driver_sql(
            "SELECT kind, due, state FROM due_rows WHERE recipient = ? OR kind = 'turn' ORDER BY kind, due",
            (pair.mentor.person.id,),
        ).all()
    home_view = words(pair.stage.homes["UTOM"])
    return [*(words(shown(look)) for look in looks), said, home_view, [tuple(row) for row in due]]


def invited(pair: Pair, role: Role, *, when: str) -> list[Any]:
    """Tom invites Anna, who doesn't answer; ``when`` says if and when she wants no more invitations."""
    home.open_home(pair.mentor.gesture(Place.MESSAGE))
    if when == "before":
        no_more(pair)
    entered = {"purpose": PURPOSE} if role is Role.MENTEE else {}
    view = form(pair, role=role)
    found: list[Any] = [
        words(shown(pair.mentor.submits(start.propose, view, who="UANNA", role=role, **entered)))
    ]
    again = shown(pair.mentor.types(start.start))
    found.append(refused(pair.mentor.submits, start.propose, again, who="UANNA", role="mentor").sentence)
    found.append(seen(pair))
    pair.stage.pass_time(timedelta(hours=2))
    if when == "later":
        no_more(pair)
    found.append(seen(pair))
    for days in (1, 7, 7, 7):
        pair.stage.pass_time(timedelta(days=days))
        found.append(seen(pair))
    found.append(refused(pair.mentor.submits, start.propose, again, who="UANNA", role="mentor").sentence)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_an_invitation_that_does_not_arrive_looks_like_one_without_an_answer(
    empty_database: Path, tmp_path: Path, role: Role
) -> None:
    courses = {}
    for when in ("never", "before", "later"):
        with company(empty_database, tmp_path / f"{when}.db") as pair:
            courses[when] = invited(pair, role, when=when)
            assert bool(pair.mentee.messages) is (when != "before")

    assert courses["before"] == courses["never"]
    assert courses["later"] == courses["never"]
    assert courses["never"][-1] == "You can invite Anna again from 7 March 2027."
