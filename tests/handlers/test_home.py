"""The quiet surface: cards, Home, and what is said before all else."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers import agreement as agreement_handlers
from handlers import closing as closing_handlers
from handlers import feedback, home, settings
from handlers.gestures import Place
from handlers.views import home as views
from mentoring.agreement import Terms
from mentoring.due import Due, Kind
from mentoring.ids import AgreementId, new_id
from mentoring.operator import Operator
from mentoring.secret import Secret
from playground.blockkit import check_view
from storage import outbox, people
from tests.handlers.signing import decline, sign
from tests.handlers.stage import INTRODUCTION, LONDON, PURPOSE, Pair, Someone, buttons, shown, words

CANARY = "canary-4711"
TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)


def card(who: Someone) -> str:
    return words(shown(who.types(home.show_card)))


def open_home(who: Someone) -> None:
    gesture = who.gesture(Place.MESSAGE)
    home.open_home(replace(gesture, body={"event_id": new_id()}))
    who.stage.deliver()


# --- cards


def test_whoever_is_in_nothing_reads_what_it_is_and_how_to_start(pair: Pair) -> None:
    view = shown(pair.stranger.types(home.show_card))

    assert words(view) == (
        f"Mentor {INTRODUCTION} How to start To begin, choose whom you would like to mentor or be mentored by. Nothing starts "
        "unless you both sign. Start a mentoring Help Privacy Settings Close"
    )


def test_a_card_says_how_it_stands_and_what_can_be_done(pair: Pair) -> None:
    pair.sign(Terms(first_session=TUESDAY, place=Secret(CANARY)))

    assert card(pair.mentor) == (
        "Mentor Anna Bright · you are the mentor Signed by both on 23 November 2026.\n"
        "Next session: Tuesday 1 December, 16:30 in London · 11:30 in New York\nSessions: 0 of 5 held, 5 left "
        "Sessions Notes Recap Agreement Start a mentoring Help Privacy Settings Close"
    )
    assert card(pair.mentee) == (
        "Mentor Tom Reed · you are the mentee Signed by both on 23 November 2026.\n"
        "Next session: Tuesday 1 December, 11:30 in New York · 16:30 in London\nSessions: 0 of 5 held, 5 left "
        "Sessions Feedback Decisions Agreement Start a mentoring Help Privacy Settings Close"
    )


def test_a_rating_waits_for_the_mentee_alone(pair: Pair) -> None:
    pair.sign(Terms(first_session=TUESDAY))
    pair.stage.pass_time(timedelta(days=11))

    waiting = "Waiting for you: the rating of session 1, open until 17 December 2026"
    assert waiting in card(pair.mentee)
    assert "Next session: none planned yet\nSessions: 1 of 5 held, 4 left" in card(pair.mentee)
    assert "rating" not in card(pair.mentor)
    rate = pair.mentee.newest(Kind.RATING)
    score = next(value for value in rate.buttons.values() if value.endswith("/5"))
    pair.mentee.does(feedback.rate, score)
    assert waiting not in card(pair.mentee)


def test_a_rating_waits_no_longer_than_the_closing(pair: Pair) -> None:
    pair.sign(Terms(sessions=1, first_session=TUESDAY))
    pair.stage.pass_time(timedelta(days=17))

    assert "It closes by itself on 15 December 2026." in card(pair.mentor)
    assert "the rating of session 1, open until 15 December 2026" in card(pair.mentee)
    assert "you can change it, until 15 December at the latest." in pair.mentee.newest(Kind.RATING).text


def test_what_came_to_nothing_goes_once_there_is_something_with_the_same_person(pair: Pair) -> None:
    pair.propose()
    pair.mentor.does(agreement_handlers.withdraw, str(pair.agreement_id))
    assert "You withdrew it on 23 November 2026." in card(pair.mentor)

    pair.propose()
    assert "You withdrew it on 23 November 2026." in card(pair.mentor)
    pair.stage.pass_time(timedelta(days=1))
    assert "No answer yet from Anna" in card(pair.mentor)
    assert "withdrew" not in card(pair.mentor)


def test_proposals_are_cards_too(pair: Pair) -> None:
    pair.propose()

    assert (
        "Anna Bright · you would be the mentor No answer yet from Anna; the invitation lapses on 7 December 2026."
        in card(pair.mentor)
    )
    assert list(buttons(shown(pair.mentor.types(home.show_card))))[:4] == [
        "Agreement",
        "Suggest changes",
        "Plan a first talk",
        "Withdraw",
    ]
    assert (
        "Tom Reed · you would be the mentee The invitation waits for your signature; it lapses on 7 December 2026."
        in card(pair.mentee)
    )
    assert list(buttons(shown(pair.mentee.types(home.show_card))))[:4] == [
        "Read",
        "Suggest changes",
        "Plan a first talk",
        "Decline",
    ]
    assert "Anna" not in card(pair.stranger)
    assert "Tom" not in card(pair.stranger)


def test_a_hidden_proposal_leaves_no_trace(pair: Pair) -> None:
    settings.change(pair.mentee.gesture(Place.HOME), invitations=False)
    before = card(pair.mentee)
    pair.propose()

    assert card(pair.mentee) == before
    assert "No answer yet from Anna" in card(pair.mentor)


def test_what_was_ended_or_declined_stays_a_while_with_undo_while_there_is_one(pair: Pair) -> None:
    pair.propose()
    decline(pair.mentee, pair)

    assert (
        "Tom Reed · you would have been the mentee "
        "You declined it on 23 November 2026. Undo is possible for ten minutes. Undo Agreement"
    ) in card(pair.mentee)
    pair.stage.pass_time(timedelta(days=1))
    assert "You declined it on 23 November 2026. Agreement" in card(pair.mentee)
    assert "Anna declined it on 23 November 2026. Agreement" in card(pair.mentor)
    pair.stage.pass_time(timedelta(days=30))
    assert "declined" not in card(pair.mentee)


def test_the_past_stays_within_reach_of_the_mentor(pair: Pair) -> None:
    pair.sign()
    pair.mentee.submits(closing_handlers.end, shown(pair.mentee.types(closing_handlers.ask_end)))
    pair.stage.pass_time(timedelta(minutes=11))

    look_back = "Ended on 23 November 2026.\nIf you like, look back until 7 December 2026 Look back"
    assert f"{look_back} Recap Agreement" in card(pair.mentor)
    assert f"{look_back} Decisions Agreement" in card(pair.mentee)


# --- Home


def test_an_undo_goes_from_home_when_its_time_is_over(pair: Pair) -> None:
    pair.sign()
    open_home(pair.mentee)
    pair.mentee.submits(closing_handlers.end, shown(pair.mentee.types(closing_handlers.ask_end)))
    pair.stage.deliver()
    assert "Undo" in buttons(pair.stage.homes["UANNA"])

    pair.stage.pass_time(timedelta(minutes=10))

    look_back = "Ended on 23 November 2026.\nIf you like, look back until 7 December 2026 Look back"
    assert f"{look_back} Decisions Agreement" in words(pair.stage.homes["UANNA"])


def test_home_is_drawn_when_opened_and_after_every_change(pair: Pair) -> None:
    pair.sign(Terms(place=Secret(CANARY)))
    open_home(pair.mentor)
    pair.stage.homes.pop("UTOM")

    pair.mentee.submits(closing_handlers.end, shown(pair.mentee.types(closing_handlers.ask_end)))
    pair.stage.deliver()
    assert pair.stage.homes == {}
    pair.stage.pass_time(timedelta(minutes=10))

    text = words(pair.stage.homes["UTOM"])
    assert text == (
        "Start a mentoring Help Privacy Settings Anna Bright · you were the mentor Ended on 23 November 2026.\n"
        "If you like, look back until 7 December 2026 Look back Recap Agreement"
    )
    assert list(pair.stage.homes) == ["UTOM"]


def test_home_holds_nobodys_words(pair: Pair) -> None:
    pair.sign(Terms(place=Secret(CANARY)))
    for one in (pair.mentor, pair.mentee):
        open_home(one)
        assert PURPOSE not in str(pair.stage.homes[one.user_id].to_dict())
        assert CANARY not in str(pair.stage.homes[one.user_id].to_dict())


def test_home_says_who_will_see_what_until_they_have_been_told(pair: Pair) -> None:
    open_home(pair.stranger)
    assert words(pair.stage.homes["UMAYA"]) == f"{INTRODUCTION} Start a mentoring Help Privacy Settings"


def test_many_agreements_fit_and_the_rest_are_counted(pair: Pair) -> None:
    agreement = pair.sign()
    many = [replace(agreement, id=AgreementId(new_id())) for _ in range(views.MOST_CARDS + 7)]

    for role in (pair.mentor.person, replace(pair.mentee.person, zone_known=False, greeted=False)):
        view = views.home(role, many, operator=Operator("Ruth"), command="/mentor", now=pair.stage.now)
        assert check_view(view.to_dict()) == []
        assert "7 more don't fit here; /mentor agreement with a name shows each." in words(view)
        window = views.card_view(role, many, operator=Operator("Ruth"), command="/mentor", now=pair.stage.now)
        assert check_view(window.to_dict()) == []


# --- a message in the DM that was never greeted


def test_the_first_message_of_all_says_what_mentor_is(pair: Pair) -> None:
    pair.propose()
    (first,) = pair.mentee.messages

    assert first.text.endswith(INTRODUCTION)
    assert words(first.blocks).endswith(INTRODUCTION)
    with pair.stage.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, "privacy/Ev1", pair.stage.now, recipient=pair.mentee.person.id))
        assert people.get(tx, pair.mentee.person.id).greeted
    assert pair.mentee.messages[-1].text == "Who can read what:"


def test_the_first_message_goes_on_saying_it_as_long_as_it_stands(pair: Pair) -> None:
    pair.propose()
    (invitation,) = pair.mentee.messages
    introduction = invitation.blocks[-3:]
    assert words(introduction) == INTRODUCTION

    sign(pair.mentee, pair, purpose=PURPOSE)
    (signed,) = pair.mentee.messages
    assert signed.text == (
        "You have signed. It's Tom's turn now; without both signatures the invitation lapses on 7 December. "
        f"{INTRODUCTION}"
    )
    assert signed.blocks[-3:] == introduction
    decline(pair.mentee, pair)
    pair.stage.pass_time(timedelta(minutes=10))
    (declined,) = pair.mentee.messages
    assert declined.text == f"You declined the invitation from Tom. {INTRODUCTION}"
    assert declined.blocks[-3:] == introduction
    told = [one.message.introduces for one in pair.mentor.messages]
    assert (told, [one.kind for one in pair.mentor.messages]) == ([True, False], [Kind.SIGNED, Kind.DECLINED])
