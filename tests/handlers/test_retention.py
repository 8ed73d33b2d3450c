"""How long one's own texts are kept, as each of the two meets it: told a week before, and then as if never given."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from handlers import agreement as agreement_handlers
from handlers import closing, decisions, feedback, home, impact, notes, recap, routes, settings
from handlers.gestures import Place
from handlers.views.notes import text_field
from mentoring.agreement import Role, Terms
from mentoring.due import Kind
from mentoring.ids import SessionId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from storage import key_check
from storage.database import Database
from storage.tables import monthly_totals
from storage.vault import OWNERS
from tests.handlers import endings
from tests.handlers.company import Scenes, company
from tests.handlers.endings import kinds, open_homes
from tests.handlers.meetings import PLACE, TUESDAY, plan, read
from tests.handlers.ratings import rate
from tests.handlers.stage import LONDON, NEW_YORK, Delivered, Pair, Someone, shown, words
from tests.handlers.test_closing_tells_nothing import shown_to
from tests.handlers.test_settings import chooses

DAY = timedelta(days=1)
NOTE, DECISION, CAME = "Kestrel note", "Merlin decision", "Harrier impact"
TO_TOM = (
    "On 15 March whatever you wrote in your mentoring with Anna goes for good: your own texts are kept for 90 days, as set in your "
    "settings. If you'd like a copy, export it before then; to keep it longer, choose more days. Anna's own texts follow Anna's "
    "choice, and nobody is told of yours."
)
TO_ANNA = (
    "On 15 March whatever you wrote and rated in your mentoring with Tom goes for good: your own texts are kept for 90 days, as set "
    "in your settings. If you'd like a copy, export it before then; to keep it longer, choose more days. Tom's own texts follow "
    "Tom's choice, and nobody is told of yours."
)
MORE = "; to keep it longer, choose more days"
GONE = "What you wrote about this mentoring has gone, as set in your settings, so nothing new is kept here."


def live(pair: Pair, *, thanks: str | None = "Thank you") -> SessionId:
    """One session, with everything that the two can write about it, until it has closed on 15 December, at 17:45 in London."""
    pair.sign(Terms(sessions=1, place=Secret(PLACE)))
    open_homes(pair)
    session_id = plan(pair, TUESDAY, PLACE)
    pair.stage.pass_time(TUESDAY + timedelta(days=3))
    rate(pair, session_id, 5)
    form = pair.mentee.does(feedback.open_words, session_id)
    pair.mentee.submits(feedback.add_words, form, words="Osprey words", share="share")
    form = pair.mentor.does(notes.open_notes, pair.mentor.newest(Kind.SESSION_ENDED).buttons["Write notes"])
    pair.mentor.submits(notes.write_note, form, **{text_field(session_id): NOTE})
    form = pair.mentee.does(decisions.open_decision, f"{pair.agreement.id}/", place=Place.MODAL)
    pair.mentee.submits(decisions.write_decision, form, text=DECISION)
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text=CAME, share="share")
    pair.stage.pass_time(endings.OPENED + DAY)
    endings.look_back(pair.mentee, pair, review="Merlin review", thanks=thanks)
    pair.stage.pass_time(endings.FIXED + DAY)
    return session_id


def choose(who: Someone, days: int) -> None:
    chooses(who, retention=str(days))


def erased(pair: Pair) -> tuple[bool, bool]:
    return pair.agreement.mentor_erased, pair.agreement.mentee_erased


def notices(who: Someone) -> list[Delivered]:
    return [message for message in who.messages if message.kind is Kind.RETENTION_NOTICE]


@pytest.fixture
def closed(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, live)
    return pair


# --- the notice


def test_each_is_told_a_week_before_and_can_export_or_keep_it_longer(closed: Pair) -> None:
    """It goes on a Monday evening: both are told on the Monday a week before, Tom at five, Anna at a quarter to."""
    closed.stage.pass_time(endings.FIXED + 84 * DAY)

    for who, text, at in (
        (closed.mentor, TO_TOM, datetime(2027, 3, 8, 17, tzinfo=LONDON)),
        (closed.mentee, TO_ANNA, datetime(2027, 3, 8, 12, 45, tzinfo=NEW_YORK)),
    ):
        [notice] = notices(who)
        assert (notice.text, notice.at) == (text, at)
        assert words(notice.blocks) == f"{text} Export Settings"
        assert notice.buttons == {"Export": "export/", "Settings": "more"}
    form = shown(closed.mentor.does(settings.more_settings, "more"))
    assert words(form).startswith("Settings How long my own texts are kept")


@pytest.mark.parametrize("whole", [True, False])
def test_it_reads_the_same_whatever_was_written(pair: Pair, whole: bool) -> None:
    if whole:
        live(pair)
    else:
        pair.sign(Terms(sessions=1))
        plan(pair, TUESDAY)
    pair.stage.pass_time(endings.FIXED + 84 * DAY)

    assert [notice.text for notice in notices(pair.mentor)] == [TO_TOM]
    assert [notice.text for notice in notices(pair.mentee)] == [TO_ANNA]


def test_late_is_not_lost_and_says_the_later_day(closed: Pair) -> None:
    closed.stage.now = datetime(2027, 3, 22, 11, tzinfo=LONDON).astimezone(UTC)
    closed.stage.deliver()

    assert [notice.text for notice in notices(closed.mentor)] == [TO_TOM.replace("15 March", "29 March")]
    # A week is seven days of 24 hours; the clocks in London have changed meanwhile.
    closed.stage.pass_time(datetime(2027, 3, 29, 11, 59, tzinfo=LONDON))
    assert erased(closed) == (False, False)
    closed.stage.pass_time(datetime(2027, 3, 29, 12, tzinfo=LONDON))
    assert erased(closed) == (True, False)
    assert Kind.UNREACHABLE not in {*kinds(closed.mentor), *kinds(closed.mentee)}
    assert (
        notices(closed.mentor)[0].text
        == "Whatever you wrote in your mentoring with Anna has gone, as set in your settings."
    )


def test_whoever_had_signed_an_invitation_is_told_of_their_purpose_and_nobody_else(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)
    pair.stage.pass_time(timedelta(days=14))
    pair.stage.pass_time(timedelta(days=85))

    [notice] = notices(pair.mentee)
    assert notice.text.startswith(
        "On 7 March whatever you wrote for a mentoring with Tom that didn't come about goes for good: your own texts are kept"
    )
    assert notices(pair.mentor) == []


# --- what they choose


def test_after_a_longer_time_was_chosen_the_notice_says_so_and_another_one_comes(closed: Pair) -> None:
    closed.stage.pass_time(endings.FIXED + 86 * DAY)
    choose(closed.mentor, 180)
    first = "You have changed how long your own texts are kept, so you'll hear from me again a week before whatever you wrote in your "

    [notice] = notices(closed.mentor)
    assert notice.text == f"{first}mentoring with Anna goes."
    assert notice.buttons == {}
    closed.stage.pass_time(endings.FIXED + 175 * DAY)
    [_, second] = notices(closed.mentor)
    assert second.text == TO_TOM.replace("15 March", "13 June").replace("90", "180").replace(MORE, "")
    assert [one.text for one in notices(closed.mentee)] == [
        "Whatever you wrote and rated in your mentoring with Tom has gone, as set in your settings."
    ]


def test_after_a_shorter_time_was_chosen_it_is_told_at_once_and_goes_a_week_later(closed: Pair) -> None:
    closed.stage.pass_time(datetime(2027, 2, 2, 11, tzinfo=LONDON))
    choose(closed.mentor, 30)

    [notice] = notices(closed.mentor)
    assert notice.text == TO_TOM.replace("15 March", "9 February").replace("90", "30")
    assert notices(closed.mentee) == []
    closed.stage.pass_time(datetime(2027, 2, 9, 12, tzinfo=LONDON))
    assert (
        notices(closed.mentor)[0].text
        == "Whatever you wrote in your mentoring with Anna has gone, as set in your settings."
    )


def test_once_they_begin_anew_the_notice_says_that_it_stays(closed: Pair) -> None:
    closed.stage.pass_time(endings.FIXED + 86 * DAY)
    closed.agreement_id = None
    closed.sign()
    choose(closed.mentor, 30)

    [notice] = notices(closed.mentor)
    assert notice.text == (
        "You and Anna have a mentoring again, so whatever you wrote in your mentoring with Anna stays for now. You'll hear from me a "
        "week before it goes."
    )
    closed.stage.pass_time(endings.FIXED + 140 * DAY)
    assert len(notices(closed.mentor)) == len(notices(closed.mentee)) == 1


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_what_the_other_one_chose_shows_in_no_message_and_not_in_home(
    empty_database: Path, tmp_path: Path, side: str
) -> None:
    """Lived through twice, until the longest time that can be chosen is nearly over. Thanks that have gone can't be opened."""
    came = []
    for kept in (30, 180):
        with company(empty_database, tmp_path / f"{kept}.db") as pair:
            live(pair, thanks=None)
            who, other = (pair.mentor, pair.mentee) if side == "mentor" else (pair.mentee, pair.mentor)
            for one, days in ((who, 180), (other, kept)):
                choose(one, days)
            pair.stage.pass_time(endings.FIXED + 172 * DAY)
            came.append(shown_to(who, pair))

    assert len(came[0]) > 10
    assert came[0] == came[1]


