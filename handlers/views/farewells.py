"""Looking back at the end: each one's words, whom they are shown to, and the buttons that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.text import button, date, name, paragraph, quote, when
from mentoring.agreement import Agreement
from mentoring.closing import NOTHING_YET, Farewell, thanks_to, words_until
from mentoring.people import Person
from mentoring.undo import undoable

YES, NO, OPEN = "yes", "no", "open"
BOTH = 2
NO_THANKS = "There are no thanks to read here."

# --- whether there is something to write, or to read


def open_until(agreement: Agreement, now: datetime) -> datetime | None:
    """Return until when words can still be written or changed; None if they can't, or can't any more."""
    until = words_until(agreement)
    return None if until is None or now >= until else until


def has_said(agreement: Agreement, reader: Person) -> bool:
    """Tell whether someone has looked back, whatever they left."""
    farewell = agreement.farewell_of(reader.id)
    return farewell is not None and farewell.said


def card_line(agreement: Agreement, reader: Person, now: datetime) -> str | None:
    """Return what a card says of looking back, while that is possible: the same whatever was left."""
    if (until := open_until(agreement, now)) is None:
        return None
    on = date(until, reader.zone)
    if has_said(agreement, reader):
        return f"Your look back is kept; you can change it until {on}"
    if agreement.closing:
        return f"Waiting for you, if you like: a look back, until {on}"
    return f"If you like, look back until {on}"


def buttons(agreement: Agreement, reader: Person, now: datetime) -> list[ButtonElement]:
    """Return the ways to what someone can write at the end, wrote, or was thanked with."""
    other = name(agreement.other(reader.id))
    mine = agreement.farewell_of(reader.id)
    found: list[ButtonElement] = []
    if open_until(agreement, now) is not None:
        found.append(look_back_button(agreement, reader))
    elif agreement.over and mine is not None and (mine.review or mine.thanks):
        label = f"What you wrote at the end of your mentoring with {other}"
        found.append(
            button("What you wrote", Action.LOOK_BACK, agreement.id, label_for_readers=label),
        )
    return [*found, *thanks_button(agreement, reader)]


def look_back_button(
    agreement: Agreement, reader: Person, label: str = "Look back", *, style: str | None = None
) -> ButtonElement:
    other = name(agreement.other(reader.id))
    return button(
        label,
        Action.LOOK_BACK,
        agreement.id,
        style=style,
        label_for_readers=f"{label}: your mentoring with {other}",
    )


def thanks_button(agreement: Agreement, reader: Person, *, style: str | None = None) -> list[ButtonElement]:
    """Return the button that shows what the other one has passed on, if there is anything."""
    if thanks_to(agreement, reader.id) is None:
        return []
    return [
        button(f"Read {name(agreement.other(reader.id))}'s thanks", Action.THANKS, agreement.id, style=style)
    ]


# --- the form


@dataclass(frozen=True)
class Said:
    """What a form holds, and the claims that it was opened with."""

    agreement_id: str
    revision: int
    review: str
    thanks: str
    go_on: bool | None


def look_back_form(agreement: Agreement, reader: Person, now: datetime) -> View:
    """Return the form for someone's words at the end, as they last left them."""
    other, mine = name(agreement.other(reader.id)), agreement.farewell_of(reader.id)
    blocks: list[Block] = [
        paragraph(_lead(agreement, reader, now)),
        forms.text_input(
            "review",
            "A review, for yourself",
            lines=True,
            optional=True,
            initial=mine.review if mine else None,
            hint="What it brought you, what you take along. Only you are ever shown it.",
        ),
        forms.text_input(
            "thanks",
            f"Thanks to pass on to {other}",
            lines=True,
            optional=True,
            initial=mine.thanks if mine else None,
            hint=_when_passed_on(agreement, other, mine),
        ),
    ]
    if agreement.closing:
        blocks += _going_on(agreement, reader, other)
    ids = forms.pack(agreement=agreement.id, revision=mine.revision if mine else NOTHING_YET)
    return forms.modal("Look back", blocks, Form.LOOK_BACK, submit="Keep", close="Not now", ids=ids)


