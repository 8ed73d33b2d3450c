"""The closing: one DM, one window, answers that can be changed until the fixed instant, and the result."""

from datetime import timedelta

import pytest

from handlers import agreement, home
from handlers import closing as handlers
from handlers import terms as terms_handlers
from handlers.gestures import Place
from mentoring.agreement import State, Terms
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from tests.handlers.company import Scenes
from tests.handlers.endings import (
    CLOSED,
    FIXED,
    IN_LONDON,
    IN_NEW_YORK,
    OPENED,
    RESULT_IN_LONDON,
    RESULT_IN_NEW_YORK,
    end,
    form,
    look_back,
    renewal,
    to_the_closing,
)
from tests.handlers.meetings import hold, read, refused
from tests.handlers.stage import LONDON, Pair, Someone, buttons, shown, words

CANARY = "Kestrel <!channel> &lt; *moonlit*"


@pytest.fixture
def ending(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, to_the_closing, sessions=2)
    return pair


def card(who: Someone) -> str:
    who.stage.deliver()
    return words(who.stage.homes[who.user_id]).removeprefix("Start a mentoring Help Privacy Settings ")


def test_each_is_told_once_when_it_opens_in_their_own_hours(ending: Pair) -> None:
    message = ending.mentor.newest(Kind.CLOSING)
    assert message.text == (
        "Both sessions with Anna Bright are used. So your mentoring comes to its close, as you agreed. If you like, look back: "
        "a short review for yourself, thanks to pass on, and whether you would go on together. You can answer, and change your "
        f"answer, until {IN_LONDON}; then it closes, whatever was answered."
    )
    assert list(message.buttons) == ["Look back"]
    assert message.at == OPENED.astimezone(LONDON).replace(day=9, hour=9, minute=0)
    hers = ending.mentee.newest(Kind.CLOSING)
    assert hers.at == OPENED
    assert hers.text.startswith("Both sessions with Tom Reed are used.")
    assert f"until {IN_NEW_YORK};" in hers.text


def test_the_one_session_is_spoken_of_as_one(pair: Pair) -> None:
    to_the_closing(pair)
    assert pair.mentee.newest(Kind.CLOSING).text.startswith(
        "The one session that you agreed on with Tom Reed is used. So your mentoring comes to its close"
    )


def test_it_says_that_a_change_still_open_has_lapsed(pair: Pair) -> None:
    pair.sign(Terms(sessions=1))
    hold(pair)
    pair.stage.pass_time(OPENED - timedelta(days=2))
    more = pair.mentee.does(terms_handlers.open_suggest, str(pair.agreement_id))
    fields = [block["block_id"] for block in shown(more).to_dict()["blocks"] if block["type"] == "input"]
    pair.mentee.submits(terms_handlers.suggest, more, **{next(f for f in fields if "sessions" in f): "3"})
    pair.stage.pass_time(OPENED + timedelta(days=1))

    for who in (pair.mentor, pair.mentee):
        assert (
            "comes to its close, as you agreed. The change that was still open has lapsed. If you like, look"
            in (who.newest(Kind.CLOSING).text)
        )
    suggested = pair.mentor.newest(Kind.SUGGESTED)
    assert (suggested.text, suggested.buttons) == (
        "Anna's suggestion has lapsed. What you agreed stays in force.",
        {},
    )


def test_one_window_asks_for_everything_and_says_what_a_yes_can_tell(ending: Pair) -> None:
    assert words(form(ending.mentee, ending)) == (
        f"Look back Both sessions with Tom are used. All of this is optional. You can change it until {IN_NEW_YORK}; then it "
        "closes. What you write is kept for 90 days after the end. A review, for yourself What it brought you, what you take along. Only you are ever shown it. Thanks to pass on "
        "to Tom Tom reads them once it has closed, in a window like this one and never in a message. Two yeses open a new "
        "agreement with the terms of this one, to be talked over and signed. If you say yes and it ends, you'll know there "
        "weren't two yeses. A no tells nobody. Go on together? Yes, if Tom would too No, let it end here I'd rather leave it open "
        "Keep Not now"
    )
    inputs = [block for block in form(ending.mentee, ending).to_dict()["blocks"] if block["type"] == "input"]
    assert [block["optional"] for block in inputs] == [True, True, True]
    assert "initial_option" not in inputs[2]["element"]


