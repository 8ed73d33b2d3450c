"""A mentee's decisions: a list in pages, newest first, and the form in which one is written, changed or emptied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.impact import impacts_button
from handlers.views.pages import AROUND_BYTES, fitting
from handlers.views.text import button, date, name, paragraph, plain, quote, small
from mentoring.agreement import Agreement
from mentoring.decisions import Decision
from mentoring.erasing import NOTHING_NEW, erased
from mentoring.ids import AgreementId, DecisionId, new_id
from mentoring.people import Person
from mentoring.secret import Secret

FIRST = "0"
"""The place of the newest, as an **Earlier** button names places."""
MOST_BEFORE = 5
"""Earlier agreements with the same mentor that the foot of the list has room for."""


def for_her_alone(agreement: Agreement) -> str:
    """Return the sentence that says whose these are."""
    mentor = name(agreement.mentor)
    return (
        "Only you are shown these. Nobody follows them up, nothing here is ever overdue, and whether there are any "
        f"makes no difference to what {mentor} sees."
    )


# --- the list


def decisions_view(
    agreement: Agreement,
    decisions: Sequence[Decision],
    me: Person,
    *,
    start: int = 0,
    before: Sequence[Agreement] = (),
) -> View:
    """Return one page of the list, from the one at ``start`` on.

    ``before`` are earlier agreements with the same mentor in which she has written some, newest first.
    """
    page = decisions[start:]
    lead = f"What you have decided, with {name(agreement.mentor)} as your mentor"
    blocks: list[Block] = [
        paragraph(for_her_alone(agreement), heading=lead),
    ]
    gone = erased(agreement, me.id)
    if not gone:
        blocks.append(ActionsBlock(elements=[_write_button(agreement), impacts_button(agreement)]))
    drawn, shown = fitting(
        page,
        lambda one: _entry(one, me),
        lambda one: (one.text,),
        taken=len(blocks),
        weighs=AROUND_BYTES,
    )
    blocks += drawn or [paragraph(NOTHING_NEW if gone else "Nothing here yet.")]
    blocks += _foot(len(page) - shown, start + shown, newest=start == 0)
    if before and start == 0:
        blocks += _from_before(before, me)
    return forms.modal("Your decisions", blocks, Form.DECISIONS, ids=forms.pack(agreement=agreement.id))


def read_place(value: str) -> int:
    """Return the place that an **Earlier** or **Newest** button leads to; the first if it names none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < len("1000000") else 0


def _write_button(agreement: Agreement) -> ButtonElement:
    return button(
        "Write one",
        Action.DECISION,
        f"{agreement.id}/",
        style="primary",
        label_for_readers="Write down a decision",
    )


def _entry(decision: Decision, me: Person) -> list[Block]:
    written = f"{decision.written_at.astimezone(me.zone):%A} {date(decision.written_at, me.zone)}"
    edit = button(
        "Edit",
        Action.DECISION,
        f"{decision.agreement_id}/{decision.id}",
        label_for_readers=f"Edit or remove the decision of {written}",
    )
    return [
        DividerBlock(),
        SectionBlock(text=plain(written), accessory=edit),
        *quote(decision.text),
    ]


def _foot(left: int, place: int, *, newest: bool) -> list[Block]:
    buttons: list[ButtonElement] = []
    if left:
        spoken = f"{left} earlier decision{'' if left == 1 else 's'}"
        buttons.append(
            button(f"Earlier ({left})", f"{Action.DECISIONS_PAGE}_0", str(place), label_for_readers=spoken)
        )
    if not newest:
        buttons.append(button("Newest", f"{Action.DECISIONS_PAGE}_1", FIRST))
    return [DividerBlock(), ActionsBlock(elements=buttons)] if buttons else []


def _from_before(before: Sequence[Agreement], me: Person) -> list[Block]:
    buttons = [
        button(
            f"Until {date(one.closed_at or one.proposed_at, me.zone)}",
            f"{Action.DECISIONS}_{place}",
            one.id,
            label_for_readers=f"Your decisions until {date(one.closed_at or one.proposed_at, me.zone)}",
        )
        for place, one in enumerate(before[:MOST_BEFORE])
    ]
    return [
        DividerBlock(),
        small("From earlier agreements with the same mentor"),
        ActionsBlock(elements=buttons),
    ]


# --- the form


@dataclass(frozen=True)
class Opened:
    """What a form was opened with. ``revision`` is the decision's as it was then; None for one not written yet."""

    agreement_id: AgreementId
    decision_id: DecisionId
    revision: int | None


def decision_form(agreement: Agreement, decision: Decision | None) -> View:
    """Return the form for a decision, or for a new one, which gets its future id here."""
    ids = {
        "agreement": agreement.id,
        "decision": new_id() if decision is None else decision.id,
        **({} if decision is None else {"revision": str(decision.revision)}),
    }
    blocks = [
        forms.text_input(
            "text",
            "What have you decided?",
            lines=True,
            optional=decision is not None,
            initial=Secret("") if decision is None else decision.text,
            placeholder="What you will do, in your own words",
            hint=None if decision is None else "Empty it to remove it.",
        ),
        small(for_her_alone(agreement)),
    ]
    title = "A decision of yours" if decision is not None else "Write a decision"
    return forms.modal(title, blocks, Form.DECISION, submit="Save", close="Cancel", ids=forms.pack(**ids))


def read_claims(view: Mapping[str, Any]) -> Opened:
    """Return what a form was opened with.

    Raises:
        NotFound: it holds nothing of ours.
    """
    claims = forms.unpack(view)
    return Opened(
        AgreementId(claims["agreement"]),
        DecisionId(claims.future_id("decision")),
        claims.number("revision") if "revision" in claims else None,
    )