def _lead(agreement: Agreement, reader: Person, now: datetime) -> str:
    other, until = name(agreement.other(reader.id)), words_until(agreement)
    on = "" if until is None else when(until, reader)
    kept = f"What you write is kept for {int(reader.retention)} days after the end."
    if agreement.closing:
        return f"{used(agreement, other)} All of this is optional. You can change it until {on}; then it closes. {kept}"
    undo = " If the end is taken back, these words go with it." if undoable(agreement.closed_at, now) else ""
    return f"Your mentoring with {other} has ended. All of this is optional, and you can change it until {on}.{undo} {kept}"


def used(agreement: Agreement, other: str) -> str:
    """Return the sentence that nothing is left of what was agreed on."""
    limit = agreement.terms.sessions
    if limit == 1:
        return f"The one session that you agreed on with {other} is used."
    count = "Both" if limit == BOTH else f"All {limit}"
    return f"{count} sessions with {other} are used."


def _when_passed_on(agreement: Agreement, other: str, mine: Farewell | None) -> str:
    if mine is not None and mine.passed_on:
        return f"{other} can read them already; what you change shows at once, and so does taking them back."
    if agreement.closing:
        return f"{other} reads them once it has closed, in a window like this one and never in a message."
    return f"{other} is told that there are some, and reads them in a window like this one."


def _going_on(agreement: Agreement, reader: Person, other: str) -> list[Block]:
    mine = agreement.farewell_of(reader.id)
    before = None if mine is None or mine.go_on is None else mine.go_on.reveal()
    options = {
        YES: f"Yes, if {other} would too",
        NO: "No, let it end here",
        OPEN: "I'd rather leave it open",
    }
    return [
        paragraph(
            "Two yeses open a new agreement with the terms of this one, to be talked over and signed. "
            "If you say yes and it ends, you'll know there weren't two yeses. A no tells nobody."
        ),
        forms.radio(
            "go_on",
            "Go on together?",
            options,
            chosen=None if before is None else YES if before else NO,
            optional=True,
        ),
    ]


def read_form(view: Mapping[str, Any], values: forms.Values) -> Said:
    """Return what was entered, and the claims that the form was opened with.

    Raises:
        NotFound: it holds nothing of ours.
    """
    claims = forms.unpack(view)
    return Said(
        agreement_id=claims["agreement"],
        revision=claims.number("revision"),
        review=forms.text_of(values, "review"),
        thanks=forms.text_of(values, "thanks"),
        go_on={YES: True, NO: False}.get(forms.choice_of(values, "go_on") or OPEN),
    )


# --- what is read


def kept(agreement: Agreement, reader: Person) -> View:
    """Return what is read after the form was sent: the same whatever was left in it."""
    other, until = name(agreement.other(reader.id)), words_until(agreement)
    on = "" if until is None else when(until, reader)
    after = (
        "Nothing is passed on before then."
        if agreement.closing
        else f"Thanks, if you wrote any, reach {other} in their working hours."
    )
    return forms.modal("Kept", [paragraph(f"Kept. You can change it until {on}. {after}")], Form.NOTICE)


def own_words(agreement: Agreement, reader: Person) -> View:
    """Return what someone wrote at the end, once it can't be changed any more."""
    other, mine = name(agreement.other(reader.id)), agreement.farewell_of(reader.id)
    blocks: list[Block] = []
    if mine is not None and mine.review is not None:
        blocks += [paragraph("Only you are shown this.", heading="Your review"), *quote(mine.review)]
    if mine is not None and mine.thanks is not None:
        said = f"{other} can read this." if mine.passed_on else f"They reach {other} in their working hours."
        blocks += [
            paragraph(said, heading=f"Your thanks to {other}"),
            *quote(mine.thanks),
        ]
    if not blocks:
        blocks.append(paragraph(f"You wrote nothing at the end of your mentoring with {other}."))
    if theirs := thanks_button(agreement, reader):
        blocks.append(ActionsBlock(elements=theirs))
    return forms.modal("What you wrote", blocks, Form.NOTICE)


def thanks_view(agreement: Agreement, reader: Person) -> View:
    """Return the thanks that the other one has passed on."""
    thanks = thanks_to(agreement, reader.id)
    other = name(agreement.other(reader.id))
    blocks = (
        [paragraph(NO_THANKS)]
        if thanks is None
        else [paragraph(f"{other} wrote at the end of your mentoring:"), *quote(thanks)]
    )
    return forms.modal("Thanks", blocks, Form.NOTICE)