ANSWERS = [
    {},
    {"review": "It cleared my head."},
    {"thanks": "Thank you for listening."},
    {"go_on": "yes"},
    {"go_on": "no"},
    {"go_on": "open"},
    {"review": "r", "thanks": "t", "go_on": "yes"},
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_was_answered_is_kept_and_said_to_be_in_the_same_words(
    ending: Pair, answer: dict[str, str]
) -> None:
    kept = look_back(ending.mentee, ending, **answer)

    assert read(kept) == (
        f"Kept Kept. You can change it until {IN_NEW_YORK}. Nothing is passed on before then. Close"
    )
    message = ending.mentee.newest(Kind.CLOSING)
    assert message.text == (
        f"Your look back on the mentoring with Tom is kept, thank you. You can change it until {IN_NEW_YORK}; nothing is passed on "
        "before then."
    )
    assert list(message.buttons) == ["Change it"]
    assert card(ending.mentee) == (
        "Tom Reed · you are the mentee All sessions are used. It closes by itself on 15 December 2026.\n"
        "Sessions: 2 of 2 held, 0 left\n"
        "Waiting for you: the rating of session 1, open until 15 December 2026\n"
        "Waiting for you: the rating of session 2, open until 15 December 2026\n"
        "Your look back is kept; you can change it until 15 December 2026 "
        "Look back Sessions Feedback Decisions Agreement"
    )


def test_home_tells_what_waits_until_when(ending: Pair) -> None:
    assert card(ending.mentor) == (
        "Anna Bright · you are the mentor All sessions are used. It closes by itself on 15 December 2026.\n"
        "Sessions: 2 of 2 held, 0 left\n"
        "Waiting for you, if you like: a look back, until 15 December 2026 "
        "Look back Sessions Notes Recap Agreement"
    )


def test_an_answer_is_there_to_be_changed_until_the_instant(ending: Pair) -> None:
    look_back(ending.mentee, ending, review=CANARY, thanks="Thank you", go_on="yes")
    ending.stage.pass_time(FIXED - timedelta(seconds=1))

    again = form(ending.mentee, ending, place=Place.HOME)
    inputs = [block["element"] for block in again.to_dict()["blocks"] if block["type"] == "input"]
    assert [element.get("initial_value") for element in inputs] == [CANARY, "Thank you", None]
    assert inputs[2]["initial_option"]["value"] == "yes"
    ending.mentee.submits(handlers.keep_words, again, go_on="no", thanks=None)
    changed = form(ending.mentee, ending).to_dict()["blocks"]
    assert changed[-1]["element"]["initial_option"]["value"] == "no"
    assert "initial_value" not in changed[2]["element"]
    look_back(ending.mentee, ending, go_on="open")
    assert "initial_option" not in form(ending.mentee, ending).to_dict()["blocks"][-1]["element"]


def test_an_answer_after_the_instant_stays_in_the_form(ending: Pair) -> None:
    late = form(ending.mentee, ending)
    ending.stage.pass_time(FIXED)

    refusal = refused(ending.mentee.submits, handlers.keep_words, late, review="Too late", go_on="yes")
    assert (refusal.sentence, refusal.at) == (CLOSED, "review")
    assert words(form(ending.mentee, ending)) == (
        "What you wrote You wrote nothing at the end of your mentoring with Tom. Close"
    )


def test_a_window_of_before_does_not_write_over_what_was_written_since(ending: Pair) -> None:
    stale = form(ending.mentor, ending)
    look_back(ending.mentor, ending, review="From my phone")

    refusal = refused(ending.mentor.submits, handlers.keep_words, stale, review="From my desk")
    assert (refusal.sentence, refusal.at) == (
        "You changed this in another window. Copy what you have here, then open it again.",
        "review",
    )
    assert shown(ending.mentor.submits(handlers.keep_words, stale, review="From my phone"))
    assert form(ending.mentor, ending).to_dict()["blocks"][1]["element"]["initial_value"] == "From my phone"


def test_too_long_a_text_is_said_at_its_field(ending: Pair) -> None:
    refusal = refused(look_back, ending.mentor, ending, thanks="x" * 3001)
    assert (refusal.sentence, refusal.at) == ("Please keep it to 3000 characters; this is 3001.", "thanks")


def test_it_is_for_the_two_and_for_its_time(pair: Pair) -> None:
    pair.sign()
    with pytest.raises(Refused, match=r"^Your mentoring goes on, so there is nothing to look back on yet\.$"):
        pair.mentor.does(handlers.look_back, str(pair.agreement_id))
    for handler in (handlers.look_back, handlers.show_thanks):
        with pytest.raises(NotFound):
            pair.stranger.does(handler, str(pair.agreement_id))


# --- End, while it closes


def test_end_is_kept_as_a_no_and_says_so(ending: Pair) -> None:
    opened = ending.mentee.types(handlers.ask_end)
    assert read(opened) == (
        f"End with Tom Both sessions with Tom are used. There is nothing left to end early: it closes on {IN_NEW_YORK}. If you "
        "end it here, that is kept as a no to going on together, in place of any answer you gave before. Nobody is told; it "
        "closes as it would. Until then you can change it. Keep it as a no Leave it"
    )
    kept = ending.mentee.submits(handlers.end, opened)
    assert read(kept) == (
        f"Kept Kept as a no to going on together. Nobody is told; it closes on {IN_NEW_YORK} as it would. Until then you can "
        "change it. Look back Close"
    )
    assert ending.agreement.state is State.CLOSING
    assert form(ending.mentee, ending).to_dict()["blocks"][-1]["element"]["initial_option"]["value"] == "no"


def test_end_changes_nothing_that_either_is_shown(ending: Pair) -> None:
    look_back(ending.mentor, ending, go_on="yes", review="Mine")
    ending.stage.deliver()
    before = list(ending.stage.seen)

    end(ending.mentor, ending)
    end(ending.mentee, ending)
    ending.stage.pass_time(FIXED - timedelta(seconds=1))

    assert ending.stage.seen == before


def test_end_opened_while_it_was_active_does_what_it_does_while_it_closes(pair: Pair) -> None:
    pair.sign(Terms(sessions=1))
    early = pair.mentee.types(handlers.ask_end)
    hold(pair)
    pair.stage.pass_time(OPENED)

    assert read(pair.mentee.submits(handlers.end, early)).startswith(
        "Kept Kept as a no to going on together."
    )
    assert pair.agreement.state is State.CLOSING


# --- the result


@pytest.mark.parametrize(
    ("mentors", "mentees"),
    [(None, None), ("yes", "no"), ("no", "yes"), ("yes", None), ("open", "yes"), ("no", "no")],
)
def test_without_two_yeses_both_read_the_same(ending: Pair, mentors: str | None, mentees: str | None) -> None:
    for who, go_on in ((ending.mentor, mentors), (ending.mentee, mentees)):
        if go_on is not None:
            look_back(who, ending, go_on=go_on)
    ending.stage.pass_time(FIXED + timedelta(days=1))

    complete = (
        "Your mentoring with {} is complete. You held 2 sessions together, all that you had agreed on. Thank you for the time "
        "and care that went into it."
    )
    his, hers = ending.mentor.newest(Kind.RESULT), ending.mentee.newest(Kind.RESULT)
    assert (his.text, list(his.buttons)) == (complete.format("Anna Bright"), ["Recap", "Agreement"])
    assert (hers.text, list(hers.buttons)) == (complete.format("Tom Reed"), ["Agreement"])
    assert (his.at, hers.at) == (RESULT_IN_LONDON, RESULT_IN_NEW_YORK)
    gone = "Your mentoring with {} came to its close on 15 December."
    for who, other in ((ending.mentor, "Anna"), (ending.mentee, "Tom")):
        message = who.newest(Kind.CLOSING)
        assert (message.text, message.buttons) == (gone.format(other), {})


def test_home_changes_at_the_instant_and_messages_follow_in_hours(ending: Pair) -> None:
    ending.stage.pass_time(FIXED)
    assert card(ending.mentor) == (
        "Anna Bright · you were the mentor Complete since 15 December 2026. Recap Agreement"
    )
    assert [m.kind for m in ending.mentor.messages][-1] is Kind.CLOSING
    ending.stage.pass_time(RESULT_IN_LONDON)
    assert [m.kind for m in ending.mentor.messages][-1] is Kind.RESULT


def test_one_session_together_is_one(pair: Pair) -> None:
    to_the_closing(pair)
    pair.stage.pass_time(FIXED + timedelta(days=1))
    assert (
        "You held 1 session together, all that you had agreed on. Thank"
        in pair.mentor.newest(Kind.RESULT).text
    )


def test_two_yeses_open_a_new_agreement_and_both_read_the_same(ending: Pair) -> None:
    look_back(ending.mentor, ending, go_on="yes")
    look_back(ending.mentee, ending, go_on="yes")
    ending.stage.pass_time(FIXED + timedelta(days=1))

    text = (
        "You and {} both said yes to going on. A new agreement is open, with the terms of the last: talk them over, change what "
        "you like, and sign when it suits you. Anna signs first, Tom last; nothing starts before that, and without both "
        "signatures it lapses on 30 December."
    )
    his, hers = ending.mentor.newest(Kind.RESULT), ending.mentee.newest(Kind.RESULT)
    assert (his.text, list(his.buttons)) == (
        text.format("Anna Bright"),
        ["Read the new agreement", "Suggest changes", "Recap"],
    )
    assert (hers.text, list(hers.buttons)) == (
        text.format("Tom Reed"),
        ["Read the new agreement", "Suggest changes"],
    )
    assert (his.at, hers.at) == (RESULT_IN_LONDON, RESULT_IN_NEW_YORK)
    assert his.buttons["Read the new agreement"] == renewal(ending).id


# --- thanks


def test_thanks_are_read_in_a_window_and_nowhere_else(ending: Pair) -> None:
    look_back(ending.mentee, ending, thanks=CANARY, review="Only mine")
    assert "thanks" not in words(form(ending.mentor, ending)).replace("Thanks to pass on", "")
    ending.stage.pass_time(FIXED)

    assert "Read Anna's thanks" in card(ending.mentor)
    ending.stage.pass_time(FIXED + timedelta(days=1))
    message = ending.mentor.newest(Kind.RESULT)
    assert list(message.buttons) == ["Read Anna's thanks", "Recap", "Agreement"]
    thanks = ending.mentor.does(handlers.show_thanks, message.buttons["Read Anna's thanks"])
    assert read(thanks) == f"Thanks Anna wrote at the end of your mentoring: {CANARY} Close"
    told = [message.text for who in (ending.mentor, ending.mentee) for message in who.messages]
    assert not any("Kestrel" in text or "Only mine" in text for text in told)


def test_without_thanks_there_is_no_button_and_nothing_to_read(ending: Pair) -> None:
    look_back(ending.mentee, ending, thanks="Thank you")
    before = read(ending.mentor.does(handlers.show_thanks, str(ending.agreement_id)))
    look_back(ending.mentee, ending, thanks=None)
    ending.stage.pass_time(FIXED + timedelta(days=1))

    assert list(ending.mentor.newest(Kind.RESULT).buttons) == ["Recap", "Agreement"]
    after = read(ending.mentor.does(handlers.show_thanks, str(ending.agreement_id)))
    assert before == after == "Thanks There are no thanks to read here. Close"


def test_what_was_written_can_be_read_again_from_home_and_from_the_agreement(ending: Pair) -> None:
    look_back(ending.mentor, ending, review="I listened more", thanks="Thank you, Anna")
    look_back(ending.mentee, ending, thanks="Thank you, Tom")
    ending.stage.pass_time(FIXED + timedelta(days=2))

    assert card(ending.mentor) == (
        "Anna Bright · you were the mentor Complete since 15 December 2026. "
        "What you wrote Read Anna's thanks Recap Agreement"
    )
    own = ending.mentor.does(
        handlers.look_back, buttons(ending.stage.homes["UTOM"])["What you wrote"], place=Place.HOME
    )
    assert read(own) == (
        "What you wrote Your review Only you are shown this. I listened more Your thanks to Anna Anna can read this. "
        "Thank you, Anna Read Anna's thanks Close"
    )
    card_now = shown(ending.mentee.types(home.show_card))
    assert list(buttons(card_now))[:4] == ["What you wrote", "Read Tom's thanks", "Decisions", "Agreement"]
    ending.stage.pass_time(timedelta(days=60))
    window = shown(ending.mentee.types(agreement.show_agreement))
    assert list(buttons(window)) == ["What you wrote", "Read Tom's thanks"]
