"""One text that can't be read, of each kind in turn: every window, message and Home still opens, and only that text is missing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View

from handlers import closing as endings
from handlers import decisions, feedback, impact, notes, recap, sessions, terms
from handlers.gestures import Place, Show
from handlers.messages import draw_home
from handlers.routes import ACTIONS, COMMANDS
from handlers.views.notes import text_field
from mentoring.agreement import Terms
from mentoring.ids import SessionId
from mentoring.refusal import Refused
from mentoring.secret import UNREADABLE, Secret
from mentoring.terms import decline_change, suggest
from storage import agreements
from storage.key_check import sealed_texts
from storage.vault import Vault
from tests.handlers.company import MASTER, Scenes
from tests.handlers.meetings import TUESDAY, hold, plan, refused
from tests.handlers.ratings import ASKED
from tests.handlers.stage import Pair, Someone, buttons, payload_of, shown, words
from tests.storage.texts import flip

OPENS = re.compile(r"(open|show|read|ask|choose|more|look)_\w+|earlier|search_recap|settings|help_|privacy")
"""Handlers that change nothing."""
BOTH, MENTOR, MENTEE, NOBODY = ["mentor", "mentee"], ["mentor"], ["mentee"], list[str]()


@pytest.fixture
def under_way(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, come_halfway)
    return pair


def come_halfway(pair: Pair) -> None:
    """A session held, noted, rated and released; a change declined with a sentence; and a session ahead."""
    pair.sign(Terms(sessions=2, place=Secret("The usual place")))
    session_id = hold(pair)
    form = pair.mentor.does(notes.open_notes, f"{pair.agreement.id}/{session_id}")
    pair.mentor.submits(notes.write_note, form, **{text_field(session_id): "A note"})
    pair.stage.pass_time(ASKED)
    rate_with_words(pair, session_id)
    pair.mentee.submits(
        decisions.write_decision,
        pair.mentee.does(decisions.open_decision, pair.agreement.id),
        text="A decision",
    )
    form = pair.mentee.does(impact.open_impact, session_id)
    pair.mentee.submits(impact.write_impact, form, text="What came of it", share="share")
    plan(pair, TUESDAY + timedelta(weeks=2), "The place")
    pair.stage.pass_time(timedelta(days=11))
    changed = suggest(
        pair.agreement,
        by=pair.mentee.person.id,
        basis=1,
        terms=Terms(sessions=2, minutes=60, place=Secret("The usual place")),
        purpose=None,
        now=pair.stage.now,
    )
    declined = decline_change(
        changed, by=pair.mentor.person.id, version=2, reply=Secret("Not now"), now=pair.stage.now
    )
    with pair.stage.database.writing() as tx:
        agreements.by_clock(tx, declined.id)
        agreements.save(tx, declined, pair.stage.now)
    pair.stage.deliver()


def rate_with_words(pair: Pair, session_id: SessionId) -> None:
    pair.mentee.does(feedback.rate, f"{session_id}/4")
    form = pair.mentee.does(feedback.open_words, session_id)
    pair.mentee.submits(feedback.add_words, form, words="Her words", share="share")


def everything(who: Someone) -> str:
    """All that someone can come to read: by the commands, in Home, in their messages, and behind each of their buttons."""
    read: list[str] = []
    left: list[tuple[Any, Place, str, View | None]] = [
        (handler, Place.COMMAND, "", None) for handler in COMMANDS.values()
    ]
    with who.stage.database.reading() as tx:
        home, _ = draw_home(tx, who.person.id, who.stage.deps, who.stage.now)
    read.append(words(home))
    left += [
        (ACTIONS[action], Place.HOME, value, None) for action, value in presses(home.to_dict()["blocks"])
    ]
    for message in who.messages:
        read.append(message.text)
        left += [(ACTIONS[action], Place.MESSAGE, value, None) for action, value in presses(message.blocks)]
    done = set()
    while left:
        handler, place, value, view = left.pop()
        if (handler, value) in done or not OPENS.fullmatch(handler.__name__):
            continue
        done.add((handler, value))
        try:
            answer = handler(who.gesture(place, value, view=None if view is None else payload_of(view, {})))
        except Refused:
            continue
        if isinstance(answer, Show):
            read.append(words(answer.view))
            found = presses(answer.view.to_dict()["blocks"])
            left += [(ACTIONS[action], Place.MODAL, value, answer.view) for action, value in found]
    return " ".join(read)


def presses(drawn: Any) -> Iterator[tuple[str, str]]:
    """Action and value of every button."""
    if isinstance(drawn, list):
        for inner in drawn:
            yield from presses(inner)
    elif isinstance(drawn, dict):
        if drawn.get("type") == "button":
            yield re.sub(r"_\d+$", "", drawn["action_id"]), drawn["value"]
        for inner in drawn.values():
            yield from presses(inner)


def told_so(pair: Pair) -> list[str]:
    """Let both look at everything, and return who reads that something can't be read."""
    people = {"mentor": pair.mentor, "mentee": pair.mentee}
    return [role for role, one in people.items() if UNREADABLE in everything(one)]


