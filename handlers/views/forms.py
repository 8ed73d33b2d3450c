"""Forms: drawn with ``block_id = action_id =`` the field's name, and read back; ``private_metadata`` holds ids and revisions only."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    DateTimePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from handlers.ids import Form
from handlers.views.text import clean, plain
from mentoring.feedback import LONGEST_TEXT
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret

Values = Mapping[str, Mapping[str, Any]]
EARLIEST, LATEST = 1_000_000_000, 4_102_444_800
"""Unix seconds of September 2001, before which Slack takes none (docs.slack.dev/reference/block-kit/block-elements, date and time
picker), and of 1 January 2100: no date that anyone means lies beyond."""
FIRST_YEAR, LAST_YEAR = 2001, 2100
LONGEST_OPTION = 75
"""Characters of an option (docs.slack.dev/reference/block-kit/composition-objects/option-object)."""


_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class Claims(dict[str, str]):
    """The ids that a form was opened with: claims, not proof. A missing one is ``NotFound``."""

    def __missing__(self, key: str) -> str:
        raise NotFound

    def future_id(self, key: str) -> str:
        """Return the id that what the form creates will have; ``NotFound`` if it is not one that we could have made."""
        if not _ID.fullmatch(self[key]):
            raise NotFound
        return self[key]

    def number(self, key: str) -> int:
        """Return a revision, or the number of a version; ``NotFound`` if it is none."""
        return whole(self[key])


def whole(text: str) -> int:
    """Return the whole number that a form or a button names, of at most nine digits; ``NotFound`` if it names none."""
    if not _NUMBER.fullmatch(text):
        raise NotFound
    return int(text)


_NUMBER = re.compile(r"-?[0-9]{1,9}")


def pack(**ids: str | int) -> str:
    """Return ids and revisions as ``private_metadata``."""
    return json.dumps({key: str(value) for key, value in ids.items()}, separators=(",", ":"))


def unpack(view: Mapping[str, Any]) -> Claims:
    """Return the ids that a view was opened with; none if it holds nothing of ours."""
    try:
        packed = json.loads(view.get("private_metadata") or "{}")
    except (TypeError, ValueError, RecursionError):
        packed = {}
    claims = {str(k): str(v) for k, v in packed.items()} if isinstance(packed, dict) else {}
    return Claims({key: claim for key, claim in claims.items() if claim.isascii()})


# --- drawing


def modal(
    title: str,
    blocks: Sequence[Block],
    form: Form,
    *,
    submit: str | None = None,
    close: str = "Close",
    ids: str | None = None,
) -> View:
    """Return a modal; ``ids`` is what ``pack`` gave. Title, submit and close hold at most 24 characters."""
    return View(
        type="modal",
        callback_id=str(form),
        title=PlainTextObject(text=title),
        submit=None if submit is None else PlainTextObject(text=submit),
        close=PlainTextObject(text=close),
        blocks=blocks,
        private_metadata=ids,
    )


def text_input(
    field: str,
    label: str,
    *,
    lines: bool = False,
    optional: bool = False,
    initial: str | Secret[str] | None = None,
    placeholder: str | None = None,
    hint: str | None = None,
    dispatch: bool = False,
    longest: int = LONGEST_TEXT,
) -> InputBlock:
    """Return an input for a text of up to 3,000 characters, or as many as ``longest`` says, of several lines if ``lines``."""
    text = initial.reveal() if isinstance(initial, Secret) else initial
    element = PlainTextInputElement(
        action_id=field,
        multiline=lines or None,
        initial_value=text or None,
        placeholder=None if placeholder is None else PlainTextObject(text=placeholder),
        max_length=longest,
    )
    return _input(field, label, element, optional=optional, hint=hint, dispatch=dispatch)


def radio(
    field: str,
    label: str,
    options: Mapping[str, str],
    *,
    chosen: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> InputBlock:
    """Return radio buttons, value to words; at most ten."""
    element = RadioButtonsElement(
        action_id=field, options=_options(options), initial_option=_option(options, chosen)
    )
    return _input(field, label, element, optional=optional, hint=hint, dispatch=dispatch)


def select(
    field: str,
    label: str,
    options: Mapping[str, str],
    *,
    chosen: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> InputBlock:
    """Return a menu, value to words; at most a hundred."""
    element = StaticSelectElement(
        action_id=field, options=_options(options), initial_option=_option(options, chosen)
    )
    return _input(field, label, element, optional=optional, hint=hint, dispatch=dispatch)


def person_input(field: str, label: str, *, chosen: str | None = None) -> InputBlock:
    """Return a picker of one person in the workspace; ``chosen`` is a Slack user id."""
    return _input(field, label, UserSelectElement(action_id=field, initial_user=chosen))


OWN_CLOCK = "Slack shows this in the time zone of your device."
"""The hint of a moment."""


def moment_input(
    field: str,
    label: str,
    *,
    initial: datetime | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> InputBlock:
    """Return a picker of date and time; Slack shows it in the zone of the person's own device."""
    at = None if initial is None else int(initial.timestamp())
    element = DateTimePickerElement(action_id=field, initial_date_time=at)
    return _input(field, label, element, optional=optional, hint=hint)


