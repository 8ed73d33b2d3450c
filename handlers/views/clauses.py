"""The agreement's clauses, edition 1: what both sign, and who can read what."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock

from handlers.views.text import capital, full_name, name, paragraph, quote, small, when
from mentoring.agreement import Agreement, Terms, Version
from mentoring.calendar import Cadence, RatingDelay
from mentoring.people import Person

WORDING = 1
"""The edition of these texts. A signed agreement keeps the number of the edition that was signed."""

CADENCES = {
    Cadence.WEEKLY: "every week",
    Cadence.FORTNIGHTLY: "every two weeks",
    Cadence.THREE_WEEKS: "every three weeks",
    Cadence.MONTHLY: "once a month",
    Cadence.AS_WE_GO: "as we go",
}
DELAYS = {
    RatingDelay.NEXT_MORNING: "the next working morning",
    RatingDelay.TWO_DAYS: "two days later",
    RatingDelay.THREE_DAYS: "three days later",
    RatingDelay.SEVEN_DAYS: "a week later",
}


def run_by(operator: str | None) -> str:
    """Return the sentence that says who runs the bot; only a playground's bot may run without a name."""
    return f"This bot is run by {operator or 'whoever started it on this machine'}."


def limits(terms: Terms) -> str:
    """Return sessions, minutes and rhythm: "up to 5 sessions of 75 minutes, every two weeks"."""
    sessions = "1 session" if terms.sessions == 1 else f"up to {terms.sessions} sessions"
    return f"{sessions} of {terms.minutes} minutes, {CADENCES[terms.cadence]}"


def defaults(terms: Terms, operator: str | None) -> str:
    """Return all the terms as one readable paragraph, for whoever proposes."""
    early = (
        " If two scores in a row are 2 or less, you look together at whether to go on."
        if terms.early_end
        else ""
    )
    return (
        f"You would agree on {limits(terms)}, and then it stops. What you say to each other stays between the two of you, "
        "in the strictest confidence, with the exceptions that the law makes. "
        f"What the mentee decides binds the mentee alone. After each session, {DELAYS[terms.rating_after]} and in working "
        "hours, the mentee is asked for a private rating from 1 to 5, which the mentor sees only before the next session."
        f"{early} Either of you can end it at any time, without a reason. "
        f"{run_by(operator)}"
    )


def unchanging(operator: str | None) -> str:
    """Return the clauses that the form leaves as they are, for whoever changes the others."""
    return (
        "These stay as they are: what you say to each other stays between the two of you, in the strictest confidence, with "
        "the exceptions that the law makes; what the mentee decides binds the mentee alone; either of you can end it at any "
        f"time, without a reason. {run_by(operator)}"
    )


def clauses(agreement: Agreement, version: Version, reader: Person, operator: str | None) -> list[Block]:
    """Return every clause of a version as ``reader`` reads it: the purpose first, if it is written."""
    mentor, mentee, terms = name(agreement.mentor), name(agreement.mentee), version.terms
    blocks: list[Block] = [
        paragraph(
            f"Mentor: {full_name(agreement.mentor)}\nMentee: {full_name(agreement.mentee)}", heading="Who"
        ),
    ]
    if version.purpose is not None:
        blocks += [paragraph(f"In {mentee}'s own words:", heading="Purpose"), *quote(version.purpose)]
    blocks += [
        paragraph(
            "What we say to each other, and what is written here, stays between us in the strictest confidence. "
            "The only exceptions are those that the law makes: illegal acts, the order of a court, and a serious risk of "
            f"harm to someone. {run_by(operator)}",
            heading="Confidentiality",
        ),
        paragraph(
            f"A decision that {mentee} makes binds {mentee} alone. {mentor} offers experience and questions, not instructions, "
            "and nobody keeps count.",
            heading="Commitment",
        ),
        paragraph(
            f"We meet for {limits(terms)}. It stops after the last one, so that it never goes on out of habit or politeness; "
            "going on would take a new agreement that both of us want.",
            heading="Limits",
        ),
        *_first_session(agreement, terms, reader),
        paragraph(_feedback(terms, mentor, mentee), heading="Feedback"),
        paragraph(_early_end(terms), heading="Ending early"),
    ]
    return blocks


def _feedback(terms: Terms, mentor: str, mentee: str) -> str:
    return (
        f"After each session that took place, {DELAYS[terms.rating_after]} and in working hours, {mentee} is asked one "
        "question: on a scale of 1 to 5, how valuable a use of your time was the session? The answer stays sealed until the "
        f"reminder before the next session; until then {mentee} can change it or take it back. From then on {mentor} can "
        f"read the score, and any words that {mentee} chose to share. With one mentee a score can't be anonymous."
    )


def _early_end(terms: Terms) -> str:
    rule = (
        "If two scores in a row are 2 or less, we look together at whether this is still worth the time. "
        if terms.early_end
        else ""
    )
    return (
        f"{rule}Either of us can end it at any time, with two clicks, without a reason and without fault. "
        "Ending early is a good result too."
    )


def _first_session(agreement: Agreement, terms: Terms, reader: Person) -> Sequence[Block]:
    blocks: list[Block] = []
    if terms.first_session is not None:
        other = agreement.other(reader.id)
        blocks.append(paragraph(when(terms.first_session, reader, other), heading="First session"))
    if terms.place is not None:
        blocks += [paragraph("Where we usually meet:", heading="Place"), *quote(terms.place)]
    return blocks


def who_reads(mentor: str, mentee: str, operator: str | None) -> list[Block]:
    """Return who can read what, for names or for "the mentor" and "the mentee": no more than is true."""
    runs = operator or "Whoever started this bot on this machine"
    return [
        paragraph(
            f"The agreement, its purpose and the sessions: {mentor} and {mentee}.\n"
            f"A rating: {mentee}; {mentor} too, from its release before the next session on.\n"
            f"Words beside a rating: as {mentee} chooses each time, for both or for {mentee} alone.\n"
            f"{capital(mentor)} may keep private notes about {mentee} here: {mentor} alone reads them.",
            heading="Who can read what",
        ),
        paragraph(
            "What you write in windows like this one is never put into a message. What you type into a chat stays in Slack. "
            "Whoever can export this workspace's direct messages may see that you use this bot, with whom and when.\n"
            "Texts and scores are stored encrypted. "
            f"{runs} holds the database and its key, and could technically read what is stored.",
            heading="What others could see",
        ),
        DividerBlock(),
        small("A score from one mentee can't be anonymous."),
    ]