def damage(pair: Pair, name: str) -> None:
    """Damage a text; nobody has read so far that anything can't be read."""
    assert told_so(pair) == []
    flip(pair.stage.database, name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("versions.purpose", BOTH),
        ("versions.place", BOTH),
        ("versions.reply", MENTEE),
        ("sessions.place", BOTH),
        ("ratings.score", MENTOR),
        ("ratings.words", NOBODY),
        ("notes.text", MENTOR),
        ("decisions.text", MENTEE),
        ("impacts.text", MENTEE),
    ],
)
def test_under_way(under_way: Pair, name: str, told: list[str]) -> None:
    damage(under_way, name)

    assert told_so(under_way) == told
    under_way.stage.pass_time(timedelta(days=90))
    assert under_way.agreement.over


@pytest.mark.parametrize(("name", "told"), [("ratings.score", NOBODY), ("ratings.words", MENTEE)])
def test_while_a_rating_is_sealed(asked: SessionId, signed: Pair, name: str, told: list[str]) -> None:
    rate_with_words(signed, asked)

    damage(signed, name)

    assert told_so(signed) == told


@pytest.fixture
def closing(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, come_to_the_end)
    return pair


def come_to_the_end(pair: Pair) -> None:
    """The last session was held, and she has looked back."""
    pair.sign(Terms(sessions=1))
    hold(pair)
    pair.stage.pass_time(timedelta(days=12))
    form = pair.mentee.does(endings.look_back, str(pair.agreement.id))
    pair.mentee.submits(endings.keep_words, form, review="A look back", thanks="Thank you", go_on="yes")


@pytest.mark.parametrize(
    ("name", "told", "afterwards"),
    [
        ("farewells.review", MENTEE, MENTEE),
        ("farewells.thanks", MENTEE, BOTH),
        ("farewells.go_on", NOBODY, NOBODY),
    ],
)
def test_at_the_end(closing: Pair, name: str, told: list[str], afterwards: list[str]) -> None:
    damage(closing, name)
    before = stored(closing, name)
    assert told_so(closing) == told

    form = closing.mentee.does(endings.look_back, str(closing.agreement.id))
    closing.mentee.submits(endings.keep_words, form)
    assert stored(closing, name) == before
    closing.stage.pass_time(timedelta(days=8))
    assert closing.agreement.over
    assert told_so(closing) == afterwards


def test_a_score_is_said_to_be_unreadable_and_not_to_be_missing(under_way: Pair) -> None:
    flip(under_way.stage.database, "ratings.score")

    assert f"Rating: {UNREADABLE}" in words(shown(under_way.mentor.types(recap.open_recap)))


# --- what stays as it is, and what may be written anew


def stored(pair: Pair, name: str) -> list[bytes]:
    with pair.stage.database.reading() as tx:
        return [sealed for _, sealed in sealed_texts(tx, name)]


def test_a_note_that_cannot_be_read_is_kept_until_its_author_writes_another(under_way: Pair) -> None:
    flip(under_way.stage.database, "notes.text")
    before = stored(under_way, "notes.text")
    session_id = under_way.agreement.held_sessions[0].id
    form = under_way.mentor.does(notes.open_notes, f"{under_way.agreement.id}/{session_id}")
    assert UNREADABLE in words(shown(form))

    under_way.mentor.submits(notes.write_note, form)
    assert stored(under_way, "notes.text") == before
    under_way.mentor.submits(notes.write_note, form, **{text_field(session_id): "Once more"})
    assert "Once more" in words(shown(under_way.mentor.types(recap.open_recap)))


def test_words_that_cannot_be_read_are_kept_whomever_they_are_for(asked: SessionId, signed: Pair) -> None:
    rate_with_words(signed, asked)
    flip(signed.stage.database, "ratings.words")
    before = stored(signed, "ratings.words")

    form = signed.mentee.does(feedback.open_words, asked)
    signed.mentee.submits(feedback.add_words, form, share="share")
    assert stored(signed, "ratings.words") == before
    signed.mentee.submits(feedback.add_words, form, words="Again", share="keep")
    assert "Again" in words(shown(signed.mentee.does(feedback.open_words, asked)))