def time_input(field: str, label: str, *, initial: time, hint: str | None = None) -> InputBlock:
    """Return a picker for a time of day on whoever's own wall clock."""
    element = TimePickerElement(action_id=field, initial_time=f"{initial:%H:%M}")
    return _input(field, label, element, hint=hint)


def date_input(field: str, label: str, *, initial: date | None = None, hint: str | None = None) -> InputBlock:
    """Return a picker for a day, which may be left empty."""
    element = DatePickerElement(
        action_id=field, initial_date=None if initial is None else initial.isoformat()
    )
    return _input(field, label, element, optional=True, hint=hint)


def checkboxes(
    field: str,
    label: str,
    options: Mapping[str, str],
    *,
    chosen: Collection[str] = (),
    optional: bool = False,
) -> InputBlock:
    """Return boxes to tick, value to words; at most ten."""
    ticked = [_one(value, words) for value, words in options.items() if value in chosen]
    element = CheckboxesElement(action_id=field, options=_options(options), initial_options=ticked or None)
    return _input(field, label, element, optional=optional)


def _input(
    field: str,
    label: str,
    element: Any,
    *,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        element=element,
        hint=None if hint is None else PlainTextObject(text=hint),
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def _options(options: Mapping[str, str]) -> list[Option]:
    return [_one(value, words) for value, words in options.items()]


def _option(options: Mapping[str, str], chosen: str | None) -> Option | None:
    return None if chosen is None or chosen not in options else _one(chosen, options[chosen])


def _one(value: str, words: str) -> Option:
    words = words if len(words) <= LONGEST_OPTION else words[: LONGEST_OPTION - 1] + "…"
    return Option(value=value, text=plain(words))


# --- reading back


def text_of(values: Values, field: str) -> str:
    """Return what was typed, without control characters; empty if nothing was, or there is no such field."""
    typed = _entered(values, field).get("value")
    return clean(typed) if isinstance(typed, str) else ""


def secret_of(values: Values, field: str) -> Secret[str] | None:
    """Return what was typed as a secret, without blanks around it; None if that leaves nothing."""
    text = text_of(values, field).strip()
    return Secret(text) if text else None


def choice_of(values: Values, field: str) -> str | None:
    """Return the value of the chosen radio button or menu entry; None if none is."""
    option = _entered(values, field).get("selected_option")
    return str(option["value"]) if isinstance(option, Mapping) and "value" in option else None


def user_of(values: Values, field: str) -> str | None:
    """Return the Slack id of the person picked; None if nobody is."""
    user = _entered(values, field).get("selected_user")
    return user if isinstance(user, str) and user else None


def instant_of(values: Values, field: str) -> datetime | None:
    """Return the moment picked, aware and in UTC; None if none is.

    Raises:
        Refused: it is no moment that a calendar shows.
    """
    seconds = _entered(values, field).get("selected_date_time")
    if seconds is None:
        return None
    if not isinstance(seconds, int) or not EARLIEST <= seconds < LATEST:
        raise Refused("Please choose a date and a time.", at=field)
    return datetime.fromtimestamp(seconds, UTC)


def time_of(values: Values, field: str) -> time | None:
    """Return the time of day picked; None if none is, or it is none that a clock shows."""
    picked = _entered(values, field).get("selected_time")
    if not isinstance(picked, str) or not _CLOCK.fullmatch(picked):
        return None
    hours, _, minutes = picked.partition(":")
    return time(int(hours), int(minutes))


_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
"""Slack writes it so (docs.slack.dev/reference/block-kit/block-elements, time picker)."""


def date_of(values: Values, field: str) -> date | None:
    """Return the day picked; None if none is.

    Raises:
        Refused: it is none that a calendar shows.
    """
    picked = _entered(values, field).get("selected_date")
    if picked is None:
        return None
    try:
        day = date.fromisoformat(picked)
    except (TypeError, ValueError):
        day = date.min
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Refused("Please choose a day.", at=field)
    return day


def choices_of(values: Values, field: str) -> frozenset[str]:
    """Return the values of the boxes that are ticked."""
    options = _entered(values, field).get("selected_options")
    if not isinstance(options, list):
        return frozenset()
    return frozenset(
        str(option["value"]) for option in options if isinstance(option, Mapping) and "value" in option
    )


def number_of(values: Values, field: str, sentence: str) -> int:
    """Return the whole number that was typed.

    Raises:
        Refused: it is not one; with ``sentence``, at the field.
    """
    typed = text_of(values, field).strip()
    if not typed.isascii() or not typed.removeprefix("-").isdigit() or len(typed) > len("-99999"):
        raise Refused(sentence, at=field)
    return int(typed)


def edition(field: str, number: int) -> str:
    """Return another name for a field, so that Slack shows what the form says of it now and not what was typed before.

    An update keeps what was typed into an input that has the same ids (docs.slack.dev/reference/views/modal-views).
    """
    return f"{field}{_EDITION}{number}"


def field_of(block_id: str) -> str:
    """Return the field that an input is for, whatever its edition."""
    return block_id.partition(_EDITION)[0]


def has(values: Values, field: str) -> bool:
    """Tell whether the form has an input for a field."""
    return any(field_of(block_id) == field for block_id in values)


_EDITION = "."


def _entered(values: Values, field: str) -> Mapping[str, Any]:
    named = next((block_id for block_id in values if field_of(block_id) == field), field)
    return (values.get(named) or {}).get(named) or {}
