"""Someone else's button, window or id: it says no more than an id of nothing, and does nothing."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from handlers.ids import Action, Form
from mentoring.ids import new_id
from playground.hands import Message
from tests.journeys.driver import Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment
from tests.journeys.traces import tables

PURPOSE, PLACE, NOTE, WORDS = "Pepper purpose", "Robin place", "Wren note", "Dove words"
DECISION = "Lark decision"
THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
THEIRS = ("Tom", "Anna", "Pepper", "Robin", "Wren", "Dove", "Lark", "Reed", "Bright")


@dataclass(frozen=True)
class Stolen:
    """A window as someone else had it open, with what stood in its inputs."""

    content: dict[str, Any]
    values: dict[str, Any]

    @property
    def form(self) -> str:
        return str(self.content["callback_id"])

    def about_nothing(self, ids: dict[str, str]) -> "Stolen":
        """The same with ids that name nothing."""
        content, values = (
            json.loads(replaced(json.dumps(part), ids)) for part in (self.content, self.values)
        )
        return Stolen(content, values)


def replaced(text: str, ids: dict[str, str]) -> str:
    for real, made_up in ids.items():
        text = text.replace(real, made_up)
    return text


def steal(pair: Pair, person: Someone) -> Stolen:
    """Copy the window that a person has open, and close it for them."""

    def copy() -> Stolen:
        workspace = pair.slack.workspace
        view = workspace.stack(person.hands.id)[-1]
        return Stolen(deepcopy(view.content), deepcopy(view.values))

    stolen = pair.slack.look(copy)
    person.close()
    return stolen


def live(pair: Pair) -> list[Stolen]:
    """Let Tom and Anna do all there is to do, and steal every window that says more than how to start."""
    tom, anna = pair.tom, pair.anna
    stolen = []

    def stealing(person: Someone) -> None:
        stolen.append(steal(pair, person))

    pair.propose(first_session=THURSDAY, place=PLACE)
    for label in ("Decline", "Suggest changes"):
        anna.click(label)
        stealing(anna)
    anna.click("Read")
    anna.fill("What do I want from it?", PURPOSE)
    stealing(anna)
    anna.sign(PURPOSE)
    tom.click("Read")
    stealing(tom)
    tom.sign()
    for label in ("Move it", "Cancel session"):
        tom.command("/mentor session")
        tom.click(label)
        stealing(tom)
    pair.at("Thu 26 Nov 18:00")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 5", NOTE)
    tom.submit()
    for command, label in (
        ("notes", ""),
        ("recap", ""),
        ("pause", ""),
        ("end", ""),
        ("session", "Log one that happened"),
    ):
        tom.command(f"/mentor {command}")
        if label:
            tom.click(label)
            tom.fill("When did it start?", moment("Wed 25 Nov 12:00", LONDON))
        stealing(tom)
    tom.click("Plan the next")
    stealing(tom)
    between_sessions(anna, stealing)
    pair.at("Mon 30 Nov 09:30", NEW_YORK)
    anna.click("4")
    for label in ("Add words", "Change"):
        anna.click(label)
        if label == "Add words":
            anna.fill("In your own words", WORDS)
            anna.fill("Who may read these words?", "Keep them for myself")
        stealing(anna)
    anna.command("/mentor end")
    anna.submit()
    anna.click("Look back")
    anna.fill("A review, for yourself", WORDS)
    stealing(anna)
    return stolen


def between_sessions(anna: Someone, stealing: Callable[[Someone], None]) -> None:
    anna.command("/mentor decisions")
    anna.click("Write one")
    anna.fill("What have you decided?", DECISION)
    anna.submit()
    anna.click("Edit")
    stealing(anna)
    anna.command("/mentor session")
    anna.click("What came of it")
    anna.click("Write")
    anna.fill("In your own words", WORDS)
    anna.fill("Who may read this?", "Keep it for myself")
    stealing(anna)


def test_someone_elses_ids_say_and_do_no_more_than_ids_of_nothing(pair: Pair, bot: Bot) -> None:
    stolen, maya = live(pair), pair.maya
    before = kept(bot)
    agreement, session = before["agreements"][0]["id"], before["sessions"][0]["id"]
    ids = {
        agreement: new_id(),
        session: new_id(),
        **{own["id"]: new_id() for own in [*before["notes"], *before["decisions"]]},
    }
    maya.say("help")
    messages, message = len(maya.messages), maya.messages[1]

    for value in (agreement, session, f"{agreement}/{session}", f"{session}/5", f"recap/{agreement}"):
        # A link goes where it goes, whoever clicks on it.
        for action in set(Action) - {Action.CALENDAR_LINK}:
            for name in (str(action), *([f"{action}_4"] if action is Action.RATE else [])):
                seen = pressed(pair, message, name, value)
                assert seen == pressed(pair, message, name, replaced(value, ids)), (name, value)
                assert [word for word in THEIRS if word in seen] == []
    for window in stolen:
        seen = submitted(pair, window)
        assert seen == submitted(pair, window.about_nothing(ids)), window.form
        assert [word for word in THEIRS if word in seen] == []

    assert {window.form for window in stolen} == set(Form) - {
        # what shows nothing of a pair's, or takes nothing
        Form.START,
        Form.SETTINGS,
        Form.EXPORT,
        Form.FORGET,
        Form.FORGET_FOR_GOOD,
        Form.CARD,
        Form.PICK,
        Form.SESSION,
        Form.FEEDBACK,
        Form.DECISIONS,
        Form.IMPACTS,
        Form.CALENDAR,
        Form.NOTICE,
        Form.AGREEMENT,
    }
    assert kept(bot) == before
    assert [m for m in maya.messages[messages:] if not m.ephemeral] == []


def kept(bot: Bot) -> dict[str, Any]:
    """The rows of everything that belongs to a pair."""
    stored = tables(bot.url)
    names = ("agreements", "versions", "sessions", "ratings", "notes", "farewells", "decisions", "impacts")
    return {name: stored[name] for name in names}


def pressed(pair: Pair, on: Message, action: str, value: str) -> str:
    """What Maya sees when a button of a message of hers says what a button of somebody else's would."""
    maya = pair.maya

    def forge() -> None:
        message = pair.slack.workspace.messages(pair.slack.workspace.state.panes[maya.hands.id].channel)[1]
        (row,) = [block for block in message.blocks if block["type"] == "actions"]
        row["elements"][0] |= {"action_id": action, "value": value}

    pair.slack.look(forge)
    heard = len(maya.whispers)
    maya.hands.click(on.buttons[0], on=on)
    return all_that_is_said(maya, heard)


def submitted(pair: Pair, window: Stolen) -> str:
    """What Maya sees when she submits a window that holds somebody else's ids."""
    maya = pair.maya
    maya.command("/mentor start")

    def forge() -> None:
        view = pair.slack.workspace.stack(maya.hands.id)[-1]
        view.content, view.values = deepcopy(window.content), deepcopy(window.values)

    pair.slack.look(forge)
    before = maya.modal.words
    maya.submit()
    errors = [] if maya.hands.modal is None else list(maya.modal.errors.values())
    if maya.hands.modal is not None and maya.modal.words == before:
        maya.close()  # the stolen window itself, which she did not get from us
        return " ".join(errors)
    return all_that_is_said(maya, len(maya.whispers))


def all_that_is_said(maya: Someone, heard: int) -> str:
    """The new whispers, and what a window says; it is closed."""
    said = maya.whispers[heard:]
    if maya.hands.modal is not None:
        said.append(maya.receipt)
    return " ".join([*said, maya.hands.notice or ""])
