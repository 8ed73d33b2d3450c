"""What came of last time: for herself, or shared on purpose; the mentor finds only that, and only from the release on."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers import closing
from handlers import impact as handlers
from handlers import recap as recap_handlers
from handlers import sessions as session_handlers
from handlers.gestures import Answer, Place, Show
from handlers.ids import Action
from handlers.views.pages import MOST_BLOCKS, MOST_BYTES
from mentoring.agreement import Terms
from mentoring.calendar import RatingDelay
from mentoring.due import Kind
from mentoring.ids import SessionId
from mentoring.impact import Impact
from mentoring.refusal import NotFound
from storage import impact as stored
from tests.handlers.company import Scenes
from tests.handlers.meetings import TUESDAY, hold, plan, read, refused
from tests.handlers.slack import Send, StandIn, click, submission
from tests.handlers.stage import Pair, buttons, shown, words

SECOND = TUESDAY + timedelta(days=14)
CANARY = "Harrier <!channel> <@UTOM> &lt; *bold*"
FORM = (
    "What came of it Session 1 of 5 with Tom, Tuesday 1 December. What has come of it since? In your own words {text}"
    "Who may read this? Share it with Tom Keep it for myself "
    "Needed if something is written, and again when you change it.{now} "
    "If you share it, Tom can read it in the recap {when} "
    "Tom gets no message about it, and you can change it or take it back at any time. Save Cancel"
)


@pytest.fixture
def first(signed: Pair, scenes: Scenes) -> SessionId:
    return scenes.live(signed, hold)


def write(pair: Pair, session_id: SessionId, text: str | None, share: str | None) -> Answer:
    form = pair.mentee.does(handlers.open_impact, session_id)
    return pair.mentee.submits(handlers.write_impact, form, text=text, share=share)


def kept(pair: Pair, session_id: SessionId) -> Impact | None:
    with pair.stage.database.reading() as tx:
        return stored.of_one(tx, session_id, author=pair.mentee.person.id)


def recap(pair: Pair) -> str:
    return read(pair.mentor.types(recap_handlers.open_recap))


def reminded(pair: Pair) -> None:
    """The second session is planned, and both are reminded of it: the first one's rating is released by then."""
    plan(pair, SECOND)
    pair.stage.pass_time(SECOND - timedelta(minutes=30))


# --- writing


def test_she_writes_from_her_reminder_and_shares_at_once(signed: Pair, first: SessionId) -> None:
    reminded(signed)
    reminder = signed.mentee.newest(Kind.REMINDER)
    assert reminder.text == (
        "Coming up: session 2 of 5 with Tom, Tuesday 15 December, 11:30 in New York · 16:30 in London. Nothing to prepare. "
        "If you'd like, jot down what came of last time, for yourself or to share."
    )
    assert list(reminder.buttons) == ["What came of it", "Move it"]
    form = signed.mentee.does(handlers.open_impact, reminder.buttons["What came of it"])
    assert read(form) == FORM.format(text="", now="", when="at once.")
    share = next(b for b in shown(form).to_dict()["blocks"] if b.get("block_id") == "share")
    assert "initial_option" not in share["element"]

    listed = signed.mentee.submits(handlers.write_impact, form, text=f"  {CANARY}\n", share="share")

    assert read(listed) == (
        "What came of it What came of your sessions with Tom. It is yours: share a note with Tom or keep it, and change that "
        "any time. Session 1 of 5, Tuesday 1 December Change It is shared; Tom can read it in the recap. "
        f"{CANARY} Close"
    )
    assert f"What came of it, in Anna's words {CANARY}" in recap(signed)


def test_the_choice_is_made_anew_each_time(signed: Pair, first: SessionId) -> None:
    write(signed, first, CANARY, "share")
    form = signed.mentee.does(handlers.open_impact, first)
    assert read(form) == FORM.format(
        text=f"{CANARY} Empty it to take it back. ",
        now=" At the moment it is shared; Tom can read it later, not yet.",
        when="when a session comes near after you were asked for this one's rating, not before.",
    )
    share = next(b for b in shown(form).to_dict()["blocks"] if b.get("block_id") == "share")
    assert "initial_option" not in share["element"]

    why = refused(signed.mentee.submits, handlers.write_impact, form, text=CANARY)
    assert (why.sentence, why.at) == ("Please choose who may read this.", "share")
    signed.mentee.submits(handlers.write_impact, form, share="keep")
    found = kept(signed, first)
    assert found is not None
    assert (found.text.reveal(), found.shared, found.revision) == (CANARY, False, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (None, "There is nothing written yet."),
        (" \n", "There is nothing written yet."),
        ("x" * 3001, "Please keep it to 3000 characters; this is 3001."),
    ],
)
def test_what_cannot_be_kept(signed: Pair, first: SessionId, typed: str | None, sentence: str) -> None:
    why = refused(write, signed, first, typed, "keep")

    assert (why.sentence, why.at) == (sentence, "text")


