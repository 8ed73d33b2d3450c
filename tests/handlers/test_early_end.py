"""After an early end: two weeks to look back, thanks that reach the other in their hours, and no question any more."""

from datetime import datetime, timedelta

import pytest

from handlers import closing as handlers
from handlers.gestures import Place
from mentoring.agreement import Terms
from mentoring.due import Kind
from mentoring.refusal import Refused
from tests.handlers.company import Scenes
from tests.handlers.endings import end, form, kinds, look_back, open_homes
from tests.handlers.meetings import TUESDAY, hold, plan, read, refused
from tests.handlers.ratings import ASKED
from tests.handlers.stage import LONDON, NEW_YORK, Pair, buttons, shown, words

CANARY = "Kestrel <!channel> &lt; *moonlit*"
A_FORTNIGHT = timedelta(days=14)
NIGHT = datetime(2026, 12, 2, 22, 0, tzinfo=LONDON)
"""An hour that is none of Tom's, though it is one of Anna's."""
MORNING = datetime(2026, 12, 3, 9, 0, tzinfo=LONDON)


@pytest.fixture
def ended(pair: Pair, scenes: Scenes) -> Pair:
    scenes.live(pair, end_early)
    return pair


def end_early(pair: Pair) -> None:
    """A session was held, the next was planned, and Anna has just ended it; both have their Homes open."""
    pair.sign(Terms(sessions=3))
    open_homes(pair)
    hold(pair)
    plan(pair, TUESDAY + A_FORTNIGHT)
    pair.stage.pass_time(datetime(2026, 12, 2, 15, 0, tzinfo=LONDON))
    end(pair.mentee, pair)


def home(pair: Pair, user_id: str) -> str:
    pair.stage.deliver()
    return words(pair.stage.homes[user_id]).removeprefix("Start a mentoring Help Privacy Settings ")


def test_the_session_ahead_is_cancelled_and_nobody_is_asked_anything_more(ended: Pair) -> None:
    assert ended.agreement.planned_session is None
    before = kinds(ended.mentor), kinds(ended.mentee)

    ended.stage.pass_time(timedelta(days=90))

    assert kinds(ended.mentor) == [*before[0], Kind.ENDED, Kind.RETENTION_NOTICE]
    assert kinds(ended.mentee) == [*before[1], Kind.RETENTION_NOTICE]
    assert before[1][-1] is Kind.END_RECEIPT


def test_a_question_that_was_open_closes_with_it(pair: Pair) -> None:
    pair.sign()
    hold(pair)
    pair.stage.pass_time(ASKED)
    end(pair.mentor, pair)
    pair.stage.pass_time(timedelta(days=30))

    assert kinds(pair.mentee).count(Kind.RATING) == 1
    assert Kind.RATING_REMINDER not in kinds(pair.mentee)
    question = pair.mentee.newest(Kind.RATING)
    assert (question.text, question.buttons) == (
        "This question has closed with the agreement. Nothing was passed on. Session 1 with Tom, 1 December.",
        {},
    )


def test_the_window_asks_for_a_review_and_thanks_alone(ended: Pair) -> None:
    assert words(form(ended.mentee, ended)) == (
        "Look back Your mentoring with Tom has ended. All of this is optional, and you can change it until Wednesday 16 December, "
        "10:00 in New York. If the end is taken back, these words go with it. What you write is kept for 90 days after the "
        "end. A review, for yourself What it brought you, what you take along. Only you are ever shown it. Thanks to pass on to Tom Tom is told that there are some, and reads them in "
        "a window like this one. Keep Not now"
    )
    ended.stage.pass_time(timedelta(minutes=10))
    assert "taken back" not in words(form(ended.mentee, ended))


@pytest.mark.parametrize("answer", [{}, {"review": "Mine"}, {"thanks": "Thank you"}])
def test_what_was_kept_is_said_to_be_in_the_same_words(ended: Pair, answer: dict[str, str]) -> None:
    ended.stage.pass_time(timedelta(minutes=10))
    assert read(look_back(ended.mentee, ended, **answer)) == (
        "Kept Kept. You can change it until Wednesday 16 December, 10:00 in New York. Thanks, if you wrote any, reach Tom in "
        "their working hours. Close"
    )
    message = ended.mentee.newest(Kind.END_RECEIPT)
    assert message.text == (
        "You ended your mentoring with Tom Reed. Your look back is kept; you can change it until 16 December."
    )
    assert list(message.buttons) == ["Change it", "Agreement"]
    assert home(ended, "UANNA") == (
        "Tom Reed · you were the mentee Ended on 2 December 2026.\n"
        "Your look back is kept; you can change it until 16 December 2026 Look back Decisions Agreement"
    )


