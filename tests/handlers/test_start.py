"""The beginning: the form, what it refuses, and what it sends."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import agreement as handlers
from handlers import start
from handlers.gestures import Nothing, Place, Show
from mentoring.agreement import Outcome, Role, State
from mentoring.calendar import Cadence, RatingDelay
from mentoring.messages import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from storage import agreements
from tests.handlers.stage import LONDON, MONDAY, PURPOSE, Pair, buttons, payload_of, shown, words

CANARY = "canary-4711"
TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)


def form(pair: Pair, *, opened: bool = False, role: str | None = None) -> Any:
    """The form in the mentor's hands, with its terms open and a role chosen if asked for."""
    view = shown(pair.mentor.types(start.start))
    if opened or role:
        handler = start.open_terms if opened else start.toggle_role
        body = payload_of(view, {"role": role} if role else {})
        view = shown(handler(pair.mentor.gesture(Place.MODAL, role or "", view=body)))
    return view


def labels(view: Any) -> list[str]:
    return [block["label"]["text"] for block in view.to_dict()["blocks"] if block["type"] == "input"]


def open_agreements(pair: Pair) -> list[Any]:
    with pair.stage.database.reading() as tx:
        return agreements.of(tx, pair.mentor.person.id, now=pair.stage.now)


# --- the form


def test_at_first_sight_it_asks_for_little(pair: Pair) -> None:
    view = form(pair)

    assert labels(view) == ["With whom?", "My role", "First session", "Usual place"]
    assert buttons(view) == {"Change the terms": "open"}
    assert (
        "You would agree on up to 5 sessions of 75 minutes, every two weeks, and then it stops. What you say to each other "
        "stays between the two of you, in the strictest confidence, with the exceptions that the law makes. What the mentee "
        "decides binds the mentee alone. Two days later, in working hours, the mentee is asked for a private rating of the "
        "session from 1 to 5, which the mentor sees before the next one. If two scores in a row are 2 or less, you look "
        "together at whether to go on. Either of you can end it at any time, without a reason. This bot is run by Ruth of "
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
        "last. Nothing starts unless you both sign. Without both signatures it lapses on 7 December 2026. Close"
    )
    (message,) = pair.mentee.messages
    assert message.kind is Kind.INVITATION
    assert message.text.startswith(
        "Tom Reed offers to mentor you: up to 5 × 75 minutes. Nothing starts unless you both sign. Ignoring this is fine; "
        "it lapses on 7 December."
    )
    assert list(message.buttons) == ["Read", "Decline", "No more invitations"]
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
    assert (terms.rating_after, terms.early_end, terms.wording) == (RatingDelay.NEXT_MORNING, False, 1)


def test_a_second_submission_of_the_same_form_meets_what_the_first_one_made(pair: Pair) -> None:
    view = form(pair)
    first = pair.mentor.submits(start.propose, view, who="UANNA", role="mentor")
    second = pair.mentor.submits(start.propose, view, who="UANNA", role="mentor")

    assert shown(first).to_dict() == shown(second).to_dict()
    assert len(open_agreements(pair)) == 1
    assert len(pair.mentee.messages) == 1


def test_a_form_with_the_id_of_someone_elses_agreement_is_told_nothing_of_it(pair: Pair) -> None:
    pair.propose()
    view = shown(pair.stranger.types(start.start))
    view.private_metadata = (view.private_metadata or "").replace(
        payload_of(view, {})["private_metadata"].split('"')[3], str(pair.agreement_id)
    )

    before = pair.agreement

    with pytest.raises(NotFound):
        pair.stranger.submits(start.propose, view, who="UTOM", role="mentor")

    assert pair.agreement == before


# --- who is asked about


def test_someone_known_from_today_is_not_asked_about(pair: Pair) -> None:
    pair.mentor.submits(start.propose, form(pair), who="UANNA", role="mentor")

    assert pair.stage.asked == []


def test_someone_known_from_yesterday_is_asked_about_again(pair: Pair) -> None:
    pair.stage.pass_time(timedelta(days=1))
    pair.stage.profiles["UANNA"] = replace(pair.stage.profiles["UANNA"], active=False)

    assert refused(pair, who="UANNA", role="mentor") == (
        "That account isn't active in this workspace any more. Please choose someone else.",
        "who",
    )
    assert pair.stage.asked == ["UANNA"]


# --- what is refused, and where it says so


