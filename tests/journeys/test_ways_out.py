"""Every way out of a proposal and of a mentoring, with every DM that either person got."""

from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment

GREETING = (
    " I'm Mentor. I look after one-to-one mentoring: a clear agreement, a limited number of sessions, honest private feedback "
    "and a good ending. What you write with me stays within your pair, and each of you sees only their part. Whoever runs me "
    "(Ada Marsh, ada@example.org) could technically read what is stored; /mentor privacy says exactly who can read what."
)
OFFER = (
    "Tom Reed offers to mentor you: up to 5 × 75 minutes. Nothing starts unless you both sign. "
    "Ignoring this is fine; it lapses on 7 December."
)
OFFERED = f"Mon 23 Nov 05:00 {OFFER} (greeting) [Read] [Suggest changes] [Decline] [No more invitations]"
LAPSED_NOW = "-> {} has lapsed. There is nothing for you to do."


def got(person: Someone) -> list[str]:
    """A person's transcript, a line for each DM and one for what has become of it."""
    paragraphs = person.transcript.replace(GREETING, " (greeting)").strip().split("\n\n")
    return [
        line
        for lines in (paragraph.split("\n", 2) for paragraph in paragraphs if paragraph)
        for line in (" ".join(lines[:2]), *lines[2:])
    ]


def decline(person: Someone) -> None:
    """Decline with both clicks, and close the receipt."""
    person.click("Decline")
    person.submit()
    assert person.receipt.startswith("Done: You declined.")


def test_an_invitation_without_an_answer_lapses(pair: Pair) -> None:
    pair.propose()

    pair.at("Fri 5 Mar 12:00", year=2027)

    assert got(pair.anna) == [
        OFFERED,
        f"{LAPSED_NOW} (greeting)".format("Tom's invitation"),
        "Mon 30 Nov 09:00 The invitation from Tom Reed still waits for your signature. Ignoring it is fine; it lapses on "
        "7 December, and this is the only reminder. [Read] [Suggest changes] [Decline]",
        LAPSED_NOW.format("Tom's invitation"),
    ]
    assert got(pair.tom) == [
        "Mon 7 Dec 10:00 Your invitation to Anna Bright has lapsed: it wasn't signed by both in time. "
        "There is nothing for you to do. (greeting)"
    ]


def test_without_the_mentors_signature_it_lapses_too(pair: Pair) -> None:
    pair.propose()
    pair.at("Wed 25 Nov 09:30", NEW_YORK)
    pair.anna.sign("To lead")

    pair.at("Mon 8 Feb 12:00", year=2027)

    assert got(pair.tom) == [
        "Wed 25 Nov 14:30 Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your "
        "signature the invitation lapses on 9 December. (greeting) [Read] [Suggest changes] [Withdraw]",
        f"{LAPSED_NOW} (greeting)".format("Your invitation to Anna"),
        "Wed 2 Dec 14:30 Anna has signed, and it waits for your signature. The invitation lapses on 9 December; "
        "this is the only reminder. [Read] [Suggest changes] [Withdraw]",
        LAPSED_NOW.format("Your invitation to Anna"),
        "Wed 9 Dec 14:30 Your invitation to Anna Bright has lapsed: it wasn't signed by both in time. "
        "There is nothing for you to do.",
    ]
    assert got(pair.anna) == [
        OFFERED,
        f"{LAPSED_NOW} (greeting)".format("Tom's invitation"),
        "Wed 9 Dec 09:30 The invitation from Tom Reed has lapsed: it wasn't signed by both in time. "
        "There is nothing for you to do.",
    ]


def test_a_decline_is_told_ten_minutes_later_unless_it_is_undone(pair: Pair) -> None:
    pair.propose()
    pair.at("Tue 24 Nov 10:00", NEW_YORK)
    decline(pair.anna)
    assert pair.anna.last == (
        f"You declined the invitation from Tom. Tom is told in ten minutes, without a reason.{GREETING} [Undo]"
    )
    pair.at("Tue 24 Nov 10:04", NEW_YORK)
    pair.anna.click("Undo")
    assert pair.anna.last == f"{OFFER}{GREETING} [Read] [Suggest changes] [Decline] [No more invitations]"
    pair.at("Tue 24 Nov 10:20", NEW_YORK)
    decline(pair.anna)
    assert got(pair.tom) == []

    pair.at("Fri 5 Mar 12:00", year=2027)

    assert got(pair.tom) == [
        "Tue 24 Nov 15:30 Anna Bright has declined your invitation. No reason is asked or given, "
        "and there is nothing for you to do. (greeting)"
    ]
    assert got(pair.anna) == [OFFERED, "-> You declined the invitation from Tom. (greeting)"]


