"""Whole lives of agreements, each with every DM that either got and both Homes; and nothing that anyone wrote in any of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.driver import Bot
from tests.journeys.lives import STARTS_AT, Life, written
from tests.journeys.pair import LONDON, NEW_YORK, Pair, in_working_hours, moment

THANKS = "Thank you for every question you asked"
REVIEW = "I learned to stop rescuing"


def both_want_to_go_on(life: Life) -> None:
    """Two sessions; two yeses, one of them changed from a no; the new agreement is talked over and signed."""
    tom, anna = life.tom, life.anna
    life.agree()
    life.at("Thu 26 Nov 17:50")
    life.plan_next(tom, "Thu 10 Dec 16:30")
    life.at("Mon 30 Nov 15:00")
    life.rate("4")
    life.at("Thu 10 Dec 18:00")
    life.at("Mon 14 Dec 15:00")
    life.rate("5 · a very good use")
    life.at("Fri 18 Dec 15:00")
    life.look_back(anna, review=REVIEW, go_on="No, let it end here")
    life.look()
    life.look_back(tom, thanks=THANKS, go_on="Yes, if Anna would too")
    life.at("Mon 21 Dec 15:00")
    life.look_back(anna, go_on="Yes, if Tom would too")
    life.look()
    life.at("Thu 24 Dec 16:50")
    life.at("Fri 25 Dec 15:00")
    anna.click("Read Tom's thanks")
    assert THANKS in anna.receipt
    for person in (anna, tom):
        person.click("Read the new agreement")
        person.submit()
        assert person.receipt.startswith("Signed: ")
        life.look()
    life.at("Mon 28 Dec 10:00")


def one_would_rather_not(life: Life) -> None:
    """One session; he says yes and she lets it end: both read the same."""
    tom, anna = life.tom, life.anna
    life.agree(sessions=1)
    life.at("Thu 26 Nov 18:00")
    life.at("Thu 3 Dec 18:00")
    life.look_back(tom, go_on="Yes, if Anna would too")
    life.look()
    life.look_back(anna, go_on="No, let it end here", thanks=THANKS)
    life.at("Mon 14 Dec 18:00")
    tom.click("Read Anna's thanks")
    assert THANKS in tom.receipt
    assert anna.last.partition("[")[0].replace("Tom Reed", "X") == tom.last.partition("[")[0].replace(
        "Anna Bright", "X"
    )


def the_mentee_ends_it_after_the_second(life: Life) -> None:
    """Of five; the one ahead is cancelled, nobody is asked any more, and thanks reach him in his hours."""
    tom, anna = life.tom, life.anna
    life.agree(sessions=5)
    life.at("Thu 26 Nov 17:50")
    life.plan_next(tom, "Thu 3 Dec 16:30")
    life.at("Thu 3 Dec 18:00")
    life.plan_next(tom, "Thu 17 Dec 16:30")
    life.at("Thu 3 Dec 20:00")
    anna.command("/mentor end")
    anna.submit()
    anna.close()
    life.look()
    life.at("Thu 3 Dec 20:11")
    life.look_back(anna, thanks=THANKS, review=REVIEW)
    life.at("Fri 4 Dec 09:05")
    tom.click("Read Anna's thanks")
    assert THANKS in tom.receipt
    life.at("Mon 21 Dec 10:00")


def the_terms_are_changed_in_the_middle(life: Life) -> None:
    """He suggests fewer and longer sessions, she suggests something else, he signs that; the old terms hold until then."""
    tom, anna = life.tom, life.anna
    life.agree(sessions=5)
    life.at("Thu 26 Nov 18:00")
    tom.command("/mentor agreement")
    tom.click("Change the agreement")
    tom.fill("How many sessions?", "3")
    tom.fill("Minutes of a session", "90")
    tom.submit()
    tom.close()
    life.look()
    life.at("Fri 27 Nov 15:00")
    anna.click("Suggest changes")
    anna.fill("How many sessions?", "4")
    anna.submit()
    anna.close()
    life.look()
    life.at("Fri 27 Nov 16:00")
    tom.sign()
    life.look()
    life.plan_next(anna, "Thu 10 Dec 16:30")
    life.at("Fri 11 Dec 10:00")


def a_first_talk_and_then_no(life: Life) -> None:
    """They talk before anything is signed, from the guide; then she declines, with a sentence."""
    tom, anna = life.tom, life.anna
    life.pair.propose()
    for person in (tom, anna):
        person.look_at_home()
    life.look()
    tom.command("/mentor")
    tom.click("Plan a first talk")
    tom.fill(STARTS_AT, moment("Thu 26 Nov 16:00", LONDON))
    tom.submit()
    tom.close()
    life.look()
    life.at("Wed 25 Nov 22:30")
    anna.command("/mentor")
    anna.click("First talk")
    anna.click("Guide")
    assert "What would make this worth the time?" in anna.receipt
    life.at("Fri 27 Nov 15:00")
    anna.command("/mentor")
    anna.click("Decline")
    anna.fill("A sentence for Tom", "Not this year; ask me again")
    anna.submit()
    anna.close()
    life.look()
    life.at("Fri 27 Nov 15:11")
    life.at("Tue 15 Dec 10:00")


def it_lapses(life: Life) -> None:
    """She signs and he doesn't: he is reminded once, then both read that it has lapsed."""
    tom, anna = life.tom, life.anna
    life.pair.propose()
    for person in (tom, anna):
        person.look_at_home()
    life.look()
    life.at("Tue 24 Nov 15:00")
    anna.sign("To lead a team without losing sleep")
    life.look()
    life.at("Tue 1 Dec 16:00")
    life.at("Wed 9 Dec 10:00")