# --- afterwards


def test_what_has_gone_looks_as_if_it_was_never_given(closed: Pair) -> None:
    """Tom keeps his own longer: his recap goes on without anything of Anna's."""
    before = read(closed.mentor.types(recap.open_recap))
    assert before == (
        "Recap What Anna wants from it Learn to lead without shouting. 1 of 1 sessions held. No session is planned. Search notes and "
        "words *Session 1* · Tuesday 1 December 2026\nRating: 5 of 5 ●●●●● Edit notes Anna's words Osprey words What came of it, in "
        "Anna's words Harrier impact Your notes Kestrel note Search Close"
    )
    choose(closed.mentor, 180)
    closed.stage.pass_time(endings.FIXED + 91 * DAY)

    after = read(closed.mentor.types(recap.open_recap))
    assert after == (
        "Recap 1 of 1 sessions held. No session is planned. Search notes and words *Session 1* · Tuesday 1 December 2026\nRating: No "
        "rating Edit notes Your notes Kestrel note Search Close"
    )
    for who in (closed.mentor, closed.mentee):
        assert "In Anna's own words" not in read(who.types(agreement_handlers.show_agreement))


def test_where_everything_has_gone_nothing_new_is_begun(closed: Pair) -> None:
    """Neither from a button that is still there, nor from a form that was open meanwhile."""
    agreement, session = closed.agreement, closed.agreement.sessions[0]
    typing = closed.mentee.does(impact.open_impact, session.id)
    choose(closed.mentor, 180)
    closed.stage.pass_time(endings.FIXED + 91 * DAY)

    with pytest.raises(Refused, match=GONE):
        closed.mentee.submits(impact.write_impact, typing, text=CAME, share="keep")
    with pytest.raises(Refused, match=GONE):
        closed.mentee.does(impact.open_impact, session.id)
    with pytest.raises(Refused, match=GONE):
        closed.mentee.does(decisions.open_decision, f"{agreement.id}/", place=Place.MODAL)
    assert read(closed.mentee.types(decisions.open_decisions)).endswith(
        f"difference to what Tom sees. {GONE} Close"
    )
    assert read(closed.mentee.does(impact.open_impacts, agreement.id)) == f"What came of it {GONE} Close"
    closed.stage.pass_time(endings.FIXED + 181 * DAY)
    with pytest.raises(Refused, match=GONE):
        closed.mentor.does(notes.open_notes, f"{agreement.id}/{session.id}/recap")


