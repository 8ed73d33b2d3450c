"""The beginning: the form, what it refuses, and what it sends."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as handlers
from handlers import declining, settings, start
from handlers.gestures import Nothing, Place, Show
from mentoring.agreement import Outcome, Role, State, Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.due import Kind
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from tests.handlers.stage import (
    INTRODUCTION,
    LONDON,
    MONDAY,
    PURPOSE,
    Pair,
    buttons,
    payload_of,
    shown,
    words,
)
from tests.handlers.starting import form, labels, open_agreements

CANARY = "canary-4711"
TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)


# --- the form


def test_at_first_sight_it_asks_for_little(pair: Pair) -> None:
    view = form(pair)

    assert labels(view) == ["With whom?", "My role", "First session", "Usual place"]
    assert buttons(view) == {"Change the terms": "open"}
    assert (
        "You would agree on up to 5 sessions of 75 minutes, every two weeks, and then it stops. What you say to each other "
        "stays between the two of you, in the strictest confidence, with the exceptions that the law makes. What the mentee "
        "decides binds the mentee alone. After each session, two days later and in working hours, the mentee is asked for a "
        "private rating from 1 to 5. The mentor is not shown it at once: it stays sealed until the reminder before the next "
        "session; with none planned, for two weeks after the last one at the least; after the very last, until the agreement "
        "comes to its close, a week later at the earliest. If two scores in a row are 2 or less, you look together at whether to go on. Either of you can end it at any time, without a reason. This bot is run by Ruth of "
        "Example Community."
    ) in words(view)


def test_only_a_mentee_says_what_for(pair: Pair) -> None:
    assert "What do I want from it?" in labels(form(pair, role="mentee"))
    assert "What do I want from it?" not in labels(form(pair, role="mentor"))


def test_what_was_typed_stays_when_the_form_is_drawn_again(pair: Pair) -> None:
    typed = {"who": "UANNA", "role": "mentee", "first_session": TUESDAY, "place": CANARY}
    body = payload_of(form(pair), typed)

    view = shown(start.open_terms(pair.mentor.gesture(Place.MODAL, "open", view=body)))

    state = payload_of(view, {})["state"]["values"]
    assert state["who"]["who"]["selected_user"] == "UANNA"
    assert state["role"]["role"]["selected_option"]["value"] == "mentee"
    assert state["first_session"]["first_session"]["selected_date_time"] == int(TUESDAY.timestamp())
    assert state["place"]["place"]["value"] == CANARY
    assert CANARY not in (view.private_metadata or "")
    assert view.private_metadata == body["private_metadata"].replace("closed", "open")


def toggled(pair: Pair, view: Any, role: str, **typed: Any) -> Any:
    """The form after what was typed, and another role."""
    body = payload_of(view, {**typed, "role": role})
    return shown(start.toggle_role(pair.mentor.gesture(Place.MODAL, role, view=body)))


def test_a_purpose_typed_as_mentee_stays_through_the_other_role_and_is_not_sent_from_there(
    pair: Pair,
) -> None:
    as_mentor = toggled(pair, form(pair, role="mentee"), "mentor", purpose=CANARY)

    assert labels(as_mentor)[2] == "What do I want from it?"
    assert (
        f"{CANARY} Only a mentee says this, so it isn't sent. It stays here in case you choose the other role."
    ) in words(as_mentor)
    assert CANARY not in (as_mentor.private_metadata or "")
    as_mentee = toggled(pair, as_mentor, "mentee")
    assert payload_of(as_mentee, {})["state"]["values"]["purpose"]["purpose"]["value"] == CANARY
    emptied = toggled(pair, as_mentor, "mentor", purpose=None)
    assert "What do I want from it?" not in labels(emptied)

    pair.mentor.submits(start.propose, as_mentor, who="UANNA")
    assert [a.purpose for a in open_agreements(pair)] == [None]


@pytest.mark.parametrize("opened", [False, True])
def test_a_mentee_reads_that_sending_is_signing_and_who_can_read_what(pair: Pair, opened: bool) -> None:
    view = form(pair, role="mentee")
    if opened:
        gesture = pair.mentor.gesture(Place.MODAL, "open", view=payload_of(view, {}))
        view = shown(start.open_terms(gesture))

    text = words(view)

    assert view.to_dict()["submit"]["text"] == "Sign and send"
    assert (
        "You sign first By sending this you sign it. The other one reads it and signs last; nothing starts before that. Who "
        "can read what The agreement, its purpose and the sessions: the mentor and the mentee.\nA rating: the mentee;"
    ) in text
    assert "The agreement opens with these words. Only the two of you are shown them." in text
    assert (
        "the mentee is asked for a private rating from 1 to 5. The mentor is not shown it at once: it stays sealed until the "
        "reminder before the next session;"
    ) in text
    assert "By sending this you sign it" not in words(form(pair, role="mentor", opened=opened))


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("Maya", "I don't know who “Maya” is. Please choose the person here. With whom?"),
        (" @bob ", "I don't know who “@bob” is. Please choose the person here. With whom?"),
        ("x" * 41, "I don't know who that is. Please choose the person here. With whom?"),
    ],
)
def test_a_name_that_is_no_mention_is_not_taken_for_anybody(pair: Pair, rest: str, said: str) -> None:
    view = shown(pair.mentor.types(start.start, rest))

    assert said in words(view)
    assert payload_of(view, {})["state"]["values"]["who"]["who"]["selected_user"] is None


def test_a_mention_or_a_button_is_no_unknown_name(pair: Pair) -> None:
    for view in (
        shown(pair.mentor.types(start.start, "<@UANNA|anna>")),
        shown(pair.mentor.types(start.start)),
        shown(pair.mentor.does(start.start, pair.mentor.person.id, place=Place.HOME)),
    ):
        assert "I don't know who" not in words(view)


def test_someone_without_a_zone_is_told_so(pair: Pair) -> None:
    noor = pair.stage.someone("UNOOR", "Noor Khan", None)

    view = shown(noor.types(start.start))

    assert "Slack doesn't tell me your time zone, so your times are in UTC." in words(view)


# --- what is sent


def test_a_mentor_offers(pair: Pair) -> None:
    answer = pair.mentor.submits(
        start.propose, form(pair), who="UANNA", role="mentor", first_session=TUESDAY, place=CANARY
    )

    assert words(shown(answer)) == (
        "Sent Your invitation to Anna is on its way. Anna reads it, adds a purpose and signs; then you read that and sign "
        "last. Nothing starts unless you both sign. Without both signatures it lapses on 7 December 2026. "
        "A first talk You could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is never rated. Plan a first talk Close"
    )
    (message,) = pair.mentee.messages
    assert message.kind is Kind.INVITATION
    assert message.text.startswith(
        "Tom Reed offers to mentor you: up to 5 × 75 minutes. Nothing starts unless you both sign. Ignoring this is fine; "
        "it lapses on 7 December."
    )
    assert list(message.buttons) == ["Read", "Suggest changes", "Decline", "No more invitations"]
    assert CANARY not in str(message.blocks)
    (made,) = open_agreements(pair)
    assert (made.newest.terms.first_session, made.newest.terms.place) == (TUESDAY, Secret(CANARY))
    assert pair.mentor.messages == []


def test_a_mentee_asks_and_signs_by_sending(pair: Pair) -> None:
    answer = pair.mentor.submits(
        start.propose, form(pair, role="mentee"), who="UANNA", role="mentee", purpose=f"  {PURPOSE} "
    )

    assert words(shown(answer)).startswith(
        "Sent Your invitation to Anna is on its way. You have signed by sending it. Anna reads it and signs last."
    )
    (message,) = pair.mentee.messages
    assert message.text.startswith(
        "Tom Reed asks you to be their mentor: up to 5 × 75 minutes. Nothing starts unless you both sign. Ignoring this is "
        "fine; it lapses on 7 December."
    )
    (made,) = open_agreements(pair)
    assert (made.mentee.user_id, made.purpose, made.must_sign) == ("UTOM", Secret(PURPOSE), made.mentor)


def test_other_terms_are_taken(pair: Pair) -> None:
    pair.mentor.submits(
        start.propose,
        form(pair, opened=True),
        who="UANNA",
        role="mentor",
        sessions=" 3 ",
        minutes="60",
        cadence="monthly",
        rating_after="next_morning",
        early_end="none",
    )

    terms = open_agreements(pair)[0].terms
    assert (terms.sessions, terms.minutes, terms.cadence) == (3, 60, Cadence.MONTHLY)
    assert (terms.rating_after, terms.early_end, terms.wording) == (RatingDelay.NEXT_MORNING, False, 2)


def test_a_second_submission_of_the_same_form_meets_what_the_first_one_made(pair: Pair) -> None:
    view = form(pair)
    first = pair.mentor.submits(start.propose, view, who="UANNA", role="mentor")
    second = pair.mentor.submits(start.propose, view, who="UANNA", role="mentor")

    assert shown(first).to_dict() == shown(second).to_dict()
    assert len(open_agreements(pair)) == 1
    assert len(pair.mentee.messages) == 1


def test_a_form_with_the_id_of_someone_elses_agreement_makes_one_of_its_own(pair: Pair) -> None:
    """Whoever sends it cannot tell that there is one already."""
    pair.propose()
    view = shown(pair.stranger.types(start.start))
    view.private_metadata = (view.private_metadata or "").replace(
        payload_of(view, {})["private_metadata"].split('"')[3], str(pair.agreement_id)
    )

    before = pair.agreement

    answers = [pair.stranger.submits(start.propose, view, who="UTOM", role="mentor") for _ in range(2)]

    assert [words(shown(answer)).split(".")[0] for answer in answers] == [
        "Sent Your invitation to Tom is on its way"
    ] * 2
    assert pair.agreement == before
    made = open_agreements(pair)
    assert sorted(one.mentor.name for one in made) == ["Maya Okafor", "Tom Reed"]


def test_one_session_is_said_as_one(pair: Pair) -> None:
    pair.propose(terms=Terms(sessions=1))

    assert pair.mentee.newest(Kind.INVITATION).text.startswith(
        "Tom Reed offers to mentor you: 1 × 75 minutes."
    )


# --- who is asked about


def test_someone_known_from_today_is_not_asked_about(pair: Pair) -> None:
    pair.mentor.submits(start.propose, form(pair), who="UANNA", role="mentor")

    assert pair.stage.asked == []


# --- someone who wants no more invitations


def test_an_invitation_to_someone_who_wants_none_looks_like_any_other(pair: Pair) -> None:
    settings.change(pair.mentee.gesture(Place.HOME), invitations=False)
    pair.stage.someone("UOPEN", "Anna Open", LONDON)

    hidden = shown(pair.mentor.submits(start.propose, form(pair), who="UANNA", role="mentor"))
    open_ = shown(pair.mentor.submits(start.propose, form(pair), who="UOPEN", role="mentor"))

    ids = [buttons(view)["Plan a first talk"] for view in (hidden, open_)]
    assert str(hidden.to_dict()).replace(ids[0], ids[1]) == str(open_.to_dict())
    assert pair.mentee.messages == []
    pair.stage.pass_time(timedelta(days=15))
    assert pair.mentee.messages == []
    one, two = pair.mentor.messages
    assert (one.kind, one.at) == (two.kind, two.at) == (Kind.LAPSED, MONDAY + timedelta(days=14))
    # The first message of all also says what Mentor is.
    assert one.text.replace("Anna Open", "Anna Bright").startswith(
        two.text.replace("Anna Open", "Anna Bright")
    )


def test_her_own_start_replaces_one_that_she_does_not_see(pair: Pair) -> None:
    settings.change(pair.mentee.gesture(Place.HOME), invitations=False)
    hidden = pair.propose()
    view = shown(pair.mentee.types(start.start))

    answer = pair.mentee.submits(start.propose, view, who="UTOM", role="mentor")

    assert isinstance(answer, Show)
    (message,) = pair.mentor.messages
    assert message.text.startswith("Anna Bright offers to mentor you: up to 5 × 75 minutes.")
    assert [a.proposer for a in open_agreements(pair)] == [pair.mentee.person.id]
    assert pair.agreement.outcome is Outcome.WITHDRAWN
    old = words(shown(pair.mentor.does(handlers.show_agreement, hidden.id)))
    assert old.startswith("Agreement It made way for Anna's own invitation on 23 November 2026.")
    with pytest.raises(NotFound):
        pair.mentee.does(declining.ask_decline, hidden.id)


def test_no_more_invitations_takes_this_one_out_of_sight_too(pair: Pair) -> None:
    proposed = pair.propose()

    assert pair.mentee.does(handlers.no_invitations, proposed.id) == Nothing()

    message = pair.mentee.newest(Kind.INVITATION)
    assert message.text == (
        "You chose to get no more invitations, so this one needs no answer. You can switch them on again in the settings. "
        f"{INTRODUCTION}"
    )
    assert message.buttons == {"Settings": "settings"}
    assert (pair.agreement.state, pair.agreement.hidden) == (State.PROPOSED, True)
    assert pair.mentor.messages == []
    assert Role.MENTEE is pair.agreement.role_of(pair.mentee.person.id)
