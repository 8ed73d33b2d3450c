"""The form that starts a mentoring: at most five inputs at first sight, the other terms behind one button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import clauses, forms
from handlers.views.agreement import greeting
from handlers.views.text import button, paragraph, plain, small, zone_unknown
from mentoring.agreement import Role, Terms
from mentoring.calendar import Cadence, RatingDelay
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.secret import Secret
from mentoring.terms import FEWEST_SESSIONS, LONGEST, MOST_SESSIONS, SHORTEST

ROLES = {"mentor": "I would be the mentor", "mentee": "I would be the mentee"}
EARLY_END = {
    "two_low": "After two scores in a row of 2 or less, we look at it together",
    "none": "No such rule",
}
SESSIONS_SENTENCE = (
    f"Please give the number of sessions in digits, from {FEWEST_SESSIONS} to {MOST_SESSIONS}."
)
MINUTES_SENTENCE = f"Please give the minutes of a session in digits, from {SHORTEST} to {LONGEST}."


@dataclass(frozen=True)
class Draft:
    """What the form says. ``who`` is a Slack user id, a claim until someone is found under it."""

    who: str
    role: Role
    purpose: Secret[str] | None
    terms: Terms


def start_form(
    person: Person,
    operator: str | None,
    *,
    command: str,
    agreement_id: str,
    who: str | None = None,
    open_terms: bool = False,
    values: forms.Values | None = None,
) -> View:
    """Return the form; ``values`` is what has been typed so far, and stays.

    Whoever has not been told yet is told first what this is and who will see what.
    """
    typed = values or {}
    chosen = forms.choice_of(typed, "role")
    blocks: list[Block] = [
        *(() if person.greeted else map(small, greeting(operator, command))),
        forms.person_input("who", "With whom?", chosen=forms.user_of(typed, "who") or who),
        forms.radio("role", "My role", ROLES, chosen=chosen, dispatch=True),
    ]
    if chosen == Role.MENTEE:
        blocks.append(
            forms.text_input(
                "purpose",
                "What do I want from it?",
                lines=True,
                initial=forms.text_of(typed, "purpose"),
                hint="The agreement opens with these words. Only the two of you can read them.",
            )
        )
    blocks += [
        forms.moment_input(
            "first_session",
            "First session",
            initial=forms.instant_of(typed, "first_session"),
            optional=True,
            hint="Shown in your own time zone. It can stay open for now.",
        ),
        forms.text_input(
            "place",
            "Usual place",
            initial=forms.text_of(typed, "place"),
            optional=True,
            placeholder="A café, a video link, a walk",
        ),
        *(_terms_inputs(typed, operator) if open_terms else _terms_paragraph(operator)),
    ]
    if (unknown := zone_unknown(person)) is not None:
        blocks.append(small(unknown))
    return forms.modal(
        "Start a mentoring",
        blocks,
        Form.START,
        submit="Send",
        close="Cancel",
        ids=forms.pack(agreement=agreement_id, terms="open" if open_terms else "closed"),
    )


def _terms_paragraph(operator: str | None) -> list[Block]:
    change = button(
        "Change the terms", Action.START_TERMS, "open", label_for_readers="Change the terms of the agreement"
    )
    return [
        paragraph(clauses.defaults(Terms(), operator), heading="The terms"),
        ActionsBlock(elements=[change]),
    ]


def _terms_inputs(typed: forms.Values, operator: str | None) -> list[Block]:
    usual = Terms()
    rhythm = {c.value: words.capitalize() for c, words in clauses.CADENCES.items()}
    delays = {d.value: words.capitalize() for d, words in clauses.DELAYS.items()}
    return [
        forms.text_input(
            "sessions",
            "How many sessions?",
            initial=forms.text_of(typed, "sessions") or str(usual.sessions),
            hint=f"From {FEWEST_SESSIONS} to {MOST_SESSIONS}. It stops after the last one.",
        ),
        forms.text_input(
            "minutes",
            "Minutes of a session",
            initial=forms.text_of(typed, "minutes") or str(usual.minutes),
            hint=f"From {SHORTEST} to {LONGEST}.",
        ),
        forms.select(
            "cadence", "How often?", rhythm, chosen=forms.choice_of(typed, "cadence") or usual.cadence.value
        ),
        forms.select(
            "rating_after",
            "When is the mentee asked for a rating?",
            delays,
            chosen=forms.choice_of(typed, "rating_after") or usual.rating_after.value,
        ),
        forms.radio(
            "early_end",
            "Early-end rule",
            EARLY_END,
            chosen=forms.choice_of(typed, "early_end") or "two_low",
        ),
        SectionBlock(text=plain(clauses.unchanging(operator))),
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
    return Draft(who, Role(role), forms.secret_of(values, "purpose"), _read_terms(values))


def _read_terms(values: forms.Values) -> Terms:
    first_session = forms.instant_of(values, "first_session")
    place = forms.secret_of(values, "place")
    if "sessions" not in values:
        return Terms(wording=clauses.WORDING, first_session=first_session, place=place)
    return Terms(
        sessions=forms.number_of(values, "sessions", SESSIONS_SENTENCE),
        minutes=forms.number_of(values, "minutes", MINUTES_SENTENCE),
        cadence=Cadence(_known(values, "cadence", set(Cadence))),
        rating_after=RatingDelay(_known(values, "rating_after", set(RatingDelay))),
        early_end=_known(values, "early_end", set(EARLY_END)) == "two_low",
        wording=clauses.WORDING,
        first_session=first_session,
        place=place,
    )


def _known(values: forms.Values, field: str, options: set[Any]) -> str:
    chosen = forms.choice_of(values, field)
    if chosen is None or chosen not in options:
        raise Refused("Please choose one of these.", at=field)
    return chosen


def sent(other: str, role: Role, lapses: str) -> View:
    """Return what the proposer reads once it is sent: the same whoever it goes to."""
    next_step = (
        f"{other} reads it, adds a purpose and signs; then you read that and sign last."
        if role is Role.MENTOR
        else f"You have signed by sending it. {other} reads it and signs last."
    )
    return forms.modal(
        "Sent",
        [
            paragraph(f"Your invitation to {other} is on its way. {next_step}"),
            paragraph(f"Nothing starts unless you both sign. Without both signatures it lapses on {lapses}."),
        ],
        Form.NOTICE,
    )


def is_open(view: Mapping[str, Any]) -> bool:
    """Tell whether the form that was drawn shows the terms' inputs."""
    return forms.unpack(view).get("terms") == "open"
