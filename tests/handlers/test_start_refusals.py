"""What the start form refuses: a sentence at the field, and everything typed stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import start
from mentoring.refusal import Refused
from tests.handlers.signing import decline
from tests.handlers.stage import LONDON, MONDAY, Pair, shown
from tests.handlers.starting import form, open_agreements


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
    decline(pair.mentee, pair)

    again = ("You can invite Anna again from 21 February 2027.", "who")
    assert refused(pair, who="UANNA", role="mentor") == again


def test_someone_known_from_yesterday_is_asked_about_again(pair: Pair) -> None:
    pair.stage.pass_time(timedelta(days=1))
    pair.stage.profiles["UANNA"] = replace(pair.stage.profiles["UANNA"], active=False)

    assert refused(pair, who="UANNA", role="mentor") == (
        "That account isn't active in this workspace any more. Please choose someone else.",
        "who",
    )
    assert pair.stage.asked == ["UANNA"]
