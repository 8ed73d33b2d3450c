"""The agreement's clauses: what both sign, what differs between two versions, and who can read what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock

from handlers.views import wordings
from handlers.views.text import capital, full_name, name, paragraph, quote, side_by_side, small, when
from mentoring.agreement import Agreement, Terms, Version
from mentoring.operator import KeyPlace, Operator
from mentoring.people import Person, Retention
from mentoring.secret import Secret

_SENTENCES = re.compile(r"(?<=[.?]) ")


@dataclass(frozen=True)
class Clause:
    """One clause as someone reads it: our text, and what a person wrote under it."""

    heading: str
    text: str
    quoted: Secret[str] | None = None


def run_by(operator: Operator) -> str:
    """Return the sentence that says who runs the bot; only a playground's bot may run without a name."""
    return f"This bot is run by {operator.name or 'whoever started it on this machine'}."


def defaults(terms: Terms, operator: Operator) -> str:
    """Return all the terms as one readable paragraph, for whoever proposes."""
    early = (
        " If two scores in a row are 2 or less, you look together at whether to go on."
        if wordings.has_rule(terms)
        else ""
    )
    return (
        f"You would agree on {wordings.size(terms)}, and then it stops. What you say to each other stays between the two of "
        "you, in the strictest confidence, with the exceptions that the law makes. "
        f"What the mentee decides binds the mentee alone. After each session, {wordings.DELAYS[terms.rating_after]} and in "
        f"working hours, the mentee is asked for a private rating from 1 to 5. {rating_sealed()}"
        f"{early} Either of you can end it at any time, without a reason. "
        f"{run_by(operator)}"
    )


def rating_sealed() -> str:
    """Return the sentence that says when the mentor is shown a rating, for whoever proposes."""
    return f"The mentor is not shown it at once: it stays sealed {wordings.sealed_until(Terms())}."


def unchanging(operator: Operator) -> str:
    """Return the clauses that the form leaves as they are, for whoever changes the others."""
    return (
        "These stay as they are: what you say to each other stays between the two of you, in the strictest confidence, with "
        "the exceptions that the law makes; what the mentee decides binds the mentee alone; after each session the mentee is "
        f"asked for a private rating from 1 to 5. {rating_sealed()} Either of you can end it at any time, without a reason. "
        f"{run_by(operator)}"
    )


# --- a version


def clauses(
    agreement: Agreement,
    version: Version,
    reader: Person,
    operator: Operator,
    now: datetime,
    *,
    before: Version | None = None,
    without: Sequence[str] = (),
) -> list[Block]:
    """Return every clause of a version as ``reader`` reads it: the purpose first, if it is written.

    Those that are not as they were in ``before`` say so, and show the old text beside the new. ``without`` are headings of
    clauses that stand elsewhere.
    """
    old = {} if before is None else _by_heading(_written(agreement, before, reader, operator))
    new = _by_heading(_written(agreement, version, reader, operator))
    blocks: list[Block] = []
    for heading in (one for one in HEADINGS if one not in without):
        if heading in new and (before is None or new[heading] == old.get(heading)):
            blocks += _as_it_is(new[heading])
        elif heading in new or heading in old:
            blocks += _beside(heading, old.get(heading), new.get(heading))
        if heading == FIRST_SESSION and agreement.proposed and _passed(version, now):
            blocks.append(
                small("This time has passed, so the first session needs a new one once you have both signed.")
            )
    return blocks


def differences(
    agreement: Agreement, before: Version, after: Version, reader: Person, operator: Operator
) -> list[Block]:
    """Return the clauses alone that differ, the old text beside the new."""
    old = _by_heading(_written(agreement, before, reader, operator))
    new = _by_heading(_written(agreement, after, reader, operator))
    blocks: list[Block] = []
    for heading in HEADINGS:
        if old.get(heading) != new.get(heading):
            blocks += _beside(heading, old.get(heading), new.get(heading))
    return blocks


WHO, PURPOSE, CONFIDENTIALITY, COMMITMENT = "Who", "Purpose", "Confidentiality", "Commitment"
LIMITS, FIRST_SESSION, PLACE = "Limits", "First session", "Place"
FEEDBACK, EARLY_END = "Feedback", "Ending early"
HEADINGS = (
    WHO,
    PURPOSE,
    CONFIDENTIALITY,
    COMMITMENT,
    LIMITS,
    FIRST_SESSION,
    PLACE,
    FEEDBACK,
    EARLY_END,
)


def _by_heading(written: Sequence[Clause]) -> dict[str, Clause]:
    return {clause.heading: clause for clause in written}


def _passed(version: Version, now: datetime) -> bool:
    return version.terms.first_session is not None and version.terms.first_session <= now


