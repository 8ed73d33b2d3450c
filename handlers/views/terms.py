"""The form in which terms are suggested: the newest prefilled, the rest behind one button; and the inputs that it shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock, InputBlock

from handlers.ids import Action, Form
from handlers.views import clauses, forms, wordings
from handlers.views.agreement import noun, suggestion_title
from handlers.views.reading import notice
from handlers.views.text import button, date, name, paragraph, small
from mentoring.agreement import Agreement, Role, Terms, Version
from mentoring.calendar import Cadence, RatingDelay
from mentoring.operator import Operator
from mentoring.refusal import Refused
from mentoring.secret import Secret, unless_lost
from mentoring.terms import FEWEST_SESSIONS, LONGEST, MOST_SESSIONS, SHORTEST

if TYPE_CHECKING:
    from slack_sdk.models.views import View

    from mentoring.people import Person

Filled = Mapping[str, str | datetime | None]
"""What stands in a form: field to text, option value or moment."""

EARLY_END = {
    "two_low": "After two scores in a row of 2 or less, we look at it together",
    "none": "No such rule",
}
SESSIONS_SENTENCE = (
    f"Please give the number of sessions in digits, from {FEWEST_SESSIONS} to {MOST_SESSIONS}."
)
MINUTES_SENTENCE = f"Please give the minutes of a session in digits, from {SHORTEST} to {LONGEST}."
LIMITS = ("sessions", "minutes", "cadence")
FURTHER = ("place", "rating_after", "early_end")
FIELDS = (*LIMITS, "purpose", "first_session", *FURTHER)

# --- inputs that the start form has too


def term_input(field: str, filled: Filled, *, named: str | None = None) -> InputBlock:
    """Return the input for one of the terms with what stands in it; ``named`` is its edition, if not the field itself."""
    return _INPUTS[field](named or field, filled.get(field))


_INPUTS: Mapping[str, Callable[[str, Any], InputBlock]] = {
    "sessions": lambda named, value: forms.text_input(
        named,
        "How many sessions?",
        initial=value,
        hint=f"From {FEWEST_SESSIONS} to {MOST_SESSIONS}. It stops after the last one.",
    ),
    "minutes": lambda named, value: forms.text_input(
        named, "Minutes of a session", initial=value, hint=f"From {SHORTEST} to {LONGEST}."
    ),
    "cadence": lambda named, value: forms.select(
        named, "How often?", _options(wordings.CADENCES), chosen=value
    ),
    "first_session": lambda named, value: forms.moment_input(
        named,
        "First session",
        initial=value,
        optional=True,
        hint=f"{forms.OWN_CLOCK} It can stay open for now.",
    ),
    "place": lambda named, value: forms.text_input(
        named,
        "Usual place",
        initial=value,
        optional=True,
        placeholder="A café, a video link, a walk",
    ),
    "rating_after": lambda named, value: forms.select(
        named, "When is the mentee asked for a rating?", _options(wordings.DELAYS), chosen=value
    ),
    "early_end": lambda named, value: forms.radio(named, "Early-end rule", EARLY_END, chosen=value),
}


def _options(words: Mapping[Any, str]) -> dict[str, str]:
    return {option.value: said.capitalize() for option, said in words.items()}


def purpose_input(
    initial: str | Secret[str] | None, hint: str, *, named: str = "purpose", optional: bool = False
) -> InputBlock:
    """Return the input for the mentee's purpose."""
    return forms.text_input(
        named, "What do I want from it?", lines=True, initial=initial, hint=hint, optional=optional
    )


def filled_from(terms: Terms, purpose: Secret[str] | None = None) -> dict[str, str | datetime | None]:
    """Return what stands in a form that shows these terms; blank what can't be read, lest it be taken over as a text."""
    place, purpose = unless_lost(terms.place), unless_lost(purpose)
    return {
        "sessions": str(terms.sessions),
        "minutes": str(terms.minutes),
        "cadence": terms.cadence.value,
        "purpose": purpose.reveal() if purpose is not None else "",
        "first_session": terms.first_session,
        "place": place.reveal() if place is not None else "",
        "rating_after": terms.rating_after.value,
        "early_end": "two_low" if terms.early_end else "none",
    }


def filled_in(values: forms.Values) -> dict[str, str | datetime | None]:
    """Return what stands in the inputs that a form has."""
    return {field: _entered(values, field) for field in FIELDS if forms.has(values, field)}


def _entered(values: forms.Values, field: str) -> str | datetime | None:
    match field:
        case "cadence" | "rating_after" | "early_end":
            return forms.choice_of(values, field)
        case "first_session":
            return forms.instant_of(values, field)
        case _:
            return forms.text_of(values, field).strip()


def read_terms(values: forms.Values, before: Terms) -> Terms:
    """Return the terms that a form says; what it has no input for stays as it was ``before``. The wording is today's.

    Raises:
        Refused: something is missing or no number; at its field.
    """
    read: dict[str, Any] = {"wording": wordings.WORDING}
    if forms.has(values, "sessions"):
        read["sessions"] = forms.number_of(values, "sessions", SESSIONS_SENTENCE)
    if forms.has(values, "minutes"):
        read["minutes"] = forms.number_of(values, "minutes", MINUTES_SENTENCE)
    if forms.has(values, "cadence"):
        read["cadence"] = Cadence(_known(values, "cadence", set(Cadence)))
    if forms.has(values, "rating_after"):
        read["rating_after"] = RatingDelay(_known(values, "rating_after", set(RatingDelay)))
    if forms.has(values, "early_end"):
        read["early_end"] = _known(values, "early_end", set(EARLY_END)) == "two_low"
    if forms.has(values, "first_session"):
        read["first_session"] = forms.instant_of(values, "first_session")
    if forms.has(values, "place"):
        read["place"] = forms.secret_of(values, "place")
    return replace(before, **read)


