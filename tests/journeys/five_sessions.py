"""Tom in London mentors Anna in New York: five sessions in eleven weeks, told step by step.

Europe's clocks go back on 25 October 2026, New York's on 1 November; the second session lies between the two.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from tests.journeys.pair import LONDON, NEW_YORK, Pair, moment

STARTS = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
PURPOSE = "To lead a team without losing sleep"
PLACE = "The Blue Door café, upstairs"
FIRST_NOTE = "Delegates too late; ask about Priya"
SECOND_NOTE = "Spoke with Priya. Next: what to stop doing"
LAST_NOTE = "She will do well"
SHARED, KEPT = "The question about fear stayed with me", "I will miss this"
STARTS_AT = "When does it start?"
ALWAYS = "Start a mentoring\nHelp\nPrivacy\nSettings"

Step = Callable[[Pair], None]


def tom_looks_at_home_and_invites_anna(pair: Pair) -> None:
    pair.at("Mon 5 Oct 10:00")
    tom = pair.tom

    assert tom.look_at_home().endswith(f"/mentor privacy says exactly who can read what.\n{ALWAYS}")
    tom.command("/mentor start @anna")
    tom.choose("My role", "I would be the mentor")
    tom.fill("First session", moment("Thu 8 Oct 16:30", LONDON))
    tom.fill("Usual place", PLACE)
    tom.submit()

    assert tom.receipt == (
        "Sent: Your invitation to Anna is on its way. Anna reads it, adds a purpose and signs; then you read that and sign last.\n"
        "Nothing starts unless you both sign. Without both signatures it lapses on 19 October 2026.\nA first talk\nYou could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is never rated.\nPlan a first talk"
    )


def anna_reads_and_signs(pair: Pair) -> None:
    pair.at("Mon 5 Oct 09:20", NEW_YORK)
    pair.anna.click("Read")
    pair.anna.fill("What do I want from it?", PURPOSE)
    pair.anna.submit()

    assert (
        pair.anna.receipt
        == "Signed: You have signed. Tom reads it now and signs last; without that the invitation lapses on 19 October 2026."
    )
    assert pair.tom.home.words.endswith(
        "\nAnna Bright · you would be the mentor\n"
        "The invitation waits for your signature; it lapses on 19 October 2026.\nRead\nSuggest changes\nPlan a first talk\nWithdraw"
    )


def tom_signs_last(pair: Pair) -> None:
    pair.at("Mon 5 Oct 16:00")
    tom, anna = pair.tom, pair.anna
    tom.click("Read")
    assert [PURPOSE in tom.modal.words, PLACE in tom.modal.words] == [True, True]
    tom.submit()

    assert tom.receipt == (
        "Signed: You and Anna have both signed. Your first session is on Thursday 8 October, 16:30 in London · 11:30 in New York."
    )
    assert tom.home.words == (
        f"{ALWAYS}\nAnna Bright · you are the mentor\nSigned by both on 5 October 2026.\n"
        "Next session: Thursday 8 October, 16:30 in London · 11:30 in New York\nSessions: 0 of 5 held, 5 left\n"
        "Sessions\nNotes\nRecap\nAgreement"
    )
    assert anna.look_at_home() == (
        f"{ALWAYS}\nTom Reed · you are the mentee\nSigned by both on 5 October 2026.\n"
        "Next session: Thursday 8 October, 11:30 in New York · 16:30 in London\nSessions: 0 of 5 held, 5 left\n"
        "Sessions\nFeedback\nDecisions\nAgreement"
    )


def tom_writes_notes_at_the_end_of_the_first(pair: Pair) -> None:
    pair.at("Thu 8 Oct 17:50")
    pair.tom.click("Write notes")
    pair.tom.fill("Your notes on session 1 of 5", FIRST_NOTE)
    pair.tom.submit()
    assert pair.tom.hands.modal is None


def tom_plans_the_second_as_proposed(pair: Pair) -> None:
    pair.at("Thu 8 Oct 17:52")
    tom = pair.tom
    tom.click("Plan the next")
    assert tom.modal.values == {STARTS_AT: "2026-10-22 16:30", "Where?": PLACE}
    tom.submit()

    assert tom.receipt == (
        "Planned: Session 2 of 5\nThursday 22 October, 16:30 in London · 11:30 in New York, for 75 minutes. Anna will be told."
        "\nGoogle Calendar\nOutlook at work\nOutlook.com\nSend me a file"
    )
    assert (
        "Next session: Thursday 22 October, 16:30 in London · 11:30 in New York\nSessions: 1 of 5 held, 4 left"
        in tom.home.words
    )


def anna_rates_the_first_with_words_to_share(pair: Pair) -> None:
    pair.at("Mon 12 Oct 10:15", NEW_YORK)
    anna = pair.anna
    assert "Waiting for you: the rating of session 1, open until 26 October 2026" in anna.home.words
    anna.click("4")
    anna.click("Add words")
    anna.fill("In your own words", SHARED)
    anna.fill("Who may read these words?", "Share them with Tom, beside the score")
    anna.submit()

    assert anna.hands.modal is None
    assert "Waiting for you" not in anna.home.words
    assert "[Add words] [Change] [Change how we work] [End]" in anna.last


def tom_cannot_read_it_yet(pair: Pair) -> None:
    pair.at("Wed 14 Oct 11:00")
    pair.tom.command("/mentor recap")
    assert pair.tom.receipt == (
        f"Recap: What Anna wants from it\n{PURPOSE}\n"
        "1 of 5 sessions held. Next: session 2 of 5, Thursday 22 October, 16:30 in London · 11:30 in New York.\n"
        "Search notes and words\nWords to look for, then Enter\n"
        f"Session 1 · Thursday 8 October 2026\nRating: Not yet\nEdit notes\nYour notes\n{FIRST_NOTE}"
    )


def anna_moves_the_second_between_the_clock_changes(pair: Pair) -> None:
    pair.at("Mon 19 Oct 11:00", NEW_YORK)
    anna = pair.anna
    anna.command("/mentor session")
    anna.click("Move it")
    assert anna.modal.values == {STARTS_AT: "2026-10-22 11:30", "Where?": PLACE}
    anna.fill(STARTS_AT, moment("Thu 29 Oct 12:30", NEW_YORK))
    anna.submit()

    assert anna.receipt == (
        "Moved: Session 2 of 5\nThursday 29 October, 12:30 in New York · 16:30 in London, for 75 minutes. Tom will be told."
        "\nGoogle Calendar\nOutlook at work\nOutlook.com\nSend me a file"
    )
    assert "Next session: Thursday 29 October, 16:30 in London · 12:30 in New York" in pair.tom.home.words


def tom_opens_the_recap_from_the_reminder(pair: Pair) -> None:
    pair.at("Wed 28 Oct 17:30")
    pair.tom.click("Open recap")
    assert pair.tom.receipt.endswith(
        "Session 1 · Thursday 8 October 2026\nRating: 4 of 5 ●●●●○\nEdit notes\n"
        f"Anna's words\n{SHARED}\nYour notes\n{FIRST_NOTE}"
    )


def tom_plans_the_third_too_early_for_her(pair: Pair) -> None:
    pair.at("Thu 29 Oct 17:50")
    tom = pair.tom
    tom.click("Write notes")
    tom.fill("Your notes on session 2 of 5", SECOND_NOTE)
    tom.submit()
    tom.click("Plan the next")
    assert tom.modal.values == {STARTS_AT: "2026-11-12 16:30", "Where?": PLACE}
    tom.fill(STARTS_AT, moment("Thu 12 Nov 09:00", LONDON))
    tom.submit()

    assert tom.receipt == (
        "Planned: Session 3 of 5\nThursday 12 November, 09:00 in London · 04:00 in New York, for 75 minutes. Anna will be told."
        "\nGoogle Calendar\nOutlook at work\nOutlook.com\nSend me a file"
    )


def that_doesnt_suit_anna(pair: Pair) -> None:
    pair.at("Thu 29 Oct 14:05", NEW_YORK)
    anna = pair.anna
    anna.click("That doesn't suit me")
    assert anna.modal.words.startswith(
        "No reason needed. Choose a time that suits you better, and Tom will see it beside the old one. "
        "Until then session 3 of 5 stands: Thursday 12 November, 04:00 in New York · 09:00 in London.\n"
    )
    anna.fill(STARTS_AT, moment("Thu 12 Nov 11:30", NEW_YORK))
    anna.submit()

    assert anna.receipt == (
        "Moved: Session 3 of 5\nThursday 12 November, 11:30 in New York · 16:30 in London, for 75 minutes. Tom will be told."
        "\nGoogle Calendar\nOutlook at work\nOutlook.com\nSend me a file"
    )


def anna_rates_the_second(pair: Pair) -> None:
    pair.at("Mon 2 Nov 09:30", NEW_YORK)
    pair.anna.click("2")


def anna_changes_her_mind(pair: Pair) -> None:
    pair.at("Tue 3 Nov 09:30", NEW_YORK)
    anna = pair.anna
    anna.click("Change")
    assert anna.modal.values == {"Your rating": "2"}
    anna.fill("Your rating", "5 · a very good use")
    anna.submit()
    assert anna.hands.modal is None


def anna_cancels_the_third(pair: Pair) -> None:
    pair.at("Mon 9 Nov 10:00", NEW_YORK)
    anna = pair.anna
    anna.command("/mentor session")
    anna.click("Cancel session")
    anna.submit()

    assert anna.receipt == (
        "Cancelled: Session 3 of 5 with Tom, Thursday 12 November, 11:30 in New York · 16:30 in London, is cancelled. "
        "Tom will be told in ten minutes, unless you undo it.\nUndo"
    )
    assert "Next session: none planned yet" in anna.home.words
    # His Home waits for the end of the ten minutes too.
    assert "Next session: Thursday 12 November" in pair.tom.home.words


def anna_takes_it_back(pair: Pair) -> None:
    pair.at("Mon 9 Nov 10:04", NEW_YORK)
    pair.anna.click("Undo")
    assert "Next session: Thursday 12 November" in pair.anna.home.words


def tom_asks_for_the_recap_in_the_messages(pair: Pair) -> None:
    pair.at("Wed 11 Nov 17:10")
    tom = pair.tom
    tom.say("recap")
    tom.click("Open recap")
    assert "\nRatings so far: 4 → 5. " in tom.modal.words
    tom.choose("Search notes and words", "priya STOP")
    found = tom.receipt
    assert found.endswith(
        "\npriya STOP\nSession 2 · Thursday 29 October 2026\nRating: 5 of 5 ●●●●●\nEdit notes\n"
        f"Your notes\n{SECOND_NOTE}"
    )


def tom_clicks_beside_the_button(pair: Pair) -> None:
    pair.at("Thu 12 Nov 17:46")
    pair.tom.click("It didn't happen")
    assert "Sessions: 2 of 5 held, 3 left" in pair.tom.home.words


def tom_takes_it_back_and_plans_the_next(pair: Pair) -> None:
    pair.at("Thu 12 Nov 17:48")
    tom = pair.tom
    tom.click("Undo")
    tom.click("Plan the next")
    assert tom.modal.values == {STARTS_AT: "2026-11-26 16:30", "Where?": PLACE}
    tom.submit()
    assert tom.receipt.startswith("Planned: Session 4 of 5\nThursday 26 November, 16:30 in London")


def anna_skips_the_third_rating(pair: Pair) -> None:
    pair.at("Mon 16 Nov 09:05", NEW_YORK)
    pair.anna.click("Skip")
    assert pair.anna.last == "Skipped. Nobody is told. Session 3 with Tom, 12 November. [Undo]"


def tom_logs_a_session_that_they_had_by_chance(pair: Pair) -> None:
    pair.at("Fri 20 Nov 15:00")
    tom = pair.tom
    tom.command("/mentor session")
    tom.click("Log one that happened")
    tom.fill("When did it start?", moment("Thu 19 Nov 16:00", LONDON))
    tom.submit()

    assert tom.receipt == (
        "Logged: Session 4 of 5\nThursday 19 November, 16:00 in London · 11:00 in New York. It counts, and Anna will be told.\n"
        "Write notes"
    )


def the_last_one_did_not_happen(pair: Pair) -> None:
    pair.at("Thu 26 Nov 18:00")
    pair.tom.click("It didn't happen")
    assert "Sessions: 4 of 5 held, 1 left" in pair.tom.home.words
    assert "Sessions: 5 of 5 held, 0 left" in pair.anna.home.words


def anna_plans_it_anew(pair: Pair) -> None:
    pair.at("Fri 27 Nov 10:30", NEW_YORK)
    anna = pair.anna
    assert "Sessions: 4 of 5 held, 1 left" in anna.home.words
    anna.click("Plan a session")
    assert anna.modal.values == {STARTS_AT: "2026-12-03 11:00", "Where?": PLACE}
    anna.fill(STARTS_AT, moment("Thu 10 Dec 11:30", NEW_YORK))
    anna.submit()
    assert anna.receipt.startswith("Planned: Session 5 of 5\nThursday 10 December, 11:30 in New York")


def tom_writes_his_last_notes(pair: Pair) -> None:
    pair.at("Thu 10 Dec 18:00")
    pair.tom.click("Write notes")
    pair.tom.fill("Your notes on session 5 of 5", LAST_NOTE)
    pair.tom.submit()


def anna_rates_the_last_with_words_for_herself(pair: Pair) -> None:
    pair.at("Mon 14 Dec 09:20", NEW_YORK)
    anna = pair.anna
    anna.click("5 · a very good use")
    anna.click("Add words")
    anna.fill("In your own words", KEPT)
    anna.fill("Who may read these words?", "Keep them for myself")
    anna.submit()


def it_is_closing(pair: Pair) -> None:
    pair.at("Fri 18 Dec 10:00")
    tom, anna = pair.tom, pair.anna
    assert tom.home.words == (
        f"{ALWAYS}\nAnna Bright · you are the mentor\nAll sessions are used. It closes by itself on 24 December 2026.\n"
        "Sessions: 5 of 5 held, 0 left\nWaiting for you, if you like: a look back, until 24 December 2026\n"
        "Look back\nSessions\nNotes\nRecap\nAgreement"
    )
    tom.command("/mentor recap")
    recap = tom.receipt
    assert recap.split("\nSession ")[1:] == [
        f"5 · Thursday 10 December 2026\nRating: 5 of 5 ●●●●●\nEdit notes\nYour notes\n{LAST_NOTE}",
        "4 · Thursday 19 November 2026\nRating: No rating\nWrite notes",
        "3 · Thursday 12 November 2026\nRating: No rating\nWrite notes",
        f"2 · Thursday 29 October 2026\nRating: 5 of 5 ●●●●●\nEdit notes\nYour notes\n{SECOND_NOTE}",
        "1 · Thursday 8 October 2026\nRating: 4 of 5 ●●●●○\nEdit notes\n"
        f"Anna's words\n{SHARED}\nYour notes\n{FIRST_NOTE}",
    ]
    anna.command("/mentor end")
    assert anna.receipt == (
        "End with Tom: All 5 sessions with Tom are used. There is nothing left to end early: it closes on Thursday 24 December, "
        "12:45 in New York.\nIf you end it here, that is kept as a no to going on together, in place of any answer you gave before. "
        "Nobody is told; it closes as it would. Until then you can change it."
    )


def it_has_closed(pair: Pair) -> None:
    pair.at("Thu 24 Dec 18:00")
    assert [person.home.words for person in (pair.tom, pair.anna)] == [
        f"{ALWAYS}\nAnna Bright · you were the mentor\nComplete since 24 December 2026.\nRecap\nAgreement",
        f"{ALWAYS}\nTom Reed · you were the mentee\nComplete since 24 December 2026.\nDecisions\nAgreement",
    ]


def nothing_comes_after_it(pair: Pair) -> None:
    pair.at("Fri 8 Jan 09:00", year=2027)
    pair.tom.command("/mentor session")
    assert pair.tom.whispers == [
        "You have no mentoring under way, so there are no sessions. `/mentor start` begins one."
    ]


STEPS: list[Step] = [
    tom_looks_at_home_and_invites_anna,
    anna_reads_and_signs,
    tom_signs_last,
    tom_writes_notes_at_the_end_of_the_first,
    tom_plans_the_second_as_proposed,
    anna_rates_the_first_with_words_to_share,
    tom_cannot_read_it_yet,
    anna_moves_the_second_between_the_clock_changes,
    tom_opens_the_recap_from_the_reminder,
    tom_plans_the_third_too_early_for_her,
    that_doesnt_suit_anna,
    anna_rates_the_second,
    anna_changes_her_mind,
    anna_cancels_the_third,
    anna_takes_it_back,
    tom_asks_for_the_recap_in_the_messages,
    tom_clicks_beside_the_button,
    tom_takes_it_back_and_plans_the_next,
    anna_skips_the_third_rating,
    tom_logs_a_session_that_they_had_by_chance,
    the_last_one_did_not_happen,
    anna_plans_it_anew,
    tom_writes_his_last_notes,
    anna_rates_the_last_with_words_for_herself,
    it_is_closing,
    it_has_closed,
    nothing_comes_after_it,
]