def test_where_ones_own_has_gone_neither_recap_nor_message_offers_notes(closed: Pair) -> None:
    choose(closed.mentor, 30)
    closed.stage.pass_time(endings.FIXED + 31 * DAY)

    assert read(closed.mentor.types(recap.open_recap)).endswith(
        "Rating: 5 of 5 ●●●●● Anna's words Osprey words What came of it, in Anna's words Harrier impact Search Close"
    )
    ended = closed.mentor.newest(Kind.SESSION_ENDED)
    assert (ended.text, ended.buttons) == (
        "Session 1 of 1 with Anna has ended. It was the one that you agreed on.",
        {},
    )


def test_where_ones_own_has_gone_no_message_says_that_an_answer_can_be_read(closed: Pair) -> None:
    about = "Session 1 with Tom, 1 December."
    assert closed.mentee.newest(Kind.RATING).text == f"Recorded, thank you. Tom can read it now. {about}"
    choose(closed.mentor, 30)
    choose(closed.mentee, 90)
    closed.stage.pass_time(endings.FIXED + 89 * DAY)
    assert closed.mentee.newest(Kind.RATING).text == f"Recorded, thank you. Tom can read it now. {about}"

    closed.stage.pass_time(endings.FIXED + 91 * DAY)

    asked = closed.mentee.newest(Kind.RATING)
    gone = f"This question has closed. Whatever you answered has gone, as set in your settings. {about}"
    assert (asked.text, words(asked.blocks), asked.buttons) == (gone, gone.removesuffix("."), {})


