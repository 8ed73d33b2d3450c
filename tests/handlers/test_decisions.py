"""The mentee's decisions: hers alone, whatever becomes of the agreement, and without a trace for anybody else."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltResponse

from handlers import agreement as agreement_handlers
from handlers import closing, home
from handlers import decisions as handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Place, Show
from handlers.ids import Action
from handlers.views.pages import MOST_BLOCKS, MOST_BYTES
from mentoring.agreement import Terms
from mentoring.due import Kind
from mentoring.refusal import NotFound
from storage import decisions as stored
from tests.handlers.company import company
from tests.handlers.meetings import TUESDAY, hold, plan, read, refused
from tests.handlers.slack import Send, StandIn, click, command
from tests.handlers.stage import Pair, buttons, shown, told, words

CANARY = "Merlin <!channel> <@UTOM> &lt; *bold*"
HERS = (
    "Only you are shown these. Nobody follows them up, nothing here is ever overdue, and whether there are any makes no "
    "difference to what Tom sees."
)


def write(pair: Pair, typed: str, decision: str = "") -> Answer:
    """She writes a decision, or changes the one named."""
    form = pair.mentee.does(handlers.open_decision, f"{pair.agreement.id}/{decision}", place=Place.MODAL)
    return pair.mentee.submits(handlers.write_decision, form, text=typed)


def texts(pair: Pair) -> list[str]:
    with pair.stage.database.reading() as tx:
        return [one.text.reveal() for one in stored.of(tx, pair.agreement.id, author=pair.mentee.person.id)]


def edit(answer: Answer, place: int = 0) -> str:
    """The value of an Edit button in the list."""
    found = [
        b["accessory"]["value"]
        for b in shown(answer).to_dict()["blocks"]
        if b.get("accessory", {}).get("action_id") == Action.DECISION
    ]
    return str(found[place])


# --- writing


def test_she_writes_changes_and_removes_one(signed: Pair) -> None:
    assert read(signed.mentee.types(handlers.open_decisions)) == (
        f"Your decisions What you have decided, with Tom as your mentor {HERS} "
        "Write one What came of it Nothing here yet. Close"
    )
    form = signed.mentee.does(handlers.open_decision, f"{signed.agreement.id}/", place=Place.MODAL)
    assert read(form) == f"Write a decision What have you decided? {HERS} Save Cancel"

    listed = signed.mentee.submits(handlers.write_decision, form, text=f"  {CANARY}\n")

    assert read(listed) == (
        f"Your decisions What you have decided, with Tom as your mentor {HERS} Write one What came of it "
        f"Monday 23 November 2026 Edit {CANARY} Close"
    )
    form = signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL)
    assert read(form) == (
        f"A decision of yours What have you decided? {CANARY} Empty it to remove it. {HERS} Save Cancel"
    )
    listed = signed.mentee.submits(handlers.write_decision, form, text="Shorter")
    assert texts(signed) == ["Shorter"]
    form = signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL)
    assert "Nothing here yet." in read(signed.mentee.submits(handlers.write_decision, form, text=None))
    assert texts(signed) == []


def test_the_newest_stands_first_and_keeps_its_place_when_changed(signed: Pair) -> None:
    write(signed, "First")
    signed.stage.pass_time(timedelta(days=1))
    listed = write(signed, "Second")
    write(signed, "First, changed", edit(listed, 1).partition("/")[2])

    assert texts(signed) == ["Second", "First, changed"]


def test_a_form_sent_twice_is_one_decision(signed: Pair) -> None:
    form = signed.mentee.does(handlers.open_decision, f"{signed.agreement.id}/", place=Place.MODAL)

    for _ in range(2):
        signed.mentee.submits(handlers.write_decision, form, text=CANARY)

    assert texts(signed) == [CANARY]
    gone = signed.mentee.does(
        handlers.open_decision, edit(signed.mentee.types(handlers.open_decisions)), place=Place.MODAL
    )
    for _ in range(2):
        assert "Nothing here yet." in read(signed.mentee.submits(handlers.write_decision, gone, text=" "))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (None, "There is nothing written yet."),
        (" \n", "There is nothing written yet."),
        ("x" * 3001, "Please keep it to 3000 characters; this is 3001."),
    ],
)
def test_what_cannot_be_kept(signed: Pair, typed: str | None, sentence: str) -> None:
    form = signed.mentee.does(handlers.open_decision, f"{signed.agreement.id}/", place=Place.MODAL)

    why = refused(signed.mentee.submits, handlers.write_decision, form, text=typed)

    assert (why.sentence, why.at) == (sentence, "text")


def test_two_windows(signed: Pair) -> None:
    listed = write(signed, "As it was")
    one, other = (
        signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL) for _ in range(2)
    )
    signed.mentee.submits(handlers.write_decision, one, text="From one")

    why = refused(signed.mentee.submits, handlers.write_decision, other, text="From the other")

    assert (why.sentence, why.at) == (
        "This decision was changed in another window. Copy what you have here, then open it again.",
        "text",
    )
    signed.mentee.submits(
        handlers.write_decision,
        signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL),
        text="",
    )
    # Removed meanwhile: the list as it is now.
    gone = signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL)
    assert "Nothing here yet." in read(gone)


# --- pages


def test_long_lists_come_in_pages(signed: Pair) -> None:
    for number in range(31):
        write(signed, f"Number {number}")

    pages = [signed.mentee.types(handlers.open_decisions)]
    while (more := [label for label in buttons(shown(pages[-1])) if label.startswith("Earlier")]) != []:
        place = buttons(shown(pages[-1]))[more[0]]
        pages.append(signed.mentee.does(handlers.turn_page, place, place=Place.MODAL, view=shown(pages[-1])))

    assert [read(page).count("Number ") for page in pages] == [28, 3]
    assert list(buttons(shown(pages[0])))[-1] == "Earlier (3)"
    assert [label for label in buttons(shown(pages[1])) if label != "Edit"] == [
        "Write one",
        "What came of it",
        "Newest",
    ]
    newest = signed.mentee.does(
        handlers.turn_page, buttons(shown(pages[1]))["Newest"], place=Place.MODAL, view=shown(pages[1])
    )
    assert read(newest) == read(pages[0])


@pytest.mark.parametrize("typed", ["&" * 3000, "🦊" * 3000, "ש" * 3000])
def test_a_page_never_weighs_too_much(signed: Pair, typed: str) -> None:
    for _ in range(12):
        write(signed, typed)

    drawn = shown(signed.mentee.types(handlers.open_decisions)).to_dict()

    assert len(drawn["blocks"]) <= MOST_BLOCKS
    assert len(json.dumps(drawn)) <= MOST_BYTES


@pytest.mark.parametrize("place", ["99999999999", "-1", "x", "²", "500"])
def test_a_place_that_there_is_not(signed: Pair, place: str) -> None:
    write(signed, CANARY)
    page = shown(signed.mentee.types(handlers.open_decisions))

    answer = signed.mentee.does(handlers.turn_page, place, place=Place.MODAL, view=page)

    assert (CANARY in read(answer)) is (place != "500")


# --- whose they are


def test_nobody_else_reads_or_writes(signed: Pair) -> None:
    listed = write(signed, CANARY)
    form = signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL)

    for one in (signed.mentor, signed.stranger):
        for value in (edit(listed), f"{signed.agreement.id}/", "nothing/"):
            assert isinstance(refused(one.does, handlers.open_decision, value), NotFound)
        assert isinstance(refused(one.submits, handlers.write_decision, form, text="Mine"), NotFound)
        assert isinstance(refused(one.does, handlers.turn_page, "0", view=shown(listed)), NotFound)
    assert told(signed.mentor.types(handlers.open_decisions)) == (
        "Decisions are the mentee's own, and you are the mentee in no mentoring that both have signed. "
        "`/mentor` shows what there is."
    )
    assert texts(signed) == [CANARY]


def test_a_decisions_id_opens_nothing_of_another_agreement(signed: Pair) -> None:
    listed = write(signed, CANARY)
    decision_id = edit(listed).partition("/")[2]
    other = Pair(signed.stage, mentor=signed.stranger, mentee=signed.mentee, stranger=signed.mentor)
    other.sign()

    answer = signed.mentee.does(handlers.open_decision, f"{other.agreement.id}/{decision_id}")

    assert "Nothing here yet." in read(answer)


def test_before_both_have_signed(pair: Pair) -> None:
    pair.propose()

    assert told(pair.mentee.types(handlers.open_decisions)) == (
        "Nothing is signed by both of you yet. `/mentor` shows where it stands and what you can do."
    )


def test_after_the_end_they_are_still_hers_also_beside_a_new_agreement(signed: Pair) -> None:
    write(signed, CANARY)
    old = signed.agreement.id
    signed.mentor.submits(closing.end, signed.mentor.types(closing.ask_end))
    signed.stage.pass_time(timedelta(days=1))
    assert CANARY in read(signed.mentee.types(handlers.open_decisions))
    assert CANARY in read(signed.mentee.does(handlers.open_decisions, old, place=Place.HOME))

    signed.agreement_id = None
    signed.sign()

    listed = signed.mentee.types(handlers.open_decisions)
    assert read(listed).endswith(
        "Nothing here yet. From earlier agreements with the same mentor Until 23 November 2026 Close"
    )
    assert buttons(shown(listed))["Until 23 November 2026"] == old
    assert CANARY in read(signed.mentee.does(handlers.open_decisions, old, place=Place.MODAL))


# --- in her reminder


def test_her_reminder_offers_them_only_if_there_are_any(signed: Pair) -> None:
    plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(hours=13))
    assert list(signed.mentee.newest(Kind.REMINDER).buttons) == ["Move it"]


def test_her_reminder_offers_hers(signed: Pair) -> None:
    write(signed, CANARY)
    plan(signed)
    signed.stage.pass_time(TUESDAY - timedelta(hours=13))

    to_mentee, to_mentor = signed.mentee.newest(Kind.REMINDER), signed.mentor.newest(Kind.REMINDER)
    assert list(to_mentee.buttons) == ["Move it", "My decisions"]
    assert CANARY in read(signed.mentee.does(handlers.open_decisions, to_mentee.buttons["My decisions"]))
    assert list(to_mentor.buttons) == ["Open recap", "Move it"]
    for message in (to_mentee, to_mentor):
        assert "Merlin" not in json.dumps([message.text, message.blocks])


def everything(pair: Pair) -> list[Any]:
    """What the mentor has been sent, sees and is due."""
    sent = [(m.kind, m.at, m.text, list(m.buttons)) for m in pair.mentor.messages]
    looks = [home.show_card, session_handlers.show_session, agreement_handlers.show_agreement]
    windows = [words(shown(pair.mentor.types(look))) for look in looks]
    with pair.stage.database.reading() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT kind, due, state, live, lane FROM due_rows WHERE recipient = ? OR kind = 'turn' ORDER BY kind, due",
            (pair.mentor.person.id,),
        )
        return [sent, windows, words(pair.stage.homes["UTOM"]), [tuple(row) for row in rows]]


def test_nothing_that_the_mentor_gets_differs(empty_database: Path, tmp_path: Path) -> None:
    seen = []
    for decides in (False, True):
        with company(empty_database, tmp_path / f"{decides}.db") as pair:
            pair.sign(Terms(sessions=2))
            home.open_home(pair.mentor.gesture(Place.HOME))
            if decides:
                write(pair, CANARY)
            hold(pair)
            if decides:
                write(pair, "And this")
            first = everything(pair)
            hold(pair, TUESDAY + timedelta(days=14))
            pair.stage.pass_time(timedelta(days=3))
            seen.append([first, everything(pair)])

    assert seen[0] == seen[1]


# --- through Slack


def test_the_word_the_button_and_the_form_lead_there(signed: Pair, send: Send, slack: StandIn) -> None:
    def opened(response: BoltResponse) -> str:
        assert response.status == 200
        return words(slack.view["blocks"])

    assert opened(send(command("UANNA", "decisions"))).startswith("What you have decided")
    page = shown(signed.mentee.types(handlers.open_decisions))
    new = click("UANNA", Action.DECISION, f"{signed.agreement.id}/", view=page)
    assert opened(send(new)).startswith("What have you decided?")
    assert slack.methods == ["views.open", "views.update"]
    send(click("UANNA", f"{Action.DECISIONS_PAGE}_0", "0", view=page))
    send(click("UANNA", f"{Action.DECISIONS}_0", signed.agreement.id, view=page))
    assert slack.methods[2:] == ["views.update", "views.update"]


def test_it_is_in_no_metadata(signed: Pair) -> None:
    listed = write(signed, CANARY)
    form = signed.mentee.does(handlers.open_decision, edit(listed), place=Place.MODAL)

    for answer in (listed, form):
        assert isinstance(answer, Show)
        assert "Merlin" not in shown(answer).to_dict()["private_metadata"]


def test_a_form_that_holds_nothing_of_ours(signed: Pair) -> None:
    view = shown(signed.mentee.does(handlers.open_decision, f"{signed.agreement.id}/"))
    view.private_metadata = "{}"

    assert isinstance(refused(signed.mentee.submits, handlers.write_decision, Show(view), text="x"), NotFound)


def test_someone_who_is_nobodys_mentee(pair: Pair) -> None:
    assert told(pair.stranger.types(handlers.open_decisions)).startswith("Decisions are the mentee's own")