def test_what_came_of_a_session_is_kept_whomever_it_is_for(under_way: Pair) -> None:
    flip(under_way.stage.database, "impacts.text")
    before = stored(under_way, "impacts.text")
    session_id = under_way.agreement.held_sessions[0].id
    form = under_way.mentee.does(impact.open_impact, session_id)
    assert UNREADABLE in words(shown(form))

    under_way.mentee.submits(impact.write_impact, form, share="keep")
    assert stored(under_way, "impacts.text") == before
    assert UNREADABLE not in everything(under_way.mentor)
    under_way.mentee.submits(impact.write_impact, form, text="Once more", share="share")
    assert "Once more" in words(shown(under_way.mentor.types(recap.open_recap)))


def test_a_decision_that_cannot_be_read_is_kept_until_she_writes_it_anew(under_way: Pair) -> None:
    flip(under_way.stage.database, "decisions.text")
    before = stored(under_way, "decisions.text")
    edit = buttons(shown(under_way.mentee.types(decisions.open_decisions)))["Edit"]
    form = under_way.mentee.does(decisions.open_decision, edit)

    under_way.mentee.submits(decisions.write_decision, form)
    assert stored(under_way, "decisions.text") == before
    listed = under_way.mentee.submits(decisions.write_decision, form, text="Once more")
    assert "Once more" in words(shown(listed))


def test_what_cannot_be_read_is_not_offered_as_a_text_for_something_new(under_way: Pair) -> None:
    for name in ("versions.purpose", "versions.place", "sessions.place"):
        flip(under_way.stage.database, name)
    under_way.mentor.submits(sessions.cancel, under_way.mentor.does(sessions.ask_cancel, ahead(under_way)))

    planning = under_way.mentor.does(sessions.open_plan, under_way.agreement.id)
    suggesting = shown(under_way.mentee.does(terms.open_suggest, under_way.agreement.id))
    assert UNREADABLE not in words(shown(planning))
    assert UNREADABLE not in words(suggesting)

    refusal = refused(under_way.mentee.submits, terms.suggest, suggesting, minutes="60")
    assert (refusal.at, refusal.sentence) == (
        "purpose",
        "Please say in a few words what you want from it; the agreement opens with them.",
    )
    refusal = refused(under_way.mentee.submits, terms.suggest, suggesting, minutes="60", purpose=UNREADABLE)
    assert (refusal.at, refusal.sentence) == (
        "purpose",
        "What stood here can't be read any more. Please write it once more.",
    )


def ahead(pair: Pair) -> SessionId:
    planned = pair.agreement.planned_session
    assert planned is not None
    return planned.id


# --- a whole key


def lose_key(pair: Pair, one: Someone) -> None:
    """Damage someone's data key, and start anew, so that none is remembered."""
    database = pair.stage.database
    with database.writing() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE data_keys SET wrapped = x'00' WHERE person_id = ?", (one.person.id,)
        )
    database.vault = Vault([MASTER])


def test_whoever_lost_their_key_can_do_all_but_write(under_way: Pair) -> None:
    lose_key(under_way, under_way.mentee)
    for one in (under_way.mentor, under_way.mentee):
        assert UNREADABLE in everything(one)

    form = under_way.mentee.does(sessions.open_move, ahead(under_way))
    refusal = refused(under_way.mentee.submits, sessions.move, form, place="Elsewhere")
    assert refusal.sentence == (
        "I can't keep what you write safe at the moment, so nothing was saved. Please tell whoever runs this bot that your key "
        "can't be opened."
    )
    assert under_way.agreement.sessions[-1].place == Secret("The place")
    moved = TUESDAY + timedelta(weeks=3)
    under_way.mentee.submits(sessions.move, form, starts=moved)
    assert under_way.agreement.sessions[-1].starts == moved


def test_two_yeses_go_on_though_the_purpose_cannot_be_read(closing: Pair) -> None:
    form = closing.mentor.does(endings.look_back, str(closing.agreement.id))
    closing.mentor.submits(endings.keep_words, form, go_on="yes")
    flip(closing.stage.database, "versions.purpose")
    closing.stage.pass_time(timedelta(days=8))

    with closing.stage.database.reading() as tx:
        [renewed] = [
            found
            for found in agreements.of(tx, closing.mentee.person.id, now=closing.stage.now)
            if found.renews == closing.agreement_id
        ]
    assert renewed.newest.purpose is None