def he_withdraws_it(life: Life) -> None:
    """She has signed; he takes the invitation back, and she is told at once."""
    tom, anna = life.tom, life.anna
    life.pair.propose()
    for person in (tom, anna):
        person.look_at_home()
    anna.sign("To lead a team without losing sleep")
    life.look()
    life.at("Tue 24 Nov 10:00")
    tom.click("Withdraw")
    life.look()
    life.at("Wed 9 Dec 10:00")


def what_can_be_undone_is_undone(life: Life) -> None:
    """A decline, a cancelling, "it didn't happen", a skip and an end, each taken back within ten minutes."""
    tom, anna = life.tom, life.anna
    life.pair.propose(first_session=moment("Thu 26 Nov 16:30", LONDON))
    for person in (tom, anna):
        person.look_at_home()
    anna.click("Decline")
    anna.submit()
    anna.close()
    life.look()
    life.at("Mon 23 Nov 10:05")
    anna.click("Undo")
    life.look()
    anna.sign("To lead a team without losing sleep")
    tom.sign()
    tom.command("/mentor session")
    tom.click("Cancel session")
    tom.submit()
    tom.close()
    life.look()
    life.at("Mon 23 Nov 10:10")
    tom.click("Undo")
    life.at("Thu 26 Nov 17:50")
    tom.click("It didn't happen")
    life.look()
    life.at("Thu 26 Nov 17:55")
    tom.click("Undo")
    life.at("Mon 30 Nov 15:00")
    anna.click("Skip")
    life.look()
    life.at("Mon 30 Nov 15:05")
    anna.click("Undo")
    anna.click("5 · a very good use")
    life.at("Mon 30 Nov 16:00")
    tom.command("/mentor end")
    tom.submit()
    tom.close()
    life.look()
    life.at("Mon 30 Nov 16:09")
    tom.click("Undo")
    life.at("Mon 30 Nov 17:00")


def they_pause_and_come_back(life: Life) -> None:
    """A question is open and a session ahead as he pauses; 60 days later each is asked once; then she resumes."""
    tom, anna = life.tom, life.anna
    life.agree(sessions=5)
    life.at("Thu 26 Nov 17:50")
    life.plan_next(tom, "Thu 10 Dec 16:30")
    life.at("Mon 30 Nov 15:00")
    life.at("Tue 1 Dec 10:00")
    tom.command("/mentor pause")
    tom.submit()
    tom.close()
    life.look()
    life.at("Sat 30 Jan 10:00", 2027)
    life.at("Mon 1 Feb 15:00", 2027)
    anna.click("Resume")
    anna.close()
    life.look()
    anna.command("/mentor feedback")
    anna.fill("Your rating", "4")
    anna.submit()
    life.plan_next(anna, "Thu 11 Feb 16:30", 2027)
    life.at("Fri 12 Feb 10:00", 2027)


def nobody_plans(life: Life) -> None:
    """After the first session nothing is planned: one quiet offer to each, and what was rated is released all the same."""
    life.agree(sessions=5)
    life.at("Mon 30 Nov 15:00")
    life.rate("3")
    life.at("Thu 17 Dec 18:00")
    life.at("Fri 18 Dec 10:00")
    life.at("Mon 1 Feb 10:00", 2027)


LIVES: dict[str, Callable[[Life], None]] = {
    "both_want_to_go_on": both_want_to_go_on,
    "one_would_rather_not": one_would_rather_not,
    "the_mentee_ends_it_after_the_second": the_mentee_ends_it_after_the_second,
    "the_terms_are_changed_in_the_middle": the_terms_are_changed_in_the_middle,
    "a_first_talk_and_then_no": a_first_talk_and_then_no,
    "it_lapses": it_lapses,
    "he_withdraws_it": he_withdraws_it,
    "what_can_be_undone_is_undone": what_can_be_undone_is_undone,
    "they_pause_and_come_back": they_pause_and_come_back,
    "nobody_plans": nobody_plans,
}


@pytest.mark.parametrize("name", LIVES)
def test_a_life_with_every_message_and_both_homes(pair: Pair, bot: Bot, tmp_path: Path, name: str) -> None:
    life = Life(pair)
    LIVES[name](life)

    diary = life.diary
    (tmp_path / f"{name}.txt").write_text(diary, "utf-8")
    assert diary == written(name)
    assert [word for word in (THANKS, REVIEW) if word in str(pair.post.drawn)] == []
    for person, zone in ((life.tom, LONDON), (life.anna, NEW_YORK)):
        unasked = [dm.text for dm in person.sent if dm.by_clock and not in_working_hours(dm, zone)]
        # What somebody did is told at once, when its ten minutes are over; and a session's end to the mentor.
        told = [
            text
            for text in unasked
            if " has ended. " not in text and " has ended your mentoring. " not in text
        ]
        assert told == []