def test_after_a_decline_there_is_quiet_for_ninety_days(pair: Pair) -> None:
    pair.propose()
    decline(pair.anna)
    pair.at("Tue 24 Nov 10:00")

    pair.tom.command("/mentor start @anna")
    pair.tom.choose("My role", "I would be the mentor")
    pair.tom.submit()

    assert pair.tom.modal.errors == {"With whom?": "You can invite Anna again from 21 February 2027."}


def test_an_invitation_withdrawn_after_her_signature(pair: Pair) -> None:
    """She is told once more, of her purpose, a week before it goes."""
    pair.propose()
    pair.at("Tue 24 Nov 10:00", NEW_YORK)
    pair.anna.sign("To lead")
    pair.at("Tue 24 Nov 11:00", NEW_YORK)
    pair.tom.click("Withdraw")

    pair.at("Fri 5 Mar 12:00", year=2027)

    assert got(pair.tom) == [
        "Tue 24 Nov 15:00 Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your "
        "signature the invitation lapses on 8 December. (greeting) [Read] [Suggest changes] [Withdraw]",
        "-> Your invitation to Anna: withdrawn. (greeting)",
    ]
    assert got(pair.anna) == [
        OFFERED,
        "-> Tom's invitation: withdrawn. (greeting)",
        "Tue 24 Nov 11:00 Tom Reed has withdrawn the invitation. There is nothing for you to do.",
        "Mon 15 Feb 11:00 On 22 February whatever you wrote for a mentoring with Tom that didn't come about goes for good: your own "
        "texts are kept for 90 days, as set in your settings. If you'd like a copy, export it before then; to keep it longer, choose "
        "more days. Tom's own texts follow Tom's choice, and nobody is told of yours. [Export] [Settings]",
        "-> Whatever you wrote for a mentoring with Tom that didn't come about has gone, as set in your settings.",
    ]


def test_no_more_invitations_are_delivered_and_nobody_is_told(pair: Pair) -> None:
    tom, anna, maya = pair.tom, pair.anna, pair.maya
    pair.propose()
    pair.at("Tue 24 Nov 10:00", NEW_YORK)
    anna.click("No more invitations")
    waiting = "Anna Bright · you would be the mentor\nNo answer yet from Anna; the invitation lapses on 7 December 2026."
    assert waiting in tom.look_at_home()
    maya.command("/mentor start @anna")
    maya.choose("My role", "I would be the mentor")
    maya.submit()
    assert maya.receipt.startswith("Sent: Your invitation to Anna is on its way.")

    pair.at("Fri 5 Mar 12:00", year=2027)

    assert got(anna) == [
        OFFERED,
        "-> You chose to get no more invitations, so this one needs no answer. You can switch them on again in the settings. (greeting) "
        "[Settings]",
    ]
    assert got(tom) == [
        "Mon 7 Dec 10:00 Your invitation to Anna Bright has lapsed: it wasn't signed by both in time. "
        "There is nothing for you to do. (greeting)"
    ]
    assert got(maya) == [
        "Tue 8 Dec 16:00 Your invitation to Anna Bright has lapsed: it wasn't signed by both in time. "
        "There is nothing for you to do. (greeting)"
    ]