def _known(values: forms.Values, field: str, options: set[Any]) -> str:
    chosen = forms.choice_of(values, field)
    if chosen is None or chosen not in options:
        raise Refused("Please choose one of these.", at=field)
    return chosen


# --- the form


def suggest_form(
    agreement: Agreement,
    me: Person,
    operator: Operator,
    *,
    basis: int,
    begun: Version,
    typed: Filled,
    opened: bool = False,
    since: Version | None = None,
) -> View:
    """Return the form with the terms of ``begun`` prefilled, under what has been ``typed`` so far.

    Args:
        agreement: as it stands.
        me: who suggests.
        operator: who runs the bot.
        basis: the number of the newest version, which the suggestion answers.
        begun: the version that is suggested from.
        typed: what has been typed so far, and stays.
        opened: all of the terms are shown.
        since: the version that it was begun from before, if there is a newer one since. What was changed from it stays as it
            was typed; the rest is shown as it stands in ``begun``.
    """
    fresh = filled_from(begun.terms, begun.purpose)
    old = fresh if since is None else filled_from(since.terms, since.purpose)
    mine = {field: value for field, value in typed.items() if since is None or value != old[field]}
    theirs = {field for field, value in fresh.items() if value != old[field] and field not in mine}

    def one(field: str) -> InputBlock:
        named = forms.edition(field, basis) if field in theirs else field
        if field == "purpose":
            hint = f"The agreement opens with these words. Only you and {other} are shown them."
            text = filled["purpose"]
            return purpose_input(text if isinstance(text, str) else None, hint, named=named)
        return term_input(field, filled, named=named)

    other, filled = name(agreement.other(me.id)), {**fresh, **mine}
    mentee = agreement.role_of(me.id) is Role.MENTEE
    further = (*(("first_session",) if agreement.proposed else ()), *FURTHER)
    blocks: list[Block] = [
        *(_meanwhile(agreement, since, begun, me, operator) if since is not None else ()),
        paragraph(_what_happens(agreement, me)),
        *map(one, (*LIMITS, *(("purpose",) if mentee else ()))),
        *(map(one, further) if opened else _more(agreement)),
        *(_signed_by_sending(agreement, operator) if mentee else ()),
    ]
    return forms.modal(
        suggestion_title(agreement),
        blocks,
        Form.SUGGEST,
        submit="Sign and send" if mentee else "Send",
        close="Cancel",
        ids=forms.pack(
            agreement=agreement.id,
            basis=basis,
            begun=begun.number,
            terms="open" if opened else "closed",
            **({} if since is None else {"since": since.number}),
        ),
    )


def _what_happens(agreement: Agreement, me: Person) -> str:
    other = name(agreement.other(me.id))
    if agreement.role_of(me.id) is Role.MENTEE:
        then = f"By sending it you sign it; {other} reads it beside the old terms and signs last."
    else:
        then = f"{other} reads it beside the old terms and signs first; you sign last."
    until = "" if agreement.proposed else " Until you have both signed, what you agreed stays in force."
    return f"Change what you would like to be different. {then}{until}"


def _more(agreement: Agreement) -> list[Block]:
    first = "First session, usual place" if agreement.proposed else "Usual place"
    more = button(
        "More of the terms",
        Action.SUGGEST_TERMS,
        "open",
        label_for_readers=f"More of the terms: {first.lower()}, when the rating is asked, early-end rule",
    )
    return [
        small(
            f"{first}, when the rating is asked, and the early-end rule stay as they are unless you open them."
        ),
        ActionsBlock(elements=[more]),
    ]


def _signed_by_sending(agreement: Agreement, operator: Operator) -> list[Block]:
    return [
        DividerBlock(),
        *clauses.who_reads(name(agreement.mentor), name(agreement.mentee), operator),
    ]


def _meanwhile(
    agreement: Agreement, since: Version, begun: Version, me: Person, operator: Operator
) -> Sequence[Block]:
    other = name(agreement.other(me.id))
    who = f"{other} has suggested" if begun.author != me.id else "You have sent"
    whose = f"as {other} suggests it" if begun.author != me.id else "as you sent it"
    return [
        paragraph(
            f"{who} other terms since you opened this. What you had changed is still in the form; the rest is now {whose}.",
            heading="The terms have changed meanwhile",
        ),
        *clauses.differences(agreement, since, begun, me, operator),
        DividerBlock(),
    ]


def is_open(claims: Mapping[str, str]) -> bool:
    """Tell whether a form that was drawn with these claims shows all of the terms."""
    return claims.get("terms") == "open"


def read_purpose(values: forms.Values) -> Secret[str] | None:
    """Return the purpose that a form says, empty if it was emptied; None if the form has no input for it."""
    return Secret(forms.text_of(values, "purpose").strip()) if forms.has(values, "purpose") else None


# --- what whoever has sent it reads


def suggested(agreement: Agreement, me: Person) -> View:
    """Return what whoever has suggested terms reads."""
    other, lapses = name(agreement.other(me.id)), date(agreement.lapses_at, me.zone)
    if agreement.role_of(me.id) is Role.MENTEE:
        then = f"You have signed by sending it. {other} reads it beside the old terms and signs last."
    else:
        then = f"{other} reads it beside the old terms and signs first; then it's your turn."
    held = (
        "Nothing starts unless you both sign."
        if agreement.proposed
        else "Until you have both signed, what you agreed stays in force."
    )
    text = f"Your suggestion is on its way to {other}. {then} {held} Without both signatures {noun(agreement)} lapses on {lapses}."
    return notice("Sent", text)
