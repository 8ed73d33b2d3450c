"""The quiet surface: cards, help, privacy, settings and the picker."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers import agreement as agreement_handlers
from handlers import feedback, home, pairs
from handlers.gestures import Nothing, Place, Show
from handlers.start import start
from handlers.views import home as views
from mentoring.agreement import Agreement, Terms
from mentoring.ids import AgreementId, new_id
from mentoring.messages import Due, Kind
from mentoring.refusal import NotFound
from mentoring.secret import Secret
from playground.blockkit import check_view
from storage import outbox, people
from tests.handlers.stage import LONDON, PURPOSE, Pair, Someone, buttons, shown, told, words

CANARY = "canary-4711"
TUESDAY = datetime(2026, 12, 1, 16, 30, tzinfo=LONDON)
FIRST_LINES = (
    "I'm Mentor. I look after one-to-one mentoring: a clear agreement, a limited number of sessions, honest private feedback "
    "and a good ending. What you write with me stays within your pair, and each of you sees only their part. "
    "Whoever runs me (Ruth of Example Community) could technically read what is stored; /mentor privacy says exactly who can "
    "read what."
)


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
        f"Mentor {FIRST_LINES} How to start To begin, choose whom you would like to mentor or be mentored by. Nothing starts "
        "unless you both sign. Start a mentoring Help Privacy Settings Close"
    )


def test_a_card_says_how_it_stands_and_what_can_be_done(pair: Pair) -> None:
    pair.sign(Terms(first_session=TUESDAY, place=Secret(CANARY)))

    assert card(pair.mentor) == (
        "Mentor Anna Bright · you are the mentor Signed by both on 23 November 2026.\n"
        "Next session: Tuesday 1 December, 16:30 in London · 11:30 in New York\nSessions: 0 of 5 held, 5 left "
        "Sessions Notes Recap Agreement End Start a mentoring Help Privacy Settings Close"
    )
    assert card(pair.mentee) == (
        "Mentor Tom Reed · you are the mentee Signed by both on 23 November 2026.\n"
        "Next session: Tuesday 1 December, 11:30 in New York · 16:30 in London\nSessions: 0 of 5 held, 5 left "
        "Sessions Feedback Agreement End Start a mentoring Help Privacy Settings Close"
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
    assert "you can change it, up to 15 December at the latest." in pair.mentee.newest(Kind.RATING).text


def test_what_came_to_nothing_goes_once_there_is_something_with_the_same_person(pair: Pair) -> None:
    pair.propose()
    pair.mentor.does(agreement_handlers.withdraw, str(pair.agreement_id))
    assert "You withdrew it on 23 November 2026." in card(pair.mentor)

    pair.propose()
    assert "You withdrew it on 23 November 2026." in card(pair.mentor)
    pair.stage.pass_time(timedelta(days=1))
    assert "Waiting for Anna's signature" in card(pair.mentor)
    assert "withdrew" not in card(pair.mentor)


def test_proposals_are_cards_too(pair: Pair) -> None:
    pair.propose()

    assert (
        "Anna Bright · you would be the mentor Waiting for Anna's signature; it lapses on 7 December 2026."
        in card(pair.mentor)
    )
    assert list(buttons(shown(pair.mentor.types(home.show_card))))[:2] == ["Agreement", "Withdraw"]
    assert (
        "Tom Reed · you would be the mentee Waiting for your signature; it lapses on 7 December 2026."
        in card(pair.mentee)
    )
    assert list(buttons(shown(pair.mentee.types(home.show_card))))[:2] == ["Read", "Decline"]
    assert "Anna" not in card(pair.stranger)
    assert "Tom" not in card(pair.stranger)


def test_a_hidden_proposal_leaves_no_trace(pair: Pair) -> None:
    agreement_handlers.switch_invitations(pair.mentee.gesture(Place.HOME), wanted=False)
    before = card(pair.mentee)
    pair.propose()

    assert card(pair.mentee) == before
    assert "Waiting for Anna's signature" in card(pair.mentor)


def test_what_was_ended_or_declined_stays_a_while_with_undo_while_there_is_one(pair: Pair) -> None:
    pair.propose()
    pair.mentee.does(agreement_handlers.decline, str(pair.agreement_id))

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
    pair.mentee.submits(agreement_handlers.end, shown(pair.mentee.types(agreement_handlers.ask_end)))
    pair.stage.pass_time(timedelta(minutes=11))

    assert "Ended on 23 November 2026. Recap Agreement" in card(pair.mentor)
    assert "Ended on 23 November 2026. Agreement" in card(pair.mentee)


# --- Home


def test_an_undo_goes_from_home_when_its_time_is_over(pair: Pair) -> None:
    pair.sign()
    open_home(pair.mentee)
    pair.mentee.submits(agreement_handlers.end, shown(pair.mentee.types(agreement_handlers.ask_end)))
    pair.stage.deliver()
    assert "Undo" in buttons(pair.stage.homes["UANNA"])

    pair.stage.pass_time(timedelta(minutes=10))

    assert "Ended on 23 November 2026. Agreement" in words(pair.stage.homes["UANNA"])


def test_home_is_drawn_when_opened_and_after_every_change(pair: Pair) -> None:
    pair.sign(Terms(place=Secret(CANARY)))
    open_home(pair.mentor)
    pair.stage.homes.pop("UTOM")

    pair.mentee.submits(agreement_handlers.end, shown(pair.mentee.types(agreement_handlers.ask_end)))
    pair.stage.deliver()
    assert pair.stage.homes == {}
    pair.stage.pass_time(timedelta(minutes=10))

    text = words(pair.stage.homes["UTOM"])
    assert text == (
        "Start a mentoring Help Privacy Settings Anna Bright · you are the mentor Ended on 23 November 2026. Recap Agreement"
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
    assert words(pair.stage.homes["UMAYA"]) == f"{FIRST_LINES} Start a mentoring Help Privacy Settings"


def test_many_agreements_fit_and_the_rest_are_counted(pair: Pair) -> None:
    agreement = pair.sign()
    many = [replace(agreement, id=AgreementId(new_id())) for _ in range(views.MOST_CARDS + 7)]

    for role in (pair.mentor.person, replace(pair.mentee.person, zone_known=False, greeted=False)):
        view = views.home(role, many, operator="Ruth", command="/mentor", now=pair.stage.now)
        assert check_view(view.to_dict()) == []
        assert "7 more don't fit here; /mentor agreement with a name shows each." in words(view)
        window = views.card_view(role, many, operator="Ruth", command="/mentor", now=pair.stage.now)
        assert check_view(window.to_dict()) == []
        picker = views.picker("recap", many, role)
        assert check_view(picker.to_dict()) == []
        assert "7 more don't fit here; give the name with the word." in words(picker)


# --- help, privacy, settings


def test_whoever_asks_before_the_first_message_learns_first_what_this_is(pair: Pair) -> None:
    assert words(shown(pair.mentor.types(home.help_))).startswith(
        f"Help {FIRST_LINES} /mentor where you stand"
    )
    assert words(shown(pair.mentor.types(start))).startswith(f"Start a mentoring {FIRST_LINES} With whom?")

    pair.sign()

    assert words(shown(pair.mentor.types(start))).startswith("Start a mentoring With whom?")


def test_the_help_names_every_word(pair: Pair) -> None:
    pair.sign()
    text = " ".join(words(shown(pair.mentor.types(home.help_))).split())

    assert text == (
        "Help /mentor where you stand, with the buttons that fit /mentor start @someone invite someone to a mentoring, as mentor or mentee "
        "/mentor session plan, move, cancel or log a session /mentor notes the mentor's own notes "
        "/mentor recap @someone what came before, for the mentor to read ahead of a session "
        "/mentor feedback the mentee's ratings: give, change or take back /mentor agreement what you signed "
        "/mentor end end a mentoring, at any time and without a reason /mentor privacy who can read what "
        "/mentor settings reminders and invitations /mentor help these lines "
        "Everything can be done from this app's Home too. In a message to this app the same words work without the slash. "
        "Close"
    )


def test_the_command_goes_by_its_name_in_the_settings(pair: Pair) -> None:
    pair.stage.deps = replace(pair.stage.deps, command="/coach")

    for answer in (pair.mentor.types(home.help_), pair.mentor.types(home.show_card)):
        assert "/mentor" not in words(shown(answer))
        assert "/coach" in words(shown(answer))


def test_privacy_says_who_can_read_what_and_no_more(pair: Pair) -> None:
    assert words(shown(pair.mentor.types(home.privacy))) == (
        "Privacy Who can read what The agreement, its purpose and the sessions: the mentor and the mentee.\n"
        "A rating: the mentee; the mentor too, from its release before the next session on.\n"
        "Words beside a rating: as the mentee chooses each time, for both or for the mentee alone.\n"
        "The mentor may keep private notes about the mentee here: the mentor alone reads them. "
        "What others could see What you write in windows like this one is never put into a message. What you type into a chat "
        "stays in Slack. Whoever can export this workspace's direct messages may see that you use this bot, with whom and "
        "when.\nTexts and scores are stored encrypted. Ruth of Example Community holds the database and its key, and could "
        "technically read what is stored. A score from one mentee can't be anonymous. Close"
    )


def test_a_bot_that_nobody_is_named_for_runs_on_this_machine(pair: Pair) -> None:
    pair.stage.deps = replace(pair.stage.deps, operator=None)
    here = "Whoever started this bot on this machine holds the database and its key"

    assert here in words(shown(pair.mentor.types(home.privacy)))
    form = pair.mentor.types(start)
    assert "This bot is run by whoever started it on this machine." in words(shown(form))


def test_reminders_and_invitations_can_be_switched(pair: Pair) -> None:
    form = shown(pair.mentee.types(home.settings))

    assert pair.mentee.submits(home.save_settings, form, reminders="off", invitations="off") == Nothing()
    assert (pair.mentee.person.reminders, pair.mentee.person.invitations) == (False, False)
    again = shown(pair.mentee.types(home.settings))
    assert pair.mentee.submits(home.save_settings, again) == Nothing()
    assert (pair.mentee.person.reminders, pair.mentee.person.invitations) == (False, False)
    pair.mentee.submits(home.save_settings, again, reminders="on", invitations="on")
    assert (pair.mentee.person.reminders, pair.mentee.person.invitations) == (True, True)


def test_no_reminders_means_none(pair: Pair) -> None:
    pair.propose()
    form = shown(pair.mentee.types(home.settings))
    pair.mentee.submits(home.save_settings, form, reminders="off")

    pair.stage.pass_time(timedelta(days=13))

    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION]


def test_switching_invitations_off_hides_what_waits_for_them_too(pair: Pair) -> None:
    pair.propose()
    form = shown(pair.mentee.types(home.settings))
    pair.mentee.submits(home.save_settings, form, invitations="off")

    assert pair.agreement.hidden
    with pytest.raises(NotFound):
        pair.mentee.does(agreement_handlers.show_agreement, str(pair.agreement_id))


# --- whom a word is about


@pytest.fixture
def mentees(pair: Pair) -> Pair:
    """Tom mentors Anna and Maya."""
    pair.sign()
    other = Pair(pair.stage, mentor=pair.mentor, mentee=pair.stranger, stranger=pair.mentee)
    other.sign()
    return pair


def chosen(pair: Pair, rest: str) -> Agreement | str:
    found = pairs.choose(
        pair.mentor.gesture(Place.COMMAND, rest), "recap", lambda a: not a.over, "Nothing fits."
    )
    return (
        found
        if isinstance(found, Agreement)
        else words(shown(found))
        if isinstance(found, Show)
        else told(found)
    )


def test_where_several_fit_a_picker_asks(mentees: Pair) -> None:
    assert chosen(mentees, "") == "Recap With whom? Anna Bright Maya Okafor Close"
    picker = shown(mentees.mentor.types(agreement_handlers.show_agreement))
    assert buttons(picker)["Anna Bright"] == f"agreement/{mentees.agreement_id}"


@pytest.mark.parametrize("rest", ["<@UANNA|anna>", "<@UANNA>", "anna", "@anna", "ANNA BRIGHT"])
def test_a_mention_or_a_name_says_who(mentees: Pair, rest: str) -> None:
    found = chosen(mentees, rest)
    assert isinstance(found, Agreement)
    assert found.id == mentees.agreement_id


def test_someone_else_is_in_no_agreement(mentees: Pair) -> None:
    for rest in ("<@UNOBODY|x>", "zoe"):
        assert (
            chosen(mentees, rest) == "You have no agreement with that person. `/mentor` shows what there is."
        )


def test_open_agreements_go_before_closed_ones(mentees: Pair) -> None:
    form = shown(mentees.mentee.types(agreement_handlers.ask_end))
    mentees.mentee.submits(agreement_handlers.end, form)

    found = chosen(mentees, "")
    assert isinstance(found, Agreement)
    assert found.mentee.user_id == "UMAYA"
    assert chosen(mentees, "anna") == "Nothing fits."
    assert words(shown(mentees.mentee.types(agreement_handlers.show_agreement))).startswith(
        "Agreement Ended on"
    )


# --- a message in the DM that was never greeted


def test_the_first_message_of_all_says_what_mentor_is(pair: Pair) -> None:
    pair.propose()
    (first,) = pair.mentee.messages

    assert first.text.endswith(FIRST_LINES)
    assert words(first.blocks).endswith(FIRST_LINES)
    with pair.stage.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, "privacy/Ev1", pair.stage.now, recipient=pair.mentee.person.id))
        assert people.get(tx, pair.mentee.person.id).greeted
    assert pair.mentee.messages[-1].text == "Here you are: who can read what."