def test_messages_of_what_is_no_more_lose_their_buttons_and_it_is_listed_nowhere(closed: Pair) -> None:
    assert closed.mentor.newest(Kind.RESULT).buttons != {}
    closed.stage.pass_time(endings.FIXED + 90 * DAY)
    agreement_id = closed.agreement.id

    for who in (closed.mentor, closed.mentee):
        assert [message.buttons for message in who.messages if message.buttons] == []
        assert "Start a mentoring Help Privacy Settings Close" in read(who.types(home.show_card))
    closed.stage.pass_time(endings.FIXED + 92 * DAY)
    with pytest.raises(NotFound):
        closed.mentor.does(routes.open_word, f"recap/{agreement_id}")
    with pytest.raises(NotFound):
        closed.mentor.does(closing.look_back, agreement_id)


# --- until nothing is left


def test_at_last_nothing_is_left_but_totals(empty_database: Path, tmp_path: Path) -> None:
    """Of everything sealed, and of every id, neither file nor log holds a byte any more."""
    file = tmp_path / "whole.db"
    with company(empty_database, file) as pair:
        live(pair)
        sealed = all_sealed(pair.stage.database)
        assert {name.partition(".")[0] for name in sealed} == {
            "versions",
            "sessions",
            "ratings",
            "notes",
            "decisions",
            "impacts",
            "farewells",
        }
        agreement_id, session_id = pair.agreement.id, pair.agreement.sessions[0].id
        everything = [
            *(one for found in sealed.values() for one in found),
            agreement_id.encode(),
            session_id.encode(),
        ]
        assert [one for one in everything if one not in on_disk(file)] == []

        pair.stage.pass_time(endings.FIXED + 93 * DAY)
        assert [one for one in everything if one in on_disk(file)] == []
        with pair.stage.database.reading() as tx:
            filled = {
                table.name
                for table in SQLModel.metadata.sorted_tables
                if tx.connection.execute(select(table).limit(1)).first() is not None
            }
            totals = {
                (row.month, row.what, row.total) for row in tx.connection.execute(select(monthly_totals))
            }
        assert filled == {"people", "accounts", "data_keys", "monthly_totals", "events"}
        assert totals == {
            ("2026-11", "begun", 1),
            ("2026-12", "completed", 1),
            ("2026-12", "sessions held", 1),
        }


def all_sealed(database: Database) -> dict[str, list[bytes]]:
    with database.reading() as tx:
        found = {name: [sealed for _, sealed in key_check.sealed_texts(tx, name)] for name in OWNERS}
    return {name: texts for name, texts in found.items() if texts}


def on_disk(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
