"""What people may type, and names they may have: shown as they are, whole, and never obeyed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from playground.server import Playground
from playground.workspace import DEFAULT_PEOPLE, Person
from tests.journeys.conftest import STARTS
from tests.journeys.driver import MANIFEST
from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

THURSDAY = moment("Thu 26 Nov 16:30", LONDON)
LONG = ("Three thousand characters. " * 112)[:3000]
AMPERSANDS = "&" * 3000
MARKUP = "<!channel> <@U012AB3CD> &lt; &amp; *bold* _it_ `code` <https://example.org|here> ~~~ > quote"
EMOJI = "👩🏽‍🚀 🏳️‍🌈 :tada: Ⅷ ﷽"
RIGHT_TO_LEFT = "שלום, Tom! مرحبا 2 < 3"
TURNED = "left \u202eright\u202c again"
CONTROLS = "a\x00b\x07c\x1b[31md\u2028e"
LINES = "first\n\n    third\n- fourth"
TEXTS = {
    LONG: LONG,
    AMPERSANDS: AMPERSANDS,
    MARKUP: MARKUP,
    EMOJI: EMOJI,
    RIGHT_TO_LEFT: RIGHT_TO_LEFT,
    LINES: LINES,
    TURNED: "left right again",
    CONTROLS: "abc[31md\u2028e",
}
"""What is typed, and how it is shown."""

NOA = Person(name="noa", real_name="Noa Nowhere", tz="")
EVE = Person(name="eve", real_name="<!channel> *Eve* & Co", tz="Europe/London")


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace with two more people in it."""
    with Playground(MANIFEST, starts=STARTS, rates=False, people=(*DEFAULT_PEOPLE, NOA, EVE)) as playground:
        yield playground


def test_texts_are_shown_as_they_were_typed(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree(first_session=THURSDAY, place=MARKUP, purpose=AMPERSANDS)
    anna.command("/mentor agreement")
    agreed = anna.receipt
    assert [AMPERSANDS in agreed, MARKUP in agreed] == [True, True]
    pair.at("Thu 26 Nov 18:00")
    for typed, shown in TEXTS.items():
        tom.command("/mentor notes")
        tom.fill("Your notes on session 1 of 5", typed)
        tom.submit()
        tom.command("/mentor recap")
        assert tom.receipt.endswith(f"\nYour notes\n{shown}")
        tom.command("/mentor notes")
        assert tom.modal.values["Your notes on session 1 of 5"] == shown
        tom.close()
    pair.at("Mon 30 Nov 09:30", NEW_YORK)
    anna.click("4")
    for typed, shown in TEXTS.items():
        anna.click("Add words")
        anna.fill("In your own words", typed)
        anna.fill("Who may read these words?", "Share them with Tom, beside the score")
        anna.submit()
        anna.click("Add words")
        assert anna.modal.values["In your own words"] == shown
        anna.close()


def test_a_text_that_is_too_long_is_refused_by_slack_itself(pair: Pair) -> None:
    pair.agree(first_session=THURSDAY)
    pair.at("Thu 26 Nov 18:00")
    pair.tom.click("Write notes")
    pair.tom.fill("Your notes on session 1 of 5", LONG + "!")
    pair.tom.submit()

    assert list(pair.tom.modal.errors) == ["Your notes on session 1 of 5"]


def test_a_name_is_shown_as_it_is_and_calls_nobody(pair: Pair) -> None:
    tom, eve = pair.tom, Someone(pair, "eve", LONDON)
    tom.command("/mentor start @eve")
    tom.choose("My role", "I would be the mentor")
    tom.submit()
    assert tom.receipt.startswith("Sent: Your invitation to <!channel> is on its way. <!channel> reads it, ")
    eve.sign("To be good")

    assert tom.messages[0].words.startswith(
        "<!channel> *Eve* & Co has signed, with a purpose in their own words."
    )
    assert tom.messages[0].text.startswith("&lt;!channel&gt; *Eve* &amp; Co has signed, ")
    assert "\n<!channel> *Eve* & Co · you would be the mentor\n" in tom.look_at_home()


def test_someone_without_a_zone_has_utc_and_is_told_so(pair: Pair) -> None:
    noa, tom = Someone(pair, "noa", ZoneInfo("UTC")), pair.tom
    noa.command("/mentor start @tom")
    noa.choose("My role", "I would be the mentor")
    noa.fill("First session", datetime(2026, 11, 26, 16, 30, tzinfo=UTC))
    noa.submit()
    noa.close()
    tom.sign("To be good")
    noa.sign()
    sentence = "Slack doesn't tell me your time zone, so your times are in UTC."

    assert noa.messages[-1].text.endswith("Next: session 1 on Thursday 26 November, 16:30 in UTC and London.")
    noa.command("/mentor session")
    assert sentence in noa.receipt
    assert sentence in noa.look_at_home()
    assert sentence not in tom.look_at_home()