def _written(agreement: Agreement, version: Version, reader: Person, operator: Operator) -> list[Clause]:
    mentor, mentee, terms = name(agreement.mentor), name(agreement.mentee), version.terms
    wording = wordings.wording_of(terms)
    found = [
        Clause(WHO, f"Mentor: {full_name(agreement.mentor)}\nMentee: {full_name(agreement.mentee)}"),
        Clause(
            CONFIDENTIALITY,
            "What we say to each other, and what is written here, stays between us in the strictest confidence. "
            "The only exceptions are those that the law makes: illegal acts, the order of a court, and a serious risk of "
            f"harm to someone. {run_by(operator)}",
        ),
        Clause(
            COMMITMENT,
            f"A decision that {mentee} makes binds {mentee} alone. {mentor} offers experience and questions, not instructions, "
            "and nobody keeps count.",
        ),
        Clause(LIMITS, wording.limits(terms)),
        Clause(FEEDBACK, wording.feedback(terms, mentor, mentee)),
        Clause(EARLY_END, wording.early_end(terms)),
    ]
    if version.purpose is not None:
        found.append(Clause(PURPOSE, f"In {mentee}'s own words:", version.purpose))
    if terms.first_session is not None:
        found.append(Clause(FIRST_SESSION, when(terms.first_session, reader, agreement.other(reader.id))))
    if terms.place is not None:
        found.append(Clause(PLACE, "Where we usually meet:", terms.place))
    return found


def _as_it_is(clause: Clause, mark: str = "") -> list[Block]:
    quoted = quote(clause.quoted) if clause.quoted is not None else []
    return [paragraph(clause.text, heading=f"{clause.heading}{mark}"), *quoted]


def _beside(heading: str, old: Clause | None, new: Clause | None) -> list[Block]:
    """Return a clause that differs, marked in words: what was so far beside what is suggested."""
    if old is None and new is not None:
        return _as_it_is(new, " (new)")
    marked = f"{heading} (changed)"
    if old is not None and old.quoted is not None:
        suggested = (
            [paragraph("Suggested:"), *quote(new.quoted)]
            if new is not None and new.quoted is not None
            else [paragraph("Suggested: to leave this open")]
        )
        return [paragraph("So far:", heading=marked), *quote(old.quoted), *suggested]
    before, after, rest = _apart(old.text if old else "", new.text if new else "")
    lines = [("So far", before or "no such rule"), ("Suggested", after or _left_out(heading))]
    return [side_by_side(marked, *lines, *([("", rest)] if rest else []))]


def _left_out(heading: str) -> str:
    return "to leave this open" if heading == FIRST_SESSION else "no such rule"


def _apart(old: str, new: str) -> tuple[str, str, str]:
    """Return the sentences that differ, and those after them that both have."""
    before, after = _SENTENCES.split(old), _SENTENCES.split(new)
    shared: list[str] = []
    while before and after and before[-1] == after[-1]:
        shared.insert(0, before.pop())
        after.pop()
    return " ".join(before), " ".join(after), " ".join(shared)


# --- who can read what


KEYS = {
    KeyPlace.FILE: "in a file on the bot's own machine",
    KeyPlace.SETTINGS: "in the bot's settings, apart from the database",
}


def who_reads(
    mentor: str, mentee: str, operator: Operator, *, chosen: Retention | None = None
) -> list[Block]:
    """Return who can read what and for how long, for names or for "the mentor" and "the mentee": no more than is true.

    ``chosen`` is how long the reader's own texts are kept.
    """
    runs = operator.name or "whoever started this bot on this machine"
    theirs = "" if chosen is None else f" For yours it is {chosen} days now."
    return [
        paragraph(
            f"The agreement, its purpose and the sessions: {mentor} and {mentee}.\n"
            f"A rating: {mentee}; {mentor} too, from the reminder before the next session on (with none ahead, a week or more "
            "after the last).\n"
            f"Words beside a rating, and what came of a session: as {mentee} chooses each time, for both or for {mentee} alone.\n"
            f"Decisions that {mentee} writes down: {mentee} alone is shown them.\n"
            f"{capital(mentor)} may keep private notes about {mentee} here: {mentor} alone is shown them.\n"
            "At the end, a review: whoever wrote it, alone. Thanks: both, once they are passed on. Whether to go on together: only "
            "two yeses are told.",
            heading="Who can read what",
        ),
        paragraph(
            "What you write in windows like this one is never put into a message. What you type into a chat stays in Slack. "
            "Whoever can export this workspace's direct messages may see that you use this bot, with whom and when.\n"
            f"Texts and scores are stored encrypted; the key is {KEYS[operator.keys]}. "
            f"The database and that key are held by {runs}, who could technically read what is stored.",
            heading="What others could see",
        ),
        paragraph(
            "Each of the two chooses how long their own texts are kept after their last mentoring together: 30, 90 or 180 days, and 90 "
            f"unless they change it in their settings.{theirs} They are told a week before anything goes. With the word `forget` "
            "everything of one's own goes at once. What the other one wrote is theirs, and backups that were made before keep what "
            "was in them for as long as they exist.",
            heading="How long",
        ),
        DividerBlock(),
        small("A score from one mentee can't be anonymous."),
    ]
