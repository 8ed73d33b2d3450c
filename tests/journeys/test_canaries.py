"""What people write is looked for wherever it must not be: messages, metadata, logs, due rows and the database's own bytes."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
import pyzipper  # type: ignore[import-untyped]  # it has no types

from playground.server import Playground
from tests.bot.conftest import free_port
from tests.journeys.conftest import ON_SQLITE, Join
from tests.journeys.driver import MANIFEST, Bot
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment
from tests.journeys.traces import tables

PURPOSE, PLACE, OTHER_PLACE, NOTE, EDITED = (
    "Pepper purpose",
    "Redbreast place",
    "Bullfinch place",
    "Goldcrest note",
    "Shearwater note",
)
SHARED, KEPT, RETRACTED = "Skylark shared words", "Turtledove kept words", "Nightjar shared words at first"
REVIEW, THANKS = "Siskin review", "Wagtail thanks"
SAID, MISSPELT, SOUGHT, MISTAKEN = (
    "Spoonbill said in the DM",
    "Storkling",
    "Plover sought",
    "Shoveler sessions",
)
DECIDED, CAME, WITHHELD = "Goshawk decided", "Redstart came of it", "Wheatear came of it at first"
CANARIES = [
    text.partition(" ")[0]
    for text in (
        PURPOSE,
        PLACE,
        OTHER_PLACE,
        NOTE,
        EDITED,
        SHARED,
        KEPT,
        RETRACTED,
        REVIEW,
        THANKS,
        DECIDED,
        CAME,
        WITHHELD,
        SAID,
        MISSPELT,
        SOUGHT,
        MISTAKEN,
    )
]
"""Words so long that no ciphertext or id holds one by chance."""
DRAWN = {"text", "initial_value"}
"""Where a view may carry what somebody wrote: what is drawn for them, and what stands in an input."""


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace in which it is October."""
    with Playground(MANIFEST, starts=datetime(2026, 10, 5, 8, 0, tzinfo=UTC), rates=False) as playground:
        yield playground


class Ears:
    """Hears all that the bot says, views as they are drawn at any time included."""

    def __init__(self, pair: Pair) -> None:
        self.kept: list[tuple[str, dict[str, Any]]] = []
        self._post = pair.post.hear
        pair.slack.overhear(self.hear)

    def hear(self, way: str, said: dict[str, Any], answer: dict[str, Any]) -> None:
        self._post(way, said, answer)
        self.kept.append((way, said))

    def views(self) -> list[dict[str, Any]]:
        """Every modal, whichever way it came."""
        modals = [said["view"] for way, said in self.kept if way != "views.publish" and "view" in said]
        return [json.loads(view) if isinstance(view, str) else view for view in modals]

    def others(self) -> str:
        """All that was no modal: messages with their metadata, Homes, whispers, and acks with errors."""
        return json.dumps(
            [(way, said) for way, said in self.kept if way == "views.publish" or "view" not in said]
        )