def test_her_own_start_replaces_an_invitation_that_does_not_exist_for_her(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    anna.command("/mentor settings")
    anna.click("More settings")
    anna.fill("Invitations", "No more invitations")
    anna.submit()
    pair.propose()
    assert got(anna) == []

    anna.command("/mentor start @tom")
    anna.choose("My role", "I would be the mentee")
    anna.fill("What do I want from it?", "To lead")
    anna.submit()

    assert anna.receipt == (
        "Sent: Your invitation to Tom is on its way. You have signed by sending it. Tom reads it and signs last.\n"
        "Nothing starts unless you both sign. Without both signatures it lapses on 7 December 2026.\nA first talk\nYou could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is never rated.\nPlan a first talk"
    )
    assert got(tom) == [
        "Mon 23 Nov 10:00 Anna Bright asks you to be their mentor: up to 5 × 75 minutes. Nothing starts unless you both sign. "
        "Ignoring this is fine; it lapses on 7 December. (greeting) [Read] [Suggest changes] [Decline] [No more invitations]"
    ]


def test_an_end_is_told_ten_minutes_later_unless_it_is_undone(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree(first_session=moment("Thu 26 Nov 16:30", LONDON))
    anna.look_at_home()
    pair.at("Tue 24 Nov 10:00", NEW_YORK)
    anna.command("/mentor end")
    anna.submit()
    assert anna.receipt == (
        "Done: It has ended. Tom is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages.\nUndo\nLook back"
    )
    assert "Ended on 24 November 2026. Undo is possible for ten minutes." in anna.home.words
    pair.at("Tue 24 Nov 10:04", NEW_YORK)
    anna.click("Undo")
    assert anna.last == "You took back the end: your mentoring with Tom goes on. [Agreement]"
    pair.at("Mon 30 Nov 15:30")
    tom.command("/mentor session")
    tom.click("Plan a session")
    tom.submit()
    tom.close()
    pair.at("Mon 30 Nov 15:40")
    tom.command("/mentor end")
    tom.submit()
    tom.close()

    pair.at("Mon 8 Feb 12:00", year=2027)

    offer = "If you like, look back until {}: a short review for yourself, and thanks to pass on."
    assert got(tom)[2:] == [
        "Mon 23 Nov 10:00 You and Anna Bright have both signed: up to 5 × 75 minutes. "
        "Next: session 1 on Thursday 26 November, 16:30 in London · 11:30 in New York. [Add to calendar] [Sessions] [Agreement]",
        "-> You and Anna Bright have both signed: up to 5 × 75 minutes. [Agreement]",
        "Wed 25 Nov 17:00 Coming up: session 1 of 5 with Anna, Thursday 26 November, 16:30 in London · 11:30 in New York. "
        "[Open recap] [Move it]",
        "-> Session 1 of 5 with Anna, Thursday 26 November, 16:30 in London · 11:30 in New York. [Open recap]",
        "Thu 26 Nov 17:45 Session 1 of 5 with Anna has ended. A few lines now will refresh your memory before the next. "
        "[Write notes] [Plan the next] [It didn't happen]",
        "-> Session 1 of 5 with Anna has ended. A few lines now will refresh your memory before the next. [Write notes]",
        "Mon 30 Nov 15:40 You ended your mentoring with Anna Bright. Anna is told in ten minutes, kindly and without a reason. "
        f"{offer.format('14 December')} [Undo] [Look back]",
        "-> You ended your mentoring with Anna Bright. [Recap] [Agreement]",
    ]
    assert got(anna)[4:6] == [
        "Tue 24 Nov 10:00 You ended your mentoring with Tom Reed. Tom is told in ten minutes, kindly and without a reason. "
        f"{offer.format('8 December')} [Undo] [Look back]",
        "-> You took back the end of your mentoring with Tom.",
    ]
    assert [line.partition("session 1")[0] for line in got(anna)[8:10]] == [
        "Mon 30 Nov 09:00 On a scale of 1 to 5, how valuable a use of your time was ",
        "-> This question has closed with the agreement. Nothing was passed on. Session 1 with Tom, 26 November.",
    ]
    assert got(anna)[10:] == [
        "Mon 30 Nov 10:30 Tom planned session 2 of 5: Thursday 10 December, 11:30 in New York · 16:30 in London. "
        "[Add to calendar] [That doesn't suit me]",
        "-> Session 2 of 5 with Tom, Thursday 10 December, 11:30 in New York · 16:30 in London, is cancelled.",
        "Mon 30 Nov 10:50 Tom Reed has ended your mentoring. No reason is asked or given: either of you could at any time, and "
        f"ending early is a good result too. Thank you for the time you gave it. {offer.format('14 December')} [Look back] "
        "[Agreement]",
        "-> Tom Reed has ended your mentoring. No reason is asked or given: either of you could at any time, and ending early is "
        "a good result too. Thank you for the time you gave it. [Agreement]",
    ]
