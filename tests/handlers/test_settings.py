"""Settings: when someone may be spoken to, and of what; what is due for them follows at once."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handlers import agreement as agreement_handlers
from handlers import settings
from handlers.gestures import Nothing, Place
from handlers.ids import Action, Form
from mentoring.calendar import WorkingHours
from mentoring.due import Due, Kind
from mentoring.people import Retention
from mentoring.refusal import NotFound, Refused
from storage import outbox
from storage.tables import RowState, due_rows
from tests.handlers.company import Scenes
from tests.handlers.meetings import plan
from tests.handlers.slack import Send, StandIn, click, said
from tests.handlers.stage import INTRODUCTION, LONDON, NEW_YORK, Pair, Someone, buttons, shown, words

BERLIN = ZoneInfo("Europe/Berlin")


def chooses(person: Someone, **chosen: object) -> None:
    """Open the settings, all of them, and save some."""
    form = shown(person.types(settings.settings))
    whole = shown(person.does(settings.more_settings, "more", place=Place.MODAL, view=form))
    assert person.submits(settings.save_settings, whole, **chosen) == Nothing()


def test_the_form_shows_five_inputs_first_and_says_what_happens(pair: Pair) -> None:
    form = shown(pair.mentee.types(settings.settings))

    assert [block.block_id for block in form.blocks if block.type == "input"] == [
        "reminders",
        "hours_start",
        "hours_end",
        "days",
        "muted_until",
    ]
    assert buttons(form) == {"More settings": "more", "Export": "export/", "Forget me": "forget"}
    assert words(form).endswith(
        "What is due for you follows as soon as you save. Nobody is told what you choose here. Save Cancel"
    )


def test_what_is_chosen_stays_when_more_is_opened(pair: Pair) -> None:
    form = shown(pair.mentee.types(settings.settings))
    view = {**form.to_dict(), "id": "V1"}
    view["state"] = {
        "values": {
            "reminders": {"reminders": {"selected_option": {"value": "off"}}},
            "hours_start": {"hours_start": {"selected_time": "07:30"}},
            "hours_end": {"hours_end": {"selected_time": "12:00"}},
            "days": {"days": {"selected_options": [{"value": "6"}]}},
            "muted_until": {"muted_until": {"selected_date": "2026-12-24"}},
        }
    }
    gesture = replace(pair.mentee.gesture(Place.MODAL, "more"), view=view)

    drawn = {
        block.block_id: block.to_dict()["element"]
        for block in shown(settings.more_settings(gesture)).blocks
        if block.type == "input"
    }

    assert drawn["reminders"]["initial_option"]["value"] == "off"
    assert [drawn["hours_start"]["initial_time"], drawn["hours_end"]["initial_time"]] == ["07:30", "12:00"]
    assert [option["value"] for option in drawn["days"]["initial_options"]] == ["6"]
    assert drawn["muted_until"]["initial_date"] == "2026-12-24"
    assert list(drawn)[5:] == ["retention", "zone", "invitations"]


def test_everything_is_kept_and_shown_again(pair: Pair) -> None:
    chooses(
        pair.mentee,
        reminders="off",
        hours_start="08:30",
        hours_end="13:00",
        days=["1", "3"],
        muted_until="2026-12-24",
        zone="berlin",
        invitations="off",
        retention="30",
    )

    anna = pair.mentee.person
    assert anna.hours == WorkingHours(time(8, 30), time(13), frozenset({1, 3}))
    assert (anna.reminders, anna.invitations, anna.retention) == (False, False, Retention.MONTH)
    assert (anna.zone, anna.zone_chosen) == (BERLIN, True)
    assert anna.muted_until == datetime(2026, 12, 24, tzinfo=BERLIN)
    chooses(pair.mentee)
    assert pair.mentee.person == anna


def test_an_empty_zone_follows_slack_again(pair: Pair) -> None:
    chooses(pair.mentee, zone="Europe/Berlin")
    chooses(pair.mentee, zone="")

    assert (pair.mentee.person.zone, pair.mentee.person.zone_chosen) == (NEW_YORK, False)


@pytest.mark.parametrize(
    ("chosen", "at", "sentence"),
    [
        ({"days": []}, "days", "Please keep at least one day, else I could never reach you."),
        (
            {"hours_start": "17:00", "hours_end": "09:00"},
            "hours_end",
            "The end of your hours must come after their start.",
        ),
        (
            {"muted_until": "2026-11-23"},
            "muted_until",
            "Please choose a day ahead, or leave it empty.",
        ),
        (
            {"muted_until": "2027-11-23"},
            "muted_until",
            "Please choose a day within the next three months.",
        ),
        (
            {"zone": "Lodnon"},
            "zone",
            "I don't know a time zone by that name; please give a large city in it. Did you mean London?",
        ),
        (
            {"zone": "xyzzy 4711"},
            "zone",
            "I don't know a time zone by that name; please give a large city in it.",
        ),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_nothing_is_saved(
    pair: Pair, chosen: dict[str, object], at: str, sentence: str
) -> None:
    before = pair.mentee.person
    with pytest.raises(Refused) as refused:
        chooses(pair.mentee, reminders="off", **chosen)

    assert (refused.value.at, refused.value.sentence) == (at, sentence)
    assert pair.mentee.person == before


def test_reminders_and_invitations_can_be_switched(pair: Pair) -> None:
    chooses(pair.mentee, reminders="off", invitations="off")
    assert (pair.mentee.person.reminders, pair.mentee.person.invitations) == (False, False)

    chooses(pair.mentee, reminders="on", invitations="on")
    assert (pair.mentee.person.reminders, pair.mentee.person.invitations) == (True, True)


def test_no_reminders_means_none(pair: Pair) -> None:
    pair.propose()
    chooses(pair.mentee, reminders="off")

    pair.stage.pass_time(timedelta(days=13))

    assert [m.kind for m in pair.mentee.messages] == [Kind.INVITATION]


def test_switching_invitations_off_hides_what_waits_for_them_too(pair: Pair) -> None:
    pair.propose()
    chooses(pair.mentee, invitations="off")

    assert pair.agreement.hidden
    with pytest.raises(NotFound):
        pair.mentee.does(agreement_handlers.show_agreement, str(pair.agreement_id))


# --- what is due follows at once; the session is on Thursday 3 December, 16:30 in London


def pending(person: Someone, kind: Kind) -> list[datetime]:
    """When rows of a kind are due for someone."""
    mine = (due_rows.c.recipient == person.person.id, due_rows.c.kind == kind)
    with person.stage.database.reading() as tx:
        found = tx.connection.execute(
            select(due_rows.c.due).where(*mine, due_rows.c.state == RowState.PENDING)
        )
        return list(found.scalars())


@pytest.fixture
def planned(signed: Pair, scenes: Scenes) -> Pair:
    scenes.live(signed, plan, starts=datetime(2026, 12, 3, 16, 30, tzinfo=LONDON))
    return signed


@pytest.mark.parametrize(
    ("chosen", "moment"),
    [
        ({}, [datetime(2026, 12, 2, 17, tzinfo=NEW_YORK)]),
        ({"hours_end": "15:00"}, [datetime(2026, 12, 2, 15, tzinfo=NEW_YORK)]),
        ({"days": ["0"]}, [datetime(2026, 11, 30, 17, tzinfo=NEW_YORK)]),
        ({"zone": "Berlin"}, [datetime(2026, 12, 2, 17, tzinfo=BERLIN)]),
        ({"muted_until": "2026-12-01"}, [datetime(2026, 12, 2, 17, tzinfo=NEW_YORK)]),
        ({"muted_until": "2026-12-07"}, []),
        ({"reminders": "off"}, []),
    ],
)
def test_a_reminder_follows(planned: Pair, chosen: dict[str, object], moment: list[datetime]) -> None:
    before = pending(planned.mentor, Kind.REMINDER)
    chooses(planned.mentee, **chosen)

    assert pending(planned.mentee, Kind.REMINDER) == moment
    assert pending(planned.mentor, Kind.REMINDER) == before != []
    (session,) = planned.agreement.sessions
    assert session.starts == datetime(2026, 12, 3, 16, 30, tzinfo=UTC)


def test_whoever_is_muted_hears_of_the_others_acts_but_not_of_the_clock(planned: Pair) -> None:
    """Her question comes on the first morning after; the mentor sees no difference meanwhile."""
    chooses(planned.mentee, muted_until="2026-12-14")
    planned.stage.pass_time(datetime(2026, 12, 10, 18, tzinfo=UTC))
    assert [m.kind for m in planned.mentee.messages][-1] is Kind.PLANNED
    assert pending(planned.mentee, Kind.RATING) == []

    planned.stage.pass_time(datetime(2026, 12, 14, 14, 1, tzinfo=UTC))

    question = planned.mentee.newest(Kind.RATING)
    assert question.text.startswith("On a scale of 1 to 5")


# --- the question when the next session is


def answer(pair: Pair, person: Someone) -> str:
    """What someone is told who asks when the next session is."""
    now = pair.stage.now
    with pair.stage.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, f"next/{now}", now, recipient=person.person.id))
    (reply,) = [message.text for message in person.messages if message.kind is Kind.REPLY][-1:]
    return reply


def test_whoever_asks_when_the_next_session_is_is_told(planned: Pair) -> None:
    maya = Pair(planned.stage, mentor=planned.mentor, mentee=planned.stranger, stranger=planned.mentee)
    maya.sign()

    assert answer(planned, planned.mentee) == (
        "Session 1 of 5 with Tom Reed: Thursday 3 December, 11:30 in New York · 16:30 in London."
    )
    assert answer(planned, planned.mentor) == (
        "Session 1 of 5 with Anna Bright: Thursday 3 December, 16:30 in London · 11:30 in New York.\n"
        "Nothing is planned with Maya Okafor. /mentor session plans one."
    )


def test_whoever_has_none_is_told_so(pair: Pair) -> None:
    told = answer(pair, pair.stranger)
    assert told.startswith("You have no session ahead. /mentor shows where you stand.")
    assert told.endswith(INTRODUCTION)


def test_a_word_about_a_mentoring_is_of_no_use_to_someone_without_one(pair: Pair) -> None:
    now = pair.stage.now
    with pair.stage.database.writing() as tx:
        outbox.add(tx, Due(Kind.REPLY, "recap/Ev1", now, recipient=pair.stranger.person.id))
    reply = pair.stranger.newest(Kind.REPLY)

    assert reply.text.startswith(
        "That is about a mentoring, and you have none yet. `/mentor start @someone` begins one, and so does this:"
    )
    assert reply.buttons == {"Start a mentoring": "start/"}


def test_a_mention_with_the_word_is_who_it_is_about(send: Send, slack: StandIn, pair: Pair) -> None:
    pair.sign()
    maya = Pair(pair.stage, mentor=pair.mentor, mentee=pair.stranger, stranger=pair.mentee)
    maya.sign()
    send(said("UTOM", "recap <@UMAYA>"))
    reply = pair.mentor.newest(Kind.REPLY)
    assert reply.buttons == {"Open recap": "recap/<@UMAYA>"}

    send(click("UTOM", Action.OPEN_WORD, "recap/<@UMAYA>"))

    assert slack.view["callback_id"] == Form.RECAP
    assert slack.view["private_metadata"] == f'{{"agreement":"{maya.agreement_id}"}}'
