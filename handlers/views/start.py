"""The form that starts a mentoring: at most five inputs at first sight, the other terms behind one button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import clauses, forms, talks, terms
from handlers.views.agreement import greeting
from handlers.views.text import button, date, name, paragraph, plain, small, zone_unknown
from mentoring.agreement import Agreement, Role, Terms
from mentoring.operator import Operator
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.secret import Secret

ROLES = {"mentor": "I would be the mentor", "mentee": "I would be the mentee"}


@dataclass(frozen=True)
class Draft:
    """What the form says. ``who`` is a Slack user id, a claim until someone is found under it."""

    who: str
    role: Role
    purpose: Secret[str] | None
    terms: Terms


def start_form(
    person: Person,
    operator: Operator,
    *,
    command: str,
    agreement_id: str,
    who: str | None = None,
    unknown: str | None = None,
    open_terms: bool = False,
    values: forms.Values | None = None,
) -> View:
    """Return the form; ``values`` is what has been typed so far, and stays.

    Whoever has not been told yet is told first what this is and who will see what. ``unknown`` is what stood where a mention
    is understood.
    """
    typed = values or {}
    chosen = forms.choice_of(typed, "role")
    mentee = chosen == Role.MENTEE
    filled = {**terms.filled_from(Terms()), **terms.filled_in(typed)}
    blocks: list[Block] = [
        *(() if person.greeted else map(small, greeting(operator, command))),
        *((paragraph(_not_known(unknown)),) if unknown else ()),
        forms.person_input("who", "With whom?", chosen=forms.user_of(typed, "who") or who),
        forms.radio("role", "My role", ROLES, chosen=chosen, dispatch=True),
        *_purpose(forms.text_of(typed, "purpose"), mentee=mentee),
        terms.term_input("first_session", filled),
        terms.term_input("place", filled),
        *(_terms_inputs(filled, operator) if open_terms else _terms_paragraph(operator)),
        *(_signed_by_sending(operator) if mentee else ()),
    ]
    if (sentence := zone_unknown(person)) is not None:
        blocks.append(small(sentence))
    return forms.modal(
        "Start a mentoring",
        blocks,
        Form.START,
        submit="Sign and send" if mentee else "Send",
        close="Cancel",
        ids=forms.pack(agreement=agreement_id, terms="open" if open_terms else "closed"),
    )


def _not_known(unknown: str) -> str:
    shown = f"“{unknown}”" if len(unknown) <= len("a name of about this length, not more") else "that"
    return f"I don't know who {shown} is. Please choose the person here."


def _purpose(typed: str, *, mentee: bool) -> list[Block]:
    """The mentee's purpose. What a mentor has typed before choosing that role stays, in case they choose the other again."""
    if mentee:
        hint = "The agreement opens with these words. Only the two of you are shown them."
        return [terms.purpose_input(typed, hint)]
    if not typed:
        return []
    hint = "Only a mentee says this, so it isn't sent. It stays here in case you choose the other role."
    return [terms.purpose_input(typed, hint, optional=True)]


def _terms_paragraph(operator: Operator) -> list[Block]:
    change = button(
        "Change the terms", Action.START_TERMS, "open", label_for_readers="Change the terms of the agreement"
    )
    return [
        paragraph(clauses.defaults(Terms(), operator), heading="The terms"),
        ActionsBlock(elements=[change]),
    ]


def _terms_inputs(filled: terms.Filled, operator: Operator) -> list[Block]:
    fields = (*terms.LIMITS, "rating_after", "early_end")
    return [
        *(terms.term_input(field, filled) for field in fields),
        SectionBlock(text=plain(clauses.unchanging(operator))),
    ]


def _signed_by_sending(operator: Operator) -> list[Block]:
    return [
        DividerBlock(),
        paragraph(
            "By sending this you sign it. The other one reads it and signs last; nothing starts before that.",
            heading="You sign first",
        ),
        *clauses.who_reads("the mentor", "the mentee", operator),
    ]


def read_start(values: forms.Values) -> Draft:
    """Return what the form says.

    Raises:
        Refused: something is missing or no number; at its field.
    """
    who, role = forms.user_of(values, "who"), forms.choice_of(values, "role")
    if who is None:
        raise Refused("Please choose the person you would like to work with.", at="who")
    if role not in set(Role):
        raise Refused("Please choose your role.", at="role")
    return Draft(who, Role(role), forms.secret_of(values, "purpose"), terms.read_terms(values, Terms()))


def sent(made: Agreement, me: Person) -> View:
    """Return what the proposer reads once it is sent: the same whoever it goes to."""
    other, lapses = name(made.recipient), date(made.lapses_at, me.zone)
    next_step = (
        f"{other} reads it, adds a purpose and signs; then you read that and sign last."
        if made.role_of(me.id) is Role.MENTOR
        else f"You have signed by sending it. {other} reads it and signs last."
    )
    return forms.modal(
        "Sent",
        [
            paragraph(f"Your invitation to {other} is on its way. {next_step}"),
            paragraph(f"Nothing starts unless you both sign. Without both signatures it lapses on {lapses}."),
            *talks.offer(made, me),
        ],
        Form.NOTICE,
    )


def is_open(view: Mapping[str, Any]) -> bool:
    """Tell whether the form that was drawn shows the terms' inputs."""
    return forms.unpack(view).get("terms") == "open"