def test_a_form_sent_twice_changes_nothing_and_two_windows_lose_nothing(
    signed: Pair, first: SessionId
) -> None:
    form, other = (signed.mentee.does(handlers.open_impact, first) for _ in range(2))
    for _ in range(2):
        signed.mentee.submits(handlers.write_impact, form, text=CANARY, share="keep")
    found = kept(signed, first)
    assert found is not None
    assert found.revision == 0

    why = refused(signed.mentee.submits, handlers.write_impact, other, text="Other", share="share")

    assert (why.sentence, why.at) == (
        "This was changed in another window. Copy what you have here, then open it again.",
        "text",
    )
    assert kept(signed, first) == found


# --- from when on, and to whom


def test_what_is_shared_before_the_release_waits_for_it(signed: Pair, first: SessionId) -> None:
    write(signed, first, CANARY, "share")
    assert "Harrier" not in recap(signed)
    signed.stage.pass_time(timedelta(days=3))
    assert "Harrier" not in recap(signed)

    reminded(signed)

    assert f"Rating: No rating Write notes What came of it, in Anna's words {CANARY}" in recap(signed)


def test_what_she_keeps_or_takes_back_draws_no_row(signed: Pair, first: SessionId) -> None:
    reminded(signed)
    before = recap(signed)

    write(signed, first, CANARY, "keep")
    assert recap(signed) == before
    write(signed, first, CANARY, "share")
    assert "Harrier" in recap(signed)
    write(signed, first, CANARY, "keep")
    assert recap(signed) == before
    write(signed, first, CANARY, "share")
    write(signed, first, None, None)
    assert recap(signed) == before


def test_the_search_finds_what_is_shared_alone(signed: Pair, first: SessionId) -> None:
    reminded(signed)
    view = shown(signed.mentor.types(recap_handlers.open_recap))

    def found() -> str:
        gesture = signed.mentor.gesture(
            Place.MODAL,
            view={
                **view.to_dict(),
                "state": {"values": {Action.RECAP_SEARCH: {Action.RECAP_SEARCH: {"value": "HARRIER"}}}},
            },
        )
        return read(recap_handlers.search_recap(gesture))

    nothing = "No session's notes or shared words have all of these words."
    write(signed, first, CANARY, "keep")
    assert nothing in found()
    write(signed, first, CANARY, "share")
    assert CANARY in found()


WHEN: dict[str, Callable[[Pair], Any]] = {
    "when your next session comes near; with none planned, no sooner than two weeks after your last one.": (
        lambda _: None
    ),
    "when your next session comes near, not before.": lambda pair: plan(pair, SECOND),
}


@pytest.mark.parametrize("when", WHEN)
def test_the_form_says_from_when_on(signed: Pair, first: SessionId, when: str) -> None:
    signed.stage.pass_time(timedelta(days=3))
    WHEN[when](signed)

    form = signed.mentee.does(handlers.open_impact, first)

    assert read(form) == FORM.format(text="", now="", when=when)


def test_a_rating_that_has_not_been_asked_by_the_release_keeps_it_back(pair: Pair) -> None:
    pair.sign(Terms(rating_after=RatingDelay.SEVEN_DAYS))
    first = hold(pair)
    plan(pair, TUESDAY + timedelta(days=6))
    pair.stage.pass_time(TUESDAY + timedelta(days=5, hours=23))

    form = pair.mentee.does(handlers.open_impact, first)

    assert read(form) == FORM.format(text="", now="", when="some time after your next session, not before.")
    pair.mentee.submits(handlers.write_impact, form, text=CANARY, share="share")
    assert "Harrier" not in recap(pair)


def test_at_the_end_of_the_agreement(pair: Pair) -> None:
    pair.sign(Terms(sessions=1))
    first = hold(pair)
    pair.stage.pass_time(timedelta(days=3))
    read_first = read(pair.mentee.does(handlers.open_impact, first))
    assert (
        "Tom can read it in the recap as this agreement comes to its close, no sooner than a week after your last session."
    ) in read_first
    write(pair, first, CANARY, "share")
    assert "Harrier" not in recap(pair)
    pair.stage.pass_time(timedelta(days=6))
    assert pair.agreement.closing
    assert "Harrier" in recap(pair)


def test_after_an_early_end_it_is_still_hers_to_change(signed: Pair, first: SessionId) -> None:
    write(signed, first, CANARY, "share")
    signed.mentor.submits(closing.end, signed.mentor.types(closing.ask_end))
    assert "Harrier" not in recap(signed)
    assert "It is for you alone: the end came before Tom was shown it." in read(
        signed.mentee.does(handlers.open_impacts, signed.agreement.id)
    )

    signed.stage.pass_time(timedelta(minutes=1))
    write(signed, first, CANARY, "share")

    assert "Harrier" in recap(signed)
    write(signed, first, "", None)
    assert "Harrier" not in recap(signed)