def refused(pair: Pair, *, opened: bool = False, **values: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refusal:
        pair.mentor.submits(start.propose, form(pair, opened=opened, role=values.get("role")), **values)
    assert refusal.value.at in {None, *labels_by_id(form(pair, opened=opened, role=values.get("role")))}
    return refusal.value.sentence, refusal.value.at


def labels_by_id(view: Any) -> list[str]:
    return [block["block_id"] for block in view.to_dict()["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("sessions", "0", "Please choose between 1 and 12 sessions."),
        ("sessions", "13", "Please choose between 1 and 12 sessions."),
        ("sessions", "-1", "Please choose between 1 and 12 sessions."),
        ("sessions", "five", "Please give the number of sessions in digits, from 1 to 12."),
        ("sessions", "5.5", "Please give the number of sessions in digits, from 1 to 12."),
        ("sessions", "\u0665", "Please give the number of sessions in digits, from 1 to 12."),
        ("sessions", "9" * 3000, "Please give the number of sessions in digits, from 1 to 12."),
        ("sessions", None, "Please give the number of sessions in digits, from 1 to 12."),
        ("minutes", "5", "Please choose between 15 and 240 minutes."),
        ("minutes", "500", "Please choose between 15 and 240 minutes."),
        ("minutes", "an hour", "Please give the minutes of a session in digits, from 15 to 240."),
        ("cadence", None, "Please choose one of these."),
        ("rating_after", None, "Please choose one of these."),
        ("early_end", None, "Please choose one of these."),
    ],
)
def test_terms_out_of_bounds(pair: Pair, field: str, typed: str | None, sentence: str) -> None:
    assert refused(pair, opened=True, who="UANNA", role="mentor", **{field: typed}) == (sentence, field)


@pytest.mark.parametrize(
    ("values", "sentence", "at"),
    [
        ({"who": None, "role": "mentor"}, "Please choose the person you would like to work with.", "who"),
        ({"who": "UANNA"}, "Please choose your role.", "role"),
        (
            {"who": "UTOM", "role": "mentor"},
            "That's you. Please choose the person you would like to work with.",
            "who",
        ),
        (
            {"who": "UNOBODY", "role": "mentor"},
            "I can't find that person in this workspace. Please choose someone else.",
            "who",
        ),
        (
            {"who": "UANNA", "role": "mentee", "purpose": " \n\t\u0007 "},
            "Please say in a few words what you want from it; the agreement opens with them.",
            "purpose",
        ),
        (
            {"who": "UANNA", "role": "mentor", "first_session": MONDAY},
            "That time has passed. Please choose one ahead, or leave it open for now.",
            "first_session",
        ),
        (
            {"who": "UANNA", "role": "mentor", "first_session": MONDAY + timedelta(days=400)},
            "Please choose a time within the next year.",
            "first_session",
        ),
        (
            {"who": "UANNA", "role": "mentor", "place": "x" * 3001},
            "Please keep the place to 3000 characters.",
            "place",
        ),
    ],
)
def test_what_cannot_be_sent(pair: Pair, values: dict[str, Any], sentence: str, at: str) -> None:
    assert refused(pair, **values) == (sentence, at)
    assert open_agreements(pair) == []


def test_apps_and_accounts_that_are_gone_cannot_be_invited(pair: Pair) -> None:
    pair.stage.someone("UAPP", "Reminder App", LONDON, is_bot=True)
    pair.stage.someone("UGONE", "Old Bob", LONDON, active=False)

    app = ("That's an app, not a person. Please choose a person.", "who")
    assert refused(pair, who="UAPP", role="mentor") == app
    gone = ("That account isn't active in this workspace any more. Please choose someone else.", "who")
    assert refused(pair, who="UGONE", role="mentor") == gone


def test_one_open_agreement_with_each_other(pair: Pair) -> None:
    pair.propose()
    mine = "You have already invited Anna; there is no answer yet. `/mentor` shows it."
    assert refused(pair, who="UANNA", role="mentor") == (mine, "who")
    with pytest.raises(Refused, match=r"^Tom has already invited you\. `/mentor` shows the invitation\.$"):
        pair.mentee.submits(start.propose, shown(pair.mentee.types(start.start)), who="UTOM", role="mentor")

    pair.sign()
    both = "You and Anna already have an agreement. `/mentor` shows it."
    assert refused(pair, who="UANNA", role="mentor") == (both, "who")


def test_three_open_invitations_at_a_time(pair: Pair) -> None:
    for user in ("UONE", "UTWO", "UTHREE"):
        pair.stage.someone(user, user.title(), LONDON)
        pair.mentor.submits(start.propose, form(pair), who=user, role="mentor")

    sentence = "Three of your invitations are still open. When one is answered, withdrawn or lapses, you can send another."
    assert refused(pair, who="UANNA", role="mentor") == (sentence, "who")


def test_ninety_days_of_rest_after_a_decline(pair: Pair) -> None:
    pair.propose()
    pair.mentee.does(handlers.decline, str(pair.agreement_id))

    again = ("You can invite Anna again from 21 February 2027.", "who")
    assert refused(pair, who="UANNA", role="mentor") == again


# --- someone who wants no more invitations


def test_an_invitation_to_someone_who_wants_none_looks_like_any_other(pair: Pair) -> None:
    handlers.switch_invitations(pair.mentee.gesture(Place.HOME), wanted=False)
    pair.stage.someone("UOPEN", "Anna Open", LONDON)

    hidden = shown(pair.mentor.submits(start.propose, form(pair), who="UANNA", role="mentor"))
    open_ = shown(pair.mentor.submits(start.propose, form(pair), who="UOPEN", role="mentor"))

    assert hidden.to_dict() == open_.to_dict()
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
    handlers.switch_invitations(pair.mentee.gesture(Place.HOME), wanted=False)
    hidden = pair.propose()
    view = shown(pair.mentee.types(start.start))

    answer = pair.mentee.submits(start.propose, view, who="UTOM", role="mentor")

    assert isinstance(answer, Show)
    (message,) = pair.mentor.messages
    assert message.text.startswith("Anna Bright offers to mentor you: up to 5 × 75 minutes.")
    assert [a.proposer for a in open_agreements(pair)] == [pair.mentee.person.id]
    assert pair.agreement.outcome is Outcome.WITHDRAWN
    with pytest.raises(NotFound):
        pair.mentee.does(handlers.decline, hidden.id)


def test_no_more_invitations_takes_this_one_out_of_sight_too(pair: Pair) -> None:
    proposed = pair.propose()

    assert pair.mentee.does(handlers.no_invitations, proposed.id) == Nothing()

    message = pair.mentee.newest(Kind.INVITATION)
    assert message.text == (
        "You won't get invitations any more, and this one needs no answer. You can switch them on again in the settings."
    )
    assert message.buttons == {"Settings": "settings"}
    assert (pair.agreement.state, pair.agreement.hidden) == (State.PROPOSED, True)
    assert pair.mentor.messages == []
    assert Role.MENTEE is pair.agreement.role_of(pair.mentee.person.id)
