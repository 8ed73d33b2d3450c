"""Settings: when someone may be spoken to, of what, and how long their texts are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.export import export_button
from handlers.views.text import button, city, small, zone_unknown
from mentoring.calendar import WorkingHours, instant, zone_called
from mentoring.people import Person, Retention
from mentoring.refusal import Refused

Switch = Literal["on", "off"]
DAYS = {
    "0": "Monday",
    "1": "Tuesday",
    "2": "Wednesday",
    "3": "Thursday",
    "4": "Friday",
    "5": "Saturday",
    "6": "Sunday",
}
KEPT = {
    str(int(Retention.MONTH)): "30 days",
    str(int(Retention.QUARTER)): "90 days",
    str(int(Retention.HALF_YEAR)): "180 days",
}


@dataclass(frozen=True)
class Choices:
    """What the form says; what it does not show is None, and stays as it was."""

    reminders: bool
    hours: WorkingHours
    muted_until: datetime | None
    invitations: bool | None = None
    retention: Retention | None = None
    zone: ZoneInfo | None = None
    all_shown: bool = False


def settings_form(
    person: Person,
    now: datetime,
    *,
    more: bool = False,
    rare_first: bool = False,
    values: forms.Values | None = None,
) -> View:
    """Return the form, the rarer half of it behind **More settings**, or first; ``values`` is what was chosen so far, and stays."""
    typed = values or {}
    first, rare = _first(person, now, typed), _more(person, typed) if more else []
    blocks: list[Block] = [*rare, *first] if rare_first else [*first, *rare]
    if more:
        blocks += [ActionsBlock(elements=[export_button(), _forget()])]
    else:
        label = "More settings: time zone, invitations, how long texts are kept"
        further = button("More settings", Action.SETTINGS_MORE, "more", label_for_readers=label)
        blocks.append(ActionsBlock(elements=[further, export_button(), _forget()]))
    if (unknown := zone_unknown(person)) is not None:
        blocks.append(small(unknown))
    blocks.append(
        small("What is due for you follows as soon as you save. Nobody is told what you choose here.")
    )
    return forms.modal(
        "Settings",
        blocks,
        Form.SETTINGS,
        submit="Save",
        close="Cancel",
        ids=forms.pack(more="yes" if more else "no"),
    )


def _forget() -> ButtonElement:
    return button(
        "Forget me",
        Action.FORGET,
        "forget",
        label_for_readers="Forget me: read first what goes and what stays",
    )


def _first(person: Person, now: datetime, typed: forms.Values) -> list[Block]:
    muted = person.muted_until
    if "muted_until" in typed:
        quiet = forms.date_of(typed, "muted_until")
    else:
        quiet = muted.astimezone(person.zone).date() if muted is not None and muted > now else None
    days = forms.choices_of(typed, "days") if "days" in typed else {str(day) for day in person.hours.days}
    return [
        forms.radio(
            "reminders",
            "Reminders",
            {"on": "Remind me of sessions, ratings and signatures", "off": "No reminders"},
            chosen=forms.choice_of(typed, "reminders") or _switch(person.reminders),
            hint="What the other one does, and the question after a session, still reach you.",
        ),
        forms.time_input(
            "hours_start",
            "My day begins at",
            initial=forms.time_of(typed, "hours_start") or person.hours.start,
            hint=f"By the clock in {city(person.zone)}. Reminders and questions come in these hours.",
        ),
        forms.time_input(
            "hours_end", "and ends at", initial=forms.time_of(typed, "hours_end") or person.hours.end
        ),
        # Optional for Slack, so that an empty choice gets our own sentence.
        forms.checkboxes("days", "On these days", DAYS, chosen=days, optional=True),
        forms.date_input(
            "muted_until",
            "Quiet until",
            initial=quiet,
            hint="For holidays: until that day I start nothing with you. What the other one does still reaches you.",
        ),
    ]


def _more(person: Person, typed: forms.Values) -> list[Block]:
    own = city(person.zone) if person.zone_chosen else ""
    return [
        forms.radio(
            "retention",
            "How long my own texts are kept",
            KEPT,
            chosen=forms.choice_of(typed, "retention") or str(int(person.retention)),
            hint=(
                "Counted from the end of your last mentoring with someone. You are told a week before they go for good, "
                "also if you choose fewer days now."
            ),
        ),
        forms.text_input(
            "zone",
            "Time zone",
            optional=True,
            initial=forms.text_of(typed, "zone") or own,
            placeholder="A city: London, New York, Nairobi",
            hint="Leave it empty to follow Slack. Sessions that are agreed keep their moment.",
        ),
        forms.radio(
            "invitations",
            "Invitations",
            {"on": "People may invite me to a mentoring", "off": "No more invitations"},
            chosen=forms.choice_of(typed, "invitations") or _switch(person.invitations),
            hint="Nobody is told. Whoever invites you sees an invitation without an answer.",
        ),
    ]


def _switch(wanted: bool) -> Switch:
    return "on" if wanted else "off"


def read_settings(values: forms.Values, person: Person, now: datetime) -> Choices:
    """Return what the form says.

    Raises:
        Refused: a choice makes no sense; at its field.
    """
    all_shown = "zone" in values
    zone = _zone(values) if all_shown else None
    clock = zone or person.zone
    return Choices(
        reminders=forms.choice_of(values, "reminders") != "off",
        hours=_hours(values, person),
        muted_until=_muted_until(values, clock, now),
        invitations=forms.choice_of(values, "invitations") != "off" if all_shown else None,
        retention=_retention(values) if all_shown else None,
        zone=zone,
        all_shown=all_shown,
    )


def _hours(values: forms.Values, person: Person) -> WorkingHours:
    def at(field: str, otherwise: time) -> time:
        return forms.time_of(values, field) or otherwise

    days = forms.choices_of(values, "days")
    return WorkingHours(
        start=at("hours_start", person.hours.start),
        end=at("hours_end", person.hours.end),
        days=frozenset(int(day) for day in days if day in DAYS),
    )


def _muted_until(values: forms.Values, zone: ZoneInfo, now: datetime) -> datetime | None:
    day = forms.date_of(values, "muted_until")
    if day is None:
        return None
    until = instant(day, time(0), zone)
    if until <= now:
        raise Refused("Please choose a day ahead, or leave it empty.", at="muted_until")
    return until


def _zone(values: forms.Values) -> ZoneInfo | None:
    typed = forms.text_of(values, "zone").strip()
    return zone_called(typed) if typed else None


def _retention(values: forms.Values) -> Retention:
    chosen = forms.choice_of(values, "retention")
    if chosen not in KEPT:
        raise Refused("Please choose one of these.", at="retention")
    return Retention(int(chosen))


def is_open(view: Mapping[str, Any]) -> bool:
    """Tell whether the form that was drawn shows the rarer settings too."""
    return forms.unpack(view).get("more") == "yes"