def test_a_session_that_did_not_happen(signed: Pair, first: SessionId) -> None:
    form = signed.mentee.does(handlers.open_impact, first)
    signed.mentor.does(session_handlers.not_held, first)

    assert refused(signed.mentee.does, handlers.open_impact, first).sentence == (
        "This session isn't counted any more, so there is nothing to write about it."
    )
    why = refused(signed.mentee.submits, handlers.write_impact, form, text=CANARY, share="keep")
    assert (why.sentence, why.at) == (
        "This is about a session that took place. This one didn't, or not yet.",
        "text",
    )


# --- looking back


def test_all_of_them_are_reached_from_the_sessions_window(signed: Pair, first: SessionId) -> None:
    second = hold(signed, SECOND)
    write(signed, second, CANARY, "keep")
    card = signed.mentee.types(session_handlers.show_session)
    value = buttons(shown(card))["What came of it"]

    listed = signed.mentee.does(handlers.open_impacts, value, place=Place.MODAL)

    assert read(listed) == (
        "What came of it What came of your sessions with Tom. It is yours: share a note with Tom or keep it, and change that "
        f"any time. Session 2 of 5, Tuesday 15 December Change It is for you alone. {CANARY} "
        "Session 1 of 5, Tuesday 1 December Write Close"
    )
    assert buttons(shown(listed)) == {"Change": second, "Write": first}
    assert "What came of it" not in buttons(shown(signed.mentor.types(session_handlers.show_session)))


@pytest.mark.parametrize("typed", ["&" * 3000, "🦊" * 3000])
def test_a_long_look_back_comes_in_pages(pair: Pair, typed: str) -> None:
    pair.sign(Terms(sessions=12))
    for number in range(12):
        write(pair, hold(pair, TUESDAY + timedelta(days=7 * number)), typed, "share")
    page = pair.mentee.does(handlers.open_impacts, pair.agreement.id)
    seen = []
    while True:
        drawn = shown(page).to_dict()
        assert len(drawn["blocks"]) <= MOST_BLOCKS
        assert len(json.dumps(drawn)) <= MOST_BYTES
        seen.append(read(page).count(" of 12, "))
        more = next((v for label, v in buttons(drawn).items() if label.startswith("Earlier")), None)
        if more is None:
            break
        page = pair.mentee.does(handlers.earlier, more, place=Place.MODAL, view=shown(page))

    assert sum(seen) == 12
    assert len(seen) > 1


# --- others


def test_nobody_else_opens_or_writes(signed: Pair, first: SessionId) -> None:
    form = signed.mentee.does(handlers.open_impact, first)
    write(signed, first, CANARY, "share")
    page = shown(signed.mentee.does(handlers.open_impacts, signed.agreement.id))

    for one in (signed.mentor, signed.stranger):
        assert isinstance(refused(one.does, handlers.open_impact, first), NotFound)
        assert isinstance(refused(one.does, handlers.open_impacts, signed.agreement.id), NotFound)
        assert isinstance(refused(one.does, handlers.earlier, "1", view=page), NotFound)
        typed = {"text": "Mine", "share": "share"}
        assert isinstance(refused(one.submits, handlers.write_impact, form, **typed), NotFound)
    assert isinstance(refused(signed.mentee.does, handlers.open_impact, "nothing"), NotFound)


def test_it_is_in_no_message_and_no_metadata(signed: Pair, first: SessionId) -> None:
    listed = write(signed, first, CANARY, "share")
    form = signed.mentee.does(handlers.open_impact, first)
    reminded(signed)
    signed.stage.pass_time(timedelta(days=3))

    for answer in (listed, form):
        assert isinstance(answer, Show)
        assert "Harrier" not in shown(answer).to_dict()["private_metadata"]
    for one in (signed.mentor, signed.mentee):
        for message in one.messages:
            assert "Harrier" not in json.dumps([message.text, message.blocks])


def test_the_buttons_and_the_form_lead_there(
    signed: Pair, first: SessionId, send: Send, slack: StandIn
) -> None:
    send(click("UANNA", Action.IMPACT, first))
    assert words(slack.view["blocks"]).startswith("Session 1 of 5 with Tom")
    form = shown(signed.mentee.does(handlers.open_impact, first))
    answer = send(submission("UANNA", form, text=CANARY, share="keep"))
    assert json.loads(answer.body or "")["response_action"] == "update"
    send(click("UANNA", Action.IMPACTS, signed.agreement.id, view=form))
    assert slack.methods == ["views.open", "views.update"]