@ON_SQLITE
def test_nothing_that_anyone_wrote_is_where_it_must_not_be(slack: Playground, join: Join) -> None:
    port = free_port()
    bot = join(HEALTH_PORT=str(port))
    pair = Pair(slack)
    ears = Ears(pair)

    write_everything(pair)
    exported = [take_along(person) for person in (pair.tom, pair.anna)]
    while_it_runs = [file.read_bytes() for file in files(bot)]
    rows = tables(bot.url)
    stored = json.dumps(rows, default=bytes.hex)
    health = "".join(asked(f"http://127.0.0.1:{port}/{path}") for path in ("metrics", "readyz"))
    assert bot.troubles == []
    bot.stop()
    afterwards = [file.read_bytes() for file in files(bot)]

    # The nets are whole: what may stand in these places does.
    assert len(while_it_runs) == 4
    assert [b"Anna Bright" in b"".join(bytes_) for bytes_ in (while_it_runs, afterwards)] == [True, True]
    never_drawn = {text.partition(" ")[0] for text in (SAID, MISTAKEN)}
    assert found_in(json.dumps(ears.views())) == [one for one in CANARIES if one not in never_drawn]
    assert "Anna Bright" in ears.others()
    assert found_in(ears.others()) == []
    assert found_in(*(leaf for view in ears.views() for leaf in undrawn(view))) == []
    assert found_in(bot.log) == []
    assert found_in(stored) == []
    assert 'mentor_gestures_total{handler="notes.write_note",outcome="answered"} 2.0' in health
    assert found_in(health) == []
    # Nor does either say who it was.
    said = health + "".join(line for line in bot.log.splitlines() if " DEBUG " not in line)
    assert "handlers.course: notes.write_note (submission) answered in " in said
    assert [one for one in whose(rows) if one in said] == []
    assert found_in(*while_it_runs, *afterwards) == []

    his, hers = (one.contents for one in exported)
    both = {PURPOSE, PLACE, OTHER_PLACE, SHARED, THANKS, CAME}
    assert found_in(his) == words_of({*both, EDITED})
    assert found_in(hers) == words_of({*both, REVIEW, DECIDED})
    for one in exported:
        assert str(ears.views()).count(one.passphrase) == 1
        elsewhere = [
            ears.others(),
            bot.log,
            stored,
            *(leaf for view in ears.views() for leaf in undrawn(view)),
        ]
        assert [place for place in elsewhere if one.passphrase in place] == []
        assert one.passphrase.encode() not in b"".join([*while_it_runs, *afterwards])


class Exported(NamedTuple):
    """What someone takes along: the passphrase that a window showed, and all that stands in the files that it opens."""

    passphrase: str
    contents: bytes


def take_along(person: Someone) -> Exported:
    """Let someone export what is theirs, and open it."""
    person.command("/mentor export")
    person.submit()
    (passphrase,) = re.findall(r"\b(?:[a-z]{5}-){6}[a-z]{5}\b", person.receipt)
    (file,) = person.messages[-1].files
    with pyzipper.AESZipFile(io.BytesIO(file.content)) as zipped:
        zipped.setpassword(passphrase.encode())
        return Exported(passphrase, b"".join(zipped.read(name) for name in zipped.namelist()))


def words_of(texts: set[str]) -> list[str]:
    return [text for text in CANARIES if text in {one.partition(" ")[0] for one in texts}]


