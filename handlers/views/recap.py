"""The recap: a modal, newest session first, in pages; what isn't there draws no row."""

from collections.abc import Sequence
from datetime import UTC, datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.pages import fitting, weight
from handlers.views.sessions import notes_button, nth, time_of
from handlers.views.text import button, date, name, paragraph, quote, small
from mentoring.agreement import Agreement
from mentoring.erasing import erased
from mentoring.feedback import Score, Shown
from mentoring.people import Person
from mentoring.recap import Entry, Recap, Trend
from mentoring.secret import UNREADABLE

LONGEST_QUERY = 200
"""Characters that are looked for."""
TREND = {
    Trend.UP: "▲ higher than the time before",
    Trend.LEVEL: "= the same as the time before",
    Trend.DOWN: "▼ lower than the time before",
}


def recap_view(recap: Recap, me: Person, *, before: datetime | None = None) -> View:
    """Return one page of the recap: the sessions that started before ``before``, or the newest.

    A page holds at most 90 blocks and 200 KB, and at least one session if there is one.
    """
    entries = [e for e in recap.entries if before is None or e.session.starts < before]
    blocks = _top(recap, me, newest=before is None)
    drawn, shown = fitting(
        entries,
        lambda entry: _entry(recap.agreement, entry, me),
        lambda entry: entry.texts,
        taken=len(blocks),
        weighs=weight(recap.agreement.purpose),
    )
    blocks += drawn
    if not shown:
        blocks.append(paragraph(_nothing(recap)))
    blocks += _foot(recap, entries, shown, newest=before is None)
    ids = forms.pack(agreement=recap.agreement.id)
    return forms.modal("Recap", blocks, Form.RECAP, submit="Search", ids=ids)


def read_cursor(value: str) -> datetime | None:
    """Return the start that an **Earlier** button counts from; None if it holds none."""
    seconds = (
        int(value)
        if value.isascii() and value.isdigit() and len(value) <= len(str(forms.LATEST))
        else forms.LATEST
    )
    return None if seconds >= forms.LATEST else datetime.fromtimestamp(seconds, UTC)


# --- the parts of a page


def _top(recap: Recap, me: Person, *, newest: bool) -> list[Block]:
    agreement = recap.agreement
    other = name(agreement.other(me.id))
    blocks: list[Block] = []
    if newest:
        held, limit = len(agreement.held_sessions), agreement.terms.sessions
        ahead = agreement.planned_session
        next_one = (
            "No session is planned."
            if ahead is None
            else f"Next: {nth(agreement, ahead)}, {time_of(agreement, ahead, me)}."
        )
        if agreement.purpose is not None:
            blocks += [small(f"What {other} wants from it"), *quote(agreement.purpose)]
        blocks.append(paragraph(f"{held} of {limit} sessions held. {next_one}"))
        if recap.trend is not None:
            blocks.append(paragraph(_trend(recap, recap.trend)))
    else:
        blocks.append(paragraph(f"Earlier sessions with {other}"))
    search = forms.text_input(
        Action.RECAP_SEARCH,
        "Search notes and words",
        optional=True,
        initial=recap.query,
        placeholder="Words to look for, then Enter",
        dispatch=True,
        longest=LONGEST_QUERY,
    )
    return [*blocks, search]


def _trend(recap: Recap, trend: Trend) -> str:
    scores = " → ".join(str(score.reveal()) for score in recap.scores)
    return f"Ratings so far: {scores}. The last is {TREND[trend]}."


def _entry(agreement: Agreement, entry: Entry, me: Person) -> list[Block]:
    session = entry.session
    local = session.starts.astimezone(me.zone)
    which = "Cancelled session" if session.cancelled else f"Session {entry.number}"
    lines = [f"*{which}* · {local:%A} {date(session.starts, me.zone)}"]
    if not session.cancelled:
        lines.append("Planned" if session.planned else f"Rating: {_rating(entry)}")
    words = "Write notes" if entry.note is None else "Edit notes"
    # What was written about a session that was cancelled since stays readable, and as it is.
    stays = session.cancelled or erased(agreement, me.id)
    edit = None if stays else notes_button(agreement, session, words, from_recap=True)
    blocks: list[Block] = [
        DividerBlock(),
        SectionBlock(text=MarkdownTextObject(text="\n".join(lines)), accessory=edit),
    ]
    if entry.words is not None:
        blocks += [small(f"{name(agreement.mentee)}'s words"), *quote(entry.words)]
    if entry.impact is not None:
        blocks += [small(f"What came of it, in {name(agreement.mentee)}'s words"), *quote(entry.impact)]
    if entry.note is not None:
        blocks += [small("Your notes"), *quote(entry.note)]
    return blocks


def _rating(entry: Entry) -> str:
    if entry.shown is Shown.NOT_YET:
        return "Not yet"
    if entry.score is None:
        return UNREADABLE if entry.unreadable else "No rating"
    score, most = entry.score.reveal(), int(max(Score))
    return f"{score} of {most} {'●' * score}{'○' * (most - score)}"


def _nothing(recap: Recap) -> str:
    if recap.query:
        return "No session's notes or shared words have all of these words."
    return "Nothing here yet. After the first session your notes and the ratings stand here."


def _foot(recap: Recap, entries: Sequence[Entry], shown: int, *, newest: bool) -> list[Block]:
    left = len(entries) - shown
    buttons: list[ButtonElement] = []
    if left:
        cursor = str(int(entries[shown - 1].session.starts.timestamp()))
        spoken = f"{left} earlier session{'' if left == 1 else 's'}"
        buttons.append(button(f"Earlier ({left})", Action.RECAP_EARLIER, cursor, label_for_readers=spoken))
    if not newest:
        buttons.append(button("Newest", Action.RECAP_NEWEST, recap.agreement.id))
    return [DividerBlock(), ActionsBlock(elements=buttons)] if buttons else []