def test_thanks_reach_the_other_at_their_next_working_hour_in_a_window_alone(ended: Pair) -> None:
    ended.stage.pass_time(NIGHT)
    look_back(ended.mentee, ended, thanks=CANARY, review="Only mine")
    ended.stage.pass_time(MORNING - timedelta(seconds=1))
    assert kinds(ended.mentor)[-1] is Kind.ENDED
    assert "thanks" not in home(ended, "UTOM")
    assert read(ended.mentor.does(handlers.show_thanks, str(ended.agreement_id))) == (
        "Thanks There are no thanks to read here. Close"
    )

    ended.stage.pass_time(MORNING)
    message = ended.mentor.newest(Kind.THANKS)
    assert (message.at, message.text, list(message.buttons)) == (
        MORNING,
        "Anna Bright has written you some thanks, now that your mentoring has ended.",
        ["Read Anna's thanks"],
    )
    thanks = ended.mentor.does(handlers.show_thanks, message.buttons["Read Anna's thanks"])
    assert read(thanks) == f"Thanks Anna wrote at the end of your mentoring: {CANARY} Close"
    assert "Read Anna's thanks" in home(ended, "UTOM")
    told = [one.text for who in (ended.mentor, ended.mentee) for one in who.messages]
    assert not any("Kestrel" in text or "Only mine" in text for text in told)


def test_whoever_ended_it_is_thanked_no_sooner_than_the_other_is_told(ended: Pair) -> None:
    """Tom happened to look within the ten minutes; it is ten in the morning with Anna."""
    ended.stage.pass_time(timedelta(minutes=2))
    look_back(ended.mentor, ended, thanks="Thank you")
    ended.stage.pass_time(timedelta(minutes=7))
    assert Kind.THANKS not in kinds(ended.mentee)
    ended.stage.pass_time(timedelta(minutes=1))
    assert ended.mentee.newest(Kind.THANKS).at.astimezone(NEW_YORK).hour == 10
    assert kinds(ended.mentor)[-1] is Kind.ENDED


def test_an_end_that_is_undone_takes_the_words_about_it_along(ended: Pair) -> None:
    look_back(ended.mentor, ended, thanks="Thank you")
    look_back(ended.mentee, ended, thanks="Thank you too", review="Mine")
    stale = form(ended.mentee, ended)
    undo = ended.mentee.newest(Kind.END_RECEIPT).buttons["Undo"]
    told = kinds(ended.mentor)
    ended.mentee.does(handlers.undo_close, undo)
    ended.stage.pass_time(timedelta(minutes=30))

    assert kinds(ended.mentor) == told
    assert Kind.THANKS not in kinds(ended.mentee)
    refusal = refused(ended.mentee.submits, handlers.keep_words, stale, review="Mine still")
    assert (refusal.sentence, refusal.at) == (
        "Your mentoring goes on, so there is nothing to look back on yet.",
        "review",
    )
    end(ended.mentee, ended)
    assert "Mine" not in words(form(ended.mentee, ended))
    ended.stage.pass_time(timedelta(days=1))
    assert Kind.THANKS not in [*kinds(ended.mentor), *kinds(ended.mentee)]


def test_thanks_can_be_changed_and_taken_back_and_are_told_once(ended: Pair) -> None:
    ended.stage.pass_time(MORNING + timedelta(hours=6))
    look_back(ended.mentee, ended, thanks="Thank you")
    ended.stage.deliver()
    shows = ended.mentor.newest(Kind.THANKS).buttons["Read Anna's thanks"]
    look_back(ended.mentee, ended, thanks="Thank you so much")
    assert "Thank you so much" in read(ended.mentor.does(handlers.show_thanks, shows))

    look_back(ended.mentee, ended, thanks=None)
    message = ended.mentor.newest(Kind.THANKS)
    assert (message.text, message.buttons) == (
        "Anna had written something here, and has taken it back since.",
        {},
    )
    assert "thanks" not in home(ended, "UTOM")
    assert read(ended.mentor.does(handlers.show_thanks, shows)) == (
        "Thanks There are no thanks to read here. Close"
    )
    look_back(ended.mentee, ended, thanks="Thank you after all")
    ended.stage.pass_time(timedelta(days=1))
    assert kinds(ended.mentor).count(Kind.THANKS) == 1


def test_after_two_weeks_the_offer_goes_and_what_was_written_stays(ended: Pair) -> None:
    look_back(ended.mentee, ended, review="What I learnt")
    late = form(ended.mentee, ended)
    before = form(ended.mentor, ended)
    ended.stage.pass_time(A_FORTNIGHT)

    for who, kind, kept in (
        (ended.mentor, Kind.ENDED, ["Recap", "Agreement"]),
        (ended.mentee, Kind.END_RECEIPT, ["Agreement"]),
    ):
        message = who.newest(kind)
        assert list(message.buttons) == kept
        assert "look back" not in message.text
    assert (
        home(ended, "UTOM") == "Anna Bright · you were the mentor Ended on 2 December 2026. Recap Agreement"
    )
    assert home(ended, "UANNA") == (
        "Tom Reed · you were the mentee Ended on 2 December 2026. What you wrote Decisions Agreement"
    )
    over = "The two weeks for looking back are over, so nothing can be added or changed any more."
    for who, one in ((ended.mentor, before), (ended.mentee, late)):
        with pytest.raises(Refused) as caught:
            who.submits(handlers.keep_words, one, review="Later")
        assert (caught.value.sentence, caught.value.at) == (over, "review")
    again = ended.mentee.does(
        handlers.look_back, buttons(ended.stage.homes["UANNA"])["What you wrote"], place=Place.HOME
    )
    assert words(shown(again)) == ("What you wrote Your review Only you are shown this. What I learnt Close")