def asked(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
    return body.decode()


def whose(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return every name and id of the two."""
    ours = [row["id"] for table in ("people", "accounts") for row in rows[table]]
    assert len(ours) == 4
    theirs = [row[name] for row in rows["accounts"] for name in ("user_id", "channel_id")]
    return [*ours, *theirs, "Anna", "Tom"]


def write_everything(pair: Pair) -> None:
    """Let both write wherever they can, and be shown it wherever they may."""
    tom, anna = pair.tom, pair.anna
    shown: list[str] = []
    pair.at("Mon 5 Oct 15:00")
    for person in (tom, anna):
        person.look_at_home()
    tom.command(f"/mentor {MISSPELT}")
    shown.append(tom.receipt)
    mistake_the_terms(pair)
    pair.agree(first_session=moment("Thu 8 Oct 15:00", LONDON), place=PLACE, purpose=PURPOSE)
    anna.command("/mentor agreement")
    shown.append(anna.receipt)
    move_elsewhere(pair)

    pair.at("Thu 8 Oct 18:00")
    tom.click("Write notes")
    tom.fill("Your notes on session 1 of 5", NOTE)
    tom.submit()
    tom.command("/mentor recap")
    tom.choose("Search notes and words", SOUGHT)
    tom.choose("Search notes and words", "")
    tom.click("Edit notes")
    tom.fill("Your notes on session 1 of 5", EDITED)
    tom.submit()
    tom.close()
    tom.click("Plan the next")
    tom.submit()
    tom.close()
    anna.say(SAID)

    pair.at("Mon 12 Oct 09:30", NEW_YORK)
    anna.click("3")
    for words, who in (
        (RETRACTED, "Share them with Tom, beside the score"),
        (KEPT, "Keep them for myself"),
        (SHARED, "Share them with Tom, beside the score"),
    ):
        anna.click("Add words")
        anna.fill("In your own words", words)
        anna.fill("Who may read these words?", who)
        anna.submit()
    anna.click("Add words")
    shown.append(anna.receipt)
    decide_and_look_back(pair)
    shown.append(anna.receipt)
    pair.at("Thu 22 Oct 12:00")
    tom.command("/mentor recap")
    shown.append(tom.receipt)
    shown += end_and_look_back(pair)

    drawn = (MISSPELT, PURPOSE, PLACE, EDITED, SHARED, CAME, REVIEW, THANKS)
    assert [text in "".join(shown) for text in drawn] == [True] * len(drawn)
    assert [text in "".join(shown) for text in (NOTE, KEPT, RETRACTED, WITHHELD)] == [False] * 4


def end_and_look_back(pair: Pair) -> list[str]:
    """Let Anna end it, with words for herself and for Tom; what each is shown of them."""
    tom, anna = pair.tom, pair.anna
    anna.command("/mentor end")
    anna.submit()
    anna.click("Look back")
    anna.fill("A review, for yourself", REVIEW)
    anna.fill("Thanks to pass on to Tom", THANKS)
    anna.submit()
    anna.close()
    pair.at("Thu 22 Oct 13:00")
    tom.click("Read Anna's thanks")
    thanks = tom.receipt
    anna.click("Change it")
    review = anna.modal.values["A review, for yourself"]
    anna.close()
    return [thanks, review]


def decide_and_look_back(pair: Pair) -> None:
    anna = pair.anna
    anna.command("/mentor decisions")
    anna.click("Write one")
    anna.fill("What have you decided?", DECIDED)
    anna.submit()
    anna.close()
    anna.command("/mentor session")
    anna.click("What came of it")
    for label, text, who in (
        ("Write", WITHHELD, "Keep it for myself"),
        ("Change", CAME, "Share it with Tom"),
    ):
        anna.click(label)
        anna.fill("In your own words", text)
        anna.fill("Who may read this?", who)
        anna.submit()


def mistake_the_terms(pair: Pair) -> None:
    """Write where a number belongs, and be told so."""
    tom = pair.tom
    tom.command("/mentor start @anna")
    tom.choose("My role", "I would be the mentee")
    tom.fill("What do I want from it?", PURPOSE)
    tom.click("Change the terms")
    tom.fill("How many sessions?", MISTAKEN)
    tom.submit()
    assert tom.modal.errors == {
        "How many sessions?": "Please give the number of sessions in digits, from 1 to 12."
    }
    tom.close()


def move_elsewhere(pair: Pair) -> None:
    pair.anna.command("/mentor session")
    pair.anna.click("Move it")
    pair.anna.fill("Where?", OTHER_PLACE)
    pair.anna.submit()
    pair.anna.close()


def files(bot: Bot) -> list[Path]:
    """The database's files: itself, what SQLite writes ahead beside it (sqlite.org/tempfiles.html), and the ids of the bot's keys."""
    return [path for path in sorted(bot.database.parent.glob("mentor.db*")) if path.suffix != ".lock"]


def undrawn(view: object, key: str = "") -> Iterator[str]:
    """Yield every text of a view that is neither drawn nor in an input: ids, values, private_metadata."""
    if isinstance(view, dict):
        for name, held in view.items():
            yield name
            yield from undrawn(held, name)
    elif isinstance(view, list):
        for held in view:
            yield from undrawn(held, key)
    elif isinstance(view, str) and key not in DRAWN:
        yield view


def found_in(*places: str | bytes) -> list[str]:
    """The canaries that stand in any of these places, in whatever case."""
    texts = [place if isinstance(place, str) else place.decode("latin-1") for place in places]
    return [canary for canary in CANARIES if any(canary.casefold() in text.casefold() for text in texts)]
