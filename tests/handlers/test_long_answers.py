"""An answer to a submission that is longer than Slack takes at that place: a way to it, and nothing that was typed is lost."""

import json
from typing import Any

from handlers import decisions, impact, notes, recap, start, terms
from handlers.answers import MOST_ACK_BYTES, TOO_LONG
from handlers.gestures import Place
from handlers.ids import Action
from handlers.views.notes import text_field
from handlers.views.reading import notice
from mentoring.agreement import Role
from playground.blockkit import check_view
from tests.handlers.meetings import hold
from tests.handlers.slack import Json, Send, StandIn, acked, click, submission
from tests.handlers.stage import Pair, buttons, shown, words
from tests.handlers.talking import suggest

LONG = "🦊" * 2_900 + " long"
SHORT = "There is more here than Slack takes in one go. It opens with a click. Show it"


def in_short(answer: Json) -> Any:
    """The window that an ack shows: short, and one that Slack takes."""
    assert answer["response_action"] == "update"
    assert len(json.dumps(answer)) < MOST_ACK_BYTES
    assert check_view(answer["view"]) == []
    return answer["view"]


def presses(send: Send, slack: StandIn, user: str, view: Json, action: str) -> Json:
    """The only button of a window is pressed; what is shown then. An input holds what it was drawn with."""
    [value] = buttons(view).values()
    fields = {
        b["block_id"]: b["element"].get("initial_value") for b in view["blocks"] if b["type"] == "input"
    }
    state = {name: {name: {"type": "plain_text_input", "value": typed}} for name, typed in fields.items()}
    body = click(user, action, value, view=notice("Here", "A window."))
    slack.calls.clear()
    assert acked(send({**body, "view": {"id": "V1", **view, "state": {"values": state}}})) == {}
    assert slack.methods == ["views.update"]
    return slack.view


def test_a_long_recap_opens_with_a_click_after_a_search(signed: Pair, send: Send, slack: StandIn) -> None:
    session_id = hold(signed)
    form = signed.mentor.does(notes.open_notes, f"{signed.agreement_id}/{session_id}")
    signed.mentor.submits(notes.write_note, form, **{text_field(session_id): LONG})
    page = shown(signed.mentor.types(recap.open_recap))

    short = in_short(acked(send(submission("UTOM", page, recap_search="long"))))

    assert words(short) == f"Recap Search notes and words long {SHORT} Search Close"
    whole = presses(send, slack, "UTOM", short, Action.RECAP_NEWEST)
    assert LONG in words(whole)


def test_what_is_looked_for_is_no_longer_than_words_are(signed: Pair, send: Send, slack: StandIn) -> None:
    page = shown(signed.mentor.types(recap.open_recap))
    [search] = [block.to_dict() for block in page.blocks if block.type == "input"]
    assert search["element"]["max_length"] == 200

    answer = acked(send(submission("UTOM", page, recap_search="🦊" * 3_000)))

    [drawn] = [block for block in answer["view"]["blocks"] if block["type"] == "input"]
    assert drawn["element"]["initial_value"] == "🦊" * 200


def test_long_decisions_open_with_a_click_after_one_more(signed: Pair, send: Send, slack: StandIn) -> None:
    form = shown(signed.mentee.does(decisions.open_decision, f"{signed.agreement_id}/", place=Place.MODAL))

    short = in_short(acked(send(submission("UANNA", form, text=LONG))))

    assert words(short) == f"Your decisions {SHORT} Close"
    assert LONG in words(presses(send, slack, "UANNA", short, Action.DECISIONS_PAGE))


def test_long_looks_back_open_with_a_click_after_one_more(signed: Pair, send: Send, slack: StandIn) -> None:
    session_id = hold(signed)
    form = shown(signed.mentee.does(impact.open_impact, session_id))

    short = in_short(acked(send(submission("UANNA", form, text=LONG, share="keep"))))

    assert words(short) == f"What came of it {SHORT} Close"
    assert LONG in words(presses(send, slack, "UANNA", short, Action.IMPACTS_EARLIER))


def test_a_long_form_that_is_drawn_again_keeps_what_was_typed(pair: Pair, send: Send) -> None:
    """Each suggested other words at the same time: what the other one wrote cannot be shown beside one's own."""
    pair.propose(by=Role.MENTEE)
    form = shown(pair.mentee.does(terms.open_suggest, str(pair.agreement_id)))
    suggest(pair.mentor, pair, sessions="3")

    answer = acked(send(submission("UANNA", form, purpose=LONG)))

    [(_, sentence)] = answer["errors"].items()
    assert (answer["response_action"], sentence) == ("errors", TOO_LONG)


def test_a_short_one_is_shown_as_ever(pair: Pair, send: Send) -> None:
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UANNA", role="mentor")))

    assert answer["response_action"] == "update"
    assert "Show it" not in buttons(answer["view"])
