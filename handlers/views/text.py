"""Words on Slack's surface: people's own texts drawn as they are, moments in their zones, buttons that say what they do.

Names and everything that people wrote are drawn as ``plain_text`` or ``rich_text``, never mrkdwn, so that ``<!channel>`` or ``*`` in
them stays what it is (docs.slack.dev/messaging/formatting-message-text).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from handlers.ids import Action
from mentoring.people import Person
from mentoring.secret import Secret

LONGEST_BUTTON = 75
"""Characters on a button and in its label for screen readers (docs.slack.dev/reference/block-kit/block-elements/button-element)."""
LONGEST_NAME = 60
"""Characters of a name that a sentence or button has room for."""

# Unicode's categories Cc and Cs, but for tab and line feed; and what turns the direction of the text around it: U+202A to U+202E
# and U+2066 to U+2069 (Unicode Standard Annex 9).
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Message:
    """A message of the bot's. ``text`` says the whole of it for notifications and screen readers, unescaped.

    ``fades_at`` is when an Undo in it goes away, so that it is drawn again then. ``unsettled``: it may still come to read otherwise,
    though it offers nothing and nobody knows when. ``introduces``: it says who is writing, to someone who may not know. ``file`` is
    what it brings along.
    """

    text: str
    blocks: Sequence[Block]
    fades_at: datetime | None = None
    unsettled: bool = False
    introduces: bool = False
    file: "File | None" = None


@dataclass(frozen=True)
class File:
    """A file that a message brings; ``instead`` is the message that is sent if Slack does not take the file."""

    name: str
    title: str
    content: bytes = field(repr=False)
    instead: Message


def clean(text: str) -> str:
    """Return the text without control characters (line breaks stay) and without marks that turn its surroundings around."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n"))


def escaped(text: str) -> str:
    """Return the text with Slack's three control characters escaped, for a message's top-level ``text``."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> PlainTextObject:
    """Return the text as Slack's ``plain_text``."""
    return PlainTextObject(text=clean(text))


def name(person: Person) -> str:
    """Return what the pair calls someone, fit for a sentence."""
    return _fitting(clean(person.name).split()[:1])


def full_name(person: Person) -> str:
    """Return someone's whole name, fit for a sentence."""
    return _fitting(clean(person.name).split())


def _fitting(words: list[str]) -> str:
    named = " ".join(words) or "Someone"
    return named if len(named) <= LONGEST_NAME else named[: LONGEST_NAME - 1] + "…"


def capital(text: str) -> str:
    """Return the text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def paragraph(text: str, *, heading: str | None = None) -> RichTextBlock:
    """Return a paragraph of ours, under a bold heading if one is given; what stands in backticks is drawn as typed text."""
    parts = [] if heading is None else [_bold(f"{heading}\n")]
    for place, piece in enumerate(_CODE.split(clean(text))):
        if piece:
            parts.append(RichTextElementParts.Text(text=piece, style={"code": True} if place % 2 else None))
    return RichTextBlock(elements=[RichTextSectionElement(elements=parts)])


def side_by_side(heading: str, *lines: tuple[str, str]) -> RichTextBlock:
    """Return lines of ours under a bold heading, each after its label in bold; an empty label is none."""
    parts = [_bold(f"{heading}\n")]
    for place, (label, text) in enumerate(lines):
        last = place == len(lines) - 1
        parts += [_bold(f"{label}: ")] if label else []
        parts.append(RichTextElementParts.Text(text=clean(text) if last else f"{clean(text)}\n"))
    return RichTextBlock(elements=[RichTextSectionElement(elements=parts)])


def _bold(text: str) -> RichTextElementParts.Text:
    return RichTextElementParts.Text(text=text, style={"bold": True})


def small(text: str) -> ContextBlock:
    """Return a line in small print."""
    return ContextBlock(elements=[plain(text)])


def quote(secret: Secret[str]) -> list[Block]:
    """Return what a person wrote, as a quotation."""
    return [
        RichTextBlock(
            elements=[
                RichTextQuoteElement(elements=[RichTextElementParts.Text(text=clean(secret.reveal()) or "…")])
            ]
        )
    ]


def button(
    label: str,
    action: Action | str,
    value: str,
    *,
    style: str | None = None,
    label_for_readers: str | None = None,
) -> ButtonElement:
    """Return a button; ``label_for_readers`` is what a screen reader says where the label alone would be unclear."""
    return ButtonElement(
        text=PlainTextObject(text=_short(label)),
        action_id=str(action),
        value=value,
        style=style,
        accessibility_label=_short(label_for_readers or label),
    )


def _short(label: str) -> str:
    label = clean(label)
    return label if len(label) <= LONGEST_BUTTON else label[: LONGEST_BUTTON - 1] + "…"


def city(zone: ZoneInfo) -> str:
    """Return the city that a zone is named after; "UTC" stays."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def when(moment: datetime, *people: Person) -> str:
    """Return a moment with weekday and zone, in each one's zone where they differ, the first one's first.

    "Tuesday 1 December, 16:30 in London · 11:30 in New York".
    """
    clocks: dict[datetime, list[str]] = {}
    for person in people:
        cities = clocks.setdefault(moment.astimezone(person.zone).replace(tzinfo=None), [])
        if city(person.zone) not in cities:
            cities.append(city(person.zone))
    shown: list[str] = []
    first = next(iter(clocks))
    for local, cities in clocks.items():
        date = f"{local:%A} {local.day} {local:%B}, " if local.date() != first.date() or not shown else ""
        shown.append(f"{date}{local:%H:%M} {_in(cities)}")
    return " · ".join(shown)


def _in(cities: list[str]) -> str:
    return cities[0] if cities == ["UTC"] else f"in {' and '.join(cities)}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return a date without its year, as it is in ``zone``: "7 December"."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}"


def date(moment: datetime, zone: ZoneInfo) -> str:
    """Return a date with its year, as it is in ``zone``: "7 December 2026"."""
    return f"{day(moment, zone)} {moment.astimezone(zone).year}"


def zone_unknown(person: Person) -> str | None:
    """Return the sentence that explains UTC to someone whose zone Slack does not tell; None if it does, or was not asked yet."""
    return (
        None
        if person.zone_known or person.checked_at is None
        else "Slack doesn't tell me your time zone, so your times are in UTC."
    )
