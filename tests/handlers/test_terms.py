"""Terms talked over before anything is signed: suggested by either, read beside the old ones, any number of times."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import terms as handlers
from handlers.gestures import Place
from mentoring.agreement import Role, State, Terms
from mentoring.calendar import Cadence
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.handlers.signing import TUESDAY, read, sign
from tests.handlers.stage import INTRODUCTION, LONDON, PURPOSE, Pair, buttons, payload_of, shown, words
from tests.handlers.starting import labels
from tests.handlers.talking import form, suggest

CANARY = "canary-4711"
THURSDAY = datetime(2026, 12, 3, 10, 0, tzinfo=LONDON)
NOT_CHANGED = "Nothing is changed yet. Change what you would like to be different, then send it."


def refused(pair: Pair, **typed: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refusal:
        suggest(pair.mentor, pair, **typed)
    return refusal.value.sentence, refusal.value.at


# --- the form


def test_a_mentor_sees_the_newest_terms_and_what_happens_next(pair: Pair) -> None:
    pair.propose(terms=Terms(sessions=4, minutes=60))

    view = form(pair.mentor, pair)

    drawn = view.to_dict()
    assert [drawn[part]["text"] for part in ("title", "submit", "close")] == [
        "Suggest changes",
        "Send",
        "Cancel",
    ]
    assert words(view) == (
        "Suggest changes Change what you would like to be different. Anna reads it beside the old terms and signs first; you "
        "sign last. How many sessions? 4 From 1 to 12. It stops after the last one. Minutes of a session 60 From 15 to 240. "
        "How often? Every week Every two weeks Every three weeks Once a month As we go First session, usual place, when the "
        "rating is asked, and the early-end rule stay as they are unless you open them. More of the terms Send Cancel"
    )


def test_a_mentee_reads_that_sending_is_signing_and_who_can_read_what(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)

    view = form(pair.mentee, pair)

    assert labels(view) == [
        "How many sessions?",
        "Minutes of a session",
        "How often?",
        "What do I want from it?",
    ]
    assert view.to_dict()["submit"]["text"] == "Sign and send"
    text = words(view)
    assert (
        "Change what you would like to be different. By sending it you sign it; Tom reads it beside the old terms and signs "
        "last."
    ) in text
    assert (
        f"What do I want from it? {PURPOSE} The agreement opens with these words. Only you and Tom are shown them."
        in text
    )
    assert (
        "Who can read what The agreement, its purpose and the sessions: Tom and Anna.\nA rating: Anna;"
        in text
    )


def test_the_rest_is_behind_one_button_and_what_was_typed_stays(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY, place=Secret("The Blue Door")))

    view = form(pair.mentor, pair, opened=True, sessions="3", minutes="")

    assert labels(view) == [
        "How many sessions?",
        "Minutes of a session",
        "How often?",
        "First session",
        "Usual place",
        "When is the mentee asked for a rating?",
        "Early-end rule",
    ]
    state = payload_of(view, {})["state"]["values"]
    assert state["sessions"]["sessions"]["value"] == "3"
    assert state["minutes"]["minutes"]["value"] is None
    assert state["first_session"]["first_session"]["selected_date_time"] == int(TUESDAY.timestamp())
    assert state["place"]["place"]["value"] == "The Blue Door"
    assert "Blue" not in (view.private_metadata or "")
    assert buttons(view) == {}


def test_a_purpose_typed_while_reading_goes_along(pair: Pair) -> None:
    pair.propose()
    reading = payload_of(read(pair.mentee, pair), {"purpose": f" {CANARY} "})

    gesture = pair.mentee.gesture(Place.MODAL, str(pair.agreement_id), view=reading)
    view = shown(handlers.open_suggest(gesture))

    assert payload_of(view, {})["state"]["values"]["purpose"]["purpose"]["value"] == CANARY
    assert CANARY not in (view.private_metadata or "")


@pytest.mark.parametrize(
    ("typed", "sentence", "at"),
    [
        ({}, NOT_CHANGED, "sessions"),
        ({"sessions": "0"}, "Please choose between 1 and 12 sessions.", "sessions"),
        ({"sessions": "few"}, "Please give the number of sessions in digits, from 1 to 12.", "sessions"),
        ({"minutes": "5"}, "Please choose between 15 and 240 minutes.", "minutes"),
        (
            {"first_session": datetime(2026, 11, 23, 13, 59, tzinfo=LONDON)},
            "That time has passed. Please choose one ahead, or leave it open for now.",
            "first_session",
        ),
    ],
)
def test_what_cannot_be_suggested_is_said_at_its_field(
    pair: Pair, typed: dict[str, Any], sentence: str, at: str
) -> None:
    pair.propose()

    assert refused(pair, **typed) == (sentence, at)
    assert len(pair.agreement.versions) == 1


def test_a_mentee_does_not_empty_the_purpose(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)

    with pytest.raises(Refused) as refusal:
        suggest(pair.mentee, pair, purpose=" \n ", sessions="3")

    assert (refusal.value.sentence, refusal.value.at) == (
        "Please say in a few words what you want from it; the agreement opens with them.",
        "purpose",
    )


def test_a_stranger_is_told_nothing(pair: Pair) -> None:
    pair.propose()
    view = form(pair.mentor, pair)

    for handler in (handlers.open_suggest, handlers.withdraw_change):
        with pytest.raises(NotFound):
            pair.stranger.does(handler, str(pair.agreement_id))
    for handler in (handlers.suggest, handlers.more_terms):
        with pytest.raises(NotFound):
            pair.stranger.submits(handler, view, sessions="3")

    assert len(pair.agreement.versions) == 1


# --- back and forth


def test_terms_go_back_and_forth_until_both_have_signed_one_version(pair: Pair) -> None:
    pair.propose(terms=Terms(place=Secret("The Blue Door")))

    receipt = suggest(pair.mentee, pair, sessions="3", purpose=PURPOSE, place="Kew Gardens")

    assert words(shown(receipt)) == (
        "Sent Your suggestion is on its way to Tom. You have signed by sending it. Tom reads it beside the old terms and signs "
        "last. Nothing starts unless you both sign. Without both signatures the invitation lapses on 7 December 2026. Close"
    )
    told = pair.mentor.newest(Kind.SUGGESTED)
    assert told.text.startswith(
        "Anna Bright suggests other terms, and has signed them: up to 3 × 75 minutes. Changed: the purpose, the limits, the "
        "place. If you sign too, it starts; without your signature the invitation lapses on 7 December."
    )
    assert list(told.buttons) == ["Read", "Suggest changes", "Withdraw"]
    hers = pair.mentee.newest(Kind.INVITATION)
    assert hers.text == (
        "You suggested other terms, and signed them by sending. It's Tom's turn now; without both signatures the invitation "
        f"lapses on 7 December. {INTRODUCTION}"
    )
    assert list(hers.buttons) == ["Agreement", "Decline"]

    pair.stage.pass_time(timedelta(days=1))
    receipt = suggest(pair.mentor, pair, minutes="60")

    assert words(shown(receipt)) == (
        "Sent Your suggestion is on its way to Anna. Anna reads it beside the old terms and signs first; then it's your turn. "
        "Nothing starts unless you both sign. Without both signatures the invitation lapses on 8 December 2026. Close"
    )
    told = pair.mentee.newest(Kind.SUGGESTED)
    assert told.text == (
        "Tom Reed suggests other terms: up to 3 × 60 minutes. Changed: the limits. You sign first, Tom last; without both "
        "signatures the invitation lapses on 8 December."
    )
    assert list(told.buttons) == ["Read", "Suggest changes", "Decline"]
    assert (
        pair.mentee.newest(Kind.INVITATION).text
        == f"Tom's invitation: newer terms have taken its place. {INTRODUCTION}"
    )
    his = pair.mentor.newest(Kind.SUGGESTED)
    assert his.text == (
        "You suggested other terms. Anna reads them and signs first; without both signatures the invitation lapses on "
        f"8 December. {INTRODUCTION}"
    )
    assert list(his.buttons) == ["Agreement", "Withdraw"]

    sign(pair.mentee, pair)
    told = pair.mentor.newest(Kind.SIGNED)
    assert told.text == (
        "Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your signature the "
        "invitation lapses on 8 December."
    )
    assert (
        pair.mentor.newest(Kind.SUGGESTED).text
        == f"Anna's suggestion: newer terms have taken its place. {INTRODUCTION}"
    )
    sign(pair.mentor, pair)

    agreed = pair.agreement
    assert (agreed.state, agreed.terms.sessions, agreed.terms.minutes) == (State.ACTIVE, 3, 60)
    assert (agreed.terms.place, agreed.purpose, agreed.terms.wording) == (
        Secret("Kew Gardens"),
        Secret(PURPOSE),
        2,
    )
    assert pair.mentee.newest(Kind.AGREED).text == (
        "You and Tom Reed have both signed: up to 3 × 60 minutes. Next: plan your first session; either of you can."
    )
    assert pair.mentee.newest(Kind.SUGGESTED).text == "Tom's suggestion: signed by both."
    assert pair.mentor.newest(Kind.SIGNED).text == "Your suggestion to Anna: signed by both."
    for one in (pair.mentor, pair.mentee):
        assert "Kew" not in str([m.blocks for m in one.messages])


def test_what_is_changed_shows_the_old_beside_the_new_before_signing(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY, place=Secret("The Blue Door"), wording=2))
    suggest(
        pair.mentee,
        pair,
        sessions="3",
        purpose=PURPOSE,
        first_session=None,
        place="Kew Gardens",
        rating_after="next_morning",
        early_end="none",
    )

    text = words(read(pair.mentor, pair))

    assert text.startswith(
        "Read and sign Anna has signed. With your signature it starts. The invitation lapses on 7 December 2026. "
        "Version 2 of the terms, by Anna, 23 November 2026. Changed: the purpose, the limits, the first session, the place, "
        "when the rating is asked, the early-end rule. The old text stands beside the new. "
        "Who Mentor: Tom Reed\nMentee: Anna Bright "
        f"Purpose (new) In Anna's own words: {PURPOSE} Confidentiality What we say"
    )
    assert (
        "Limits (changed) So far: We meet for up to 5 sessions of 75 minutes, every two weeks. "
        "Suggested: We meet for up to 3 sessions of 75 minutes, every two weeks. It stops after the last one, so that it "
        "never goes on out of habit or politeness; going on would take a new agreement that both of us want. "
        "First session (changed) So far: Tuesday 1 December, 16:30 in London · 11:30 in New York "
        "Suggested: to leave this open "
        "Place (changed) So far: The Blue Door Suggested: Kew Gardens "
        "Feedback (changed) So far: After each session that took place, two days later and in working hours, Anna is asked one "
        "question: on a scale of 1 to 5, how valuable a use of your time was the session? "
        "Suggested: After each session that took place, the next working morning and in working hours, Anna is asked one "
        "question: on a scale of 1 to 5, how valuable a use of your time was the session? The answer stays sealed"
    ) in text
    assert (
        "Ending early (changed) So far: If two scores in a row are 2 or less, we look together at whether this is still worth "
        "the time. Suggested: no such rule Either of us can end it at any time, with two clicks"
    ) in text
    assert "(changed)" not in words(read(pair.mentee, pair)).partition("Signed")[0]


def test_a_place_taken_away_a_rule_and_a_time_brought_in_are_marked_too(pair: Pair) -> None:
    pair.propose(terms=Terms(place=Secret("The Blue Door"), early_end=False))
    suggest(pair.mentor, pair, place=None, first_session=THURSDAY, early_end="two_low")

    text = words(read(pair.mentee, pair))

    assert "Place (changed) So far: The Blue Door Suggested: to leave this open" in text
    assert "First session (new) Thursday 3 December, 05:00 in New York · 10:00 in London" in text
    assert (
        "Ending early (changed) So far: no such rule Suggested: If two scores in a row are 2 or less, we look together at "
        "whether this is still worth the time. Either of us"
    ) in text


def test_another_purpose_shows_what_it_was(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    suggest(pair.mentee, pair, purpose="To delegate")

    assert f"Purpose (changed) So far: {PURPOSE} Suggested: To delegate" in words(read(pair.mentor, pair))
    assert list(buttons(read(pair.mentor, pair))) == ["Plan a first talk", "Suggest changes", "Decline"]


def test_only_the_one_who_asks_reads_that_there_is_no_answer_yet(pair: Pair) -> None:
    pair.propose()
    suggest(pair.mentee, pair, sessions="3", purpose=PURPOSE)

    hers = words(read(pair.mentee, pair))
    assert hers.startswith(
        "Agreement No answer yet from Tom; the invitation lapses on 7 December 2026. Signed Anna: Monday 23 November, 09:00 in "
        "New York\nTom: not yet Version 2 of the terms, by you, 23 November 2026. Changed: the purpose, the limits. The old "
        "text stands beside the new. Who"
    )
    assert "Limits (changed)" in hers
    assert "No answer" not in words(read(pair.mentor, pair))


def test_whoever_must_sign_what_was_suggested_is_reminded_once(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    suggest(pair.mentor, pair, sessions="3")
    pair.stage.pass_time(timedelta(days=8))

    reminder = pair.mentee.newest(Kind.PROPOSAL_REMINDER)
    assert reminder.text == (
        "The terms that Tom Reed suggested still wait for your signature. Leaving them is fine; the invitation lapses on "
        "7 December, and this is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Suggest changes", "Withdraw"]
    suggest(pair.mentee, pair, sessions="4")
    again = pair.mentee.newest(Kind.PROPOSAL_REMINDER)
    assert (again.text, again.buttons) == ("Tom's suggestion: you have answered.", {})


# --- at the same moment


def test_signing_an_old_version_shows_the_newer_to_be_read_instead(pair: Pair) -> None:
    pair.propose()
    old = read(pair.mentee, pair)
    suggest(pair.mentor, pair, sessions="3")

    view = shown(pair.mentee.submits(agreement_handlers.sign_agreement, old, purpose=CANARY))

    assert words(view).startswith(
        "Read and sign The terms have changed since you opened them. Please read them once more. You sign first, Tom last; "
        "nothing starts before that. The invitation lapses on 7 December 2026. Version 2 of the terms, by Tom, 23 November "
        "2026. Changed: the limits. The old text stands beside the new. What do I want from it?"
    )
    assert payload_of(view, {})["state"]["values"]["purpose"]["purpose"]["value"] == CANARY
    assert pair.agreement.newest.mentee_signed_at is None
    assert "You have signed." in words(shown(pair.mentee.submits(agreement_handlers.sign_agreement, view)))
    assert pair.agreement.purpose == Secret(CANARY)


def test_signing_what_one_has_replaced_oneself_shows_how_it_stands(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    old = read(pair.mentor, pair)
    suggest(pair.mentor, pair, sessions="3")

    view = shown(pair.mentor.submits(agreement_handlers.sign_agreement, old))

    assert words(view).startswith(
        "Agreement The terms have changed since you opened them. Please read them once more. No answer yet from Anna; the "
        "invitation lapses on 7 December 2026."
    )


def test_both_suggest_at_once_and_the_second_sees_the_first_with_their_own_words_kept(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE, terms=Terms(wording=2))
    view = form(pair.mentor, pair)
    suggest(pair.mentee, pair, sessions="3", cadence="monthly", purpose="To delegate")

    again = shown(pair.mentor.submits(handlers.suggest, view, minutes="60"))

    assert words(again).startswith(
        "Suggest changes The terms have changed meanwhile Anna has suggested other terms since you opened this. What you had "
        "changed is still in the form; the rest is now as Anna suggests it. "
        f"Purpose (changed) So far: {PURPOSE} Suggested: To delegate "
        "Limits (changed) So far: We meet for up to 5 sessions of 75 minutes, every two weeks. "
        "Suggested: We meet for up to 3 sessions of 75 minutes, once a month. It stops after the last one, so that it never "
        "goes on out of habit or politeness; going on would take a new agreement that both of us want. Change what you would "
        "like to be different."
    )
    # Slack keeps what was typed into an input of the same name; what the other one changed comes under another.
    entered = {
        name: next(iter(value.values())) for name, value in payload_of(again, {})["state"]["values"].items()
    }
    assert list(entered) == ["sessions.2", "minutes", "cadence.2"]
    assert (entered["sessions.2"]["value"], entered["minutes"]["value"]) == ("3", "60")
    assert len(pair.agreement.versions) == 2
    assert pair.mentee.messages == []

    shown(pair.mentor.submits(handlers.suggest, again))

    newest = pair.agreement.newest
    assert (newest.number, newest.author) == (3, pair.mentor.person.id)
    assert (newest.terms.sessions, newest.terms.minutes, newest.terms.cadence) == (3, 60, Cadence.MONTHLY)
    assert newest.purpose == Secret("To delegate")


def test_what_both_changed_stays_as_it_was_typed_also_when_more_is_opened(pair: Pair) -> None:
    pair.propose(terms=Terms(place=Secret("The Blue Door")))
    view = form(pair.mentee, pair)
    suggest(pair.mentor, pair, sessions="3", place="Kew Gardens")

    again = shown(pair.mentee.submits(handlers.suggest, view, sessions="2", purpose=CANARY))
    body = payload_of(again, {"purpose": "Other words"})
    opened = shown(handlers.more_terms(pair.mentee.gesture(Place.MODAL, "open", view=body)))

    assert "The terms have changed meanwhile Tom has suggested other terms" in words(opened)
    assert "Place (changed) So far: The Blue Door Suggested: Kew Gardens" in words(opened)
    state = payload_of(opened, {})["state"]["values"]
    assert state["sessions"]["sessions"]["value"] == "2"
    assert state["purpose"]["purpose"]["value"] == "Other words"
    assert state["place.2"]["place.2"]["value"] == "Kew Gardens"
    shown(pair.mentee.submits(handlers.suggest, opened))
    assert pair.agreement.newest.terms.place == Secret("Kew Gardens")
    assert pair.agreement.newest.terms.sessions == 2


def test_a_suggestion_sent_twice_is_one(pair: Pair) -> None:
    pair.propose()
    view = form(pair.mentee, pair)

    first = shown(pair.mentee.submits(handlers.suggest, view, sessions="3", purpose=PURPOSE))
    second = shown(pair.mentee.submits(handlers.suggest, view, sessions="3", purpose=PURPOSE))

    assert first.to_dict() == second.to_dict()
    assert len(pair.agreement.versions) == 2
    assert [m.kind for m in pair.mentor.messages] == [Kind.SUGGESTED]


def test_another_window_of_ones_own_says_so(pair: Pair) -> None:
    pair.propose()
    view = form(pair.mentor, pair)
    suggest(pair.mentor, pair, sessions="3")

    again = shown(pair.mentor.submits(handlers.suggest, view, minutes="60"))

    assert (
        "You have sent other terms since you opened this. What you had changed is still in the form; the rest is now as you "
        "sent it."
    ) in words(again)


def test_claims_that_are_no_numbers_are_told_nothing(pair: Pair) -> None:
    pair.propose()
    view = form(pair.mentor, pair)
    view.private_metadata = (view.private_metadata or "").replace('"begun":"1"', '"begun":"one"')

    with pytest.raises(NotFound):
        pair.mentor.submits(handlers.suggest, view, sessions="3")
