"""What a person reads: layouts and Slack's markup turned into the words on the screen.

Markup: docs.slack.dev/messaging/formatting-message-text; date tokens in its section "Date formatting".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from playground.elements import all_blocks, content_of
from playground.typed_text import unescaped
from playground.workspace import Json, Person

ANGLE = re.compile(r"<([^<>]+)>")
STYLED = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)")
DATE_TOKEN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Reader:
    """Who reads, where: names of the people around, and the zone of the reader's device."""

    people: Mapping[str, Person]
    tz: str
    now: datetime

    def plain(self, mrkdwn: str) -> str:
        """Return marked-up text as it reads on the screen."""
        shown = ANGLE.sub(lambda match: self._angle(match[1]), mrkdwn)
        return unescaped(STYLED.sub(r"\2", shown))

    def _angle(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("!date^"):
            return self.date(*target.split("^")[1:3], fallback=label)
        if target.startswith("@"):
            return "@" + self.name(target[1:])
        if target.startswith("!"):
            return label or "@" + target[1:]
        return label or target.removeprefix("mailto:")

    def name(self, user: str) -> str:
        """Return a person's name, or the id of somebody unknown."""
        person = self.people.get(user)
        return person.real_name if person else user

    def date(self, unix: str, form: str, *, fallback: str = "") -> str:
        """Return a date token's text in the reader's zone, or its fallback where it is malformed."""
        if not unix.isdecimal():
            return fallback
        moment = datetime.fromtimestamp(int(unix), ZoneInfo(self.tz or "Etc/UTC"))
        return DATE_TOKEN.sub(lambda match: _date_part(match[1], moment, self.now) or match[0], form)

    def words(self, blocks: list[Json], values: Mapping[str, Json]) -> str:
        """Return everything readable in ``blocks``, a line for each piece."""
        lines = [
            line
            for block in all_blocks(blocks)
            for line in self._block(block, values.get(block["block_id"], {}))
        ]
        return "\n".join(line for line in lines if line)

    def _block(self, block: Json, values: Json) -> Iterator[str]:
        if block.get("type") == "markdown":
            yield block["text"]
            return
        if block.get("type") == "carousel":
            return  # its cards are read one by one
        if block.get("type") == "image":
            yield block["alt_text"]
        for key in (
            "title",
            "rich_text_title",
            "subtitle",
            "label",
            "text",
            "fields",
            "elements",
            "element",
            "accessory",
            "hint",
            "rows",
            "body",
            "subtext",
            "actions",
            "positive_button",
            "negative_button",
        ):
            if key in block:
                yield from self._node(block[key], values)

    def _node(self, node: Any, values: Json) -> Iterator[str]:
        if isinstance(node, list):
            for item in node:
                yield from self._node(item, values)
        elif isinstance(node, dict):
            kind = str(node.get("type", ""))
            reading = self._readings.get(kind)
            if reading is not None:
                yield reading(node)
            elif node.get("action_id") in values:
                yield from self._filled(node, values[node["action_id"]])
            else:
                yield from self._block(node, values)

    @cached_property
    def _readings(self) -> dict[str, Callable[[Json], str]]:
        return {
            "plain_text": lambda node: str(node["text"]),
            "raw_text": lambda node: str(node["text"]),
            "raw_number": lambda node: str(node["text"]),
            "mrkdwn": lambda node: self.plain(node["text"]),
            "rich_text_section": self._rich,
            "rich_text_quote": self._rich,
            "rich_text_preformatted": self._rich,
            "overflow": lambda _: "",
        }

    def _rich(self, section: Json) -> str:
        return "".join(self._rich_piece(piece) for piece in section["elements"])

    def _rich_piece(self, piece: Json) -> str:
        match piece["type"]:
            case "user":
                return "@" + self.name(piece["user_id"])
            case "link":
                return str(piece.get("text") or piece["url"])
            case "emoji":
                return f":{piece['name']}:"
            case "broadcast":
                return f"@{piece['range']}"
            case "date":
                return self.date(str(piece["timestamp"]), piece["format"], fallback=piece.get("fallback", ""))
        return str(piece.get("text", ""))

    def _filled(self, element: Json, entry: Json) -> Iterator[str]:
        if element["type"] in ("radio_buttons", "checkboxes"):
            for option in element["options"]:
                yield from self._node(option["text"], {})
                yield from self._node(option.get("description"), {})
            return
        content = self.held(entry)
        if content:
            yield content if isinstance(content, str) else ", ".join(map(str, content))
        elif "placeholder" in element:
            yield element["placeholder"]["text"]

    def held(self, entry: Json) -> Any:
        """Return what an input holds in readable form: a text, a list of texts, or None."""
        content = content_of(entry)
        if entry["type"] == "rich_text_input" and content:
            return "\n".join(self._node(content["elements"], {}))
        if isinstance(content, dict):
            return content["text"]["text"]
        if isinstance(content, list):
            return [one["text"]["text"] if isinstance(one, dict) else self.name(one) for one in content]
        if entry["type"] == "users_select" and content:
            return self.name(content)
        if entry["type"] == "datetimepicker" and content:
            moment = datetime.fromtimestamp(content, ZoneInfo(self.tz or "Etc/UTC"))
            return moment.strftime("%Y-%m-%d %H:%M")
        return content


def _date_part(token: str, moment: datetime, now: datetime) -> str | None:
    day, month = moment.strftime("%d").lstrip("0"), moment.strftime("%B")
    short, long = (
        f"{month[:3]} {day}, {moment.year}",
        f"{moment.strftime('%A')}, {month} {day}, {moment.year}",
    )
    plain = f"{month} {day}, {moment.year}"
    clock = moment.strftime("%I:%M %p").lstrip("0")
    return {
        "date_num": moment.strftime("%Y-%m-%d"),
        "date": plain,
        "date_short": short,
        "date_long": long,
        "date_pretty": _pretty(moment, now) or plain,
        "date_short_pretty": _pretty(moment, now) or short,
        "date_long_pretty": _pretty(moment, now) or long,
        "date_long_full": long,
        "day_divider_pretty": _pretty(moment, now) or long,
        "time": clock,
        "time_secs": moment.strftime("%I:%M:%S %p").lstrip("0"),
    }.get(token)


def _pretty(moment: datetime, now: datetime) -> str | None:
    days = (moment.date() - now.astimezone(moment.tzinfo).date()) // timedelta(days=1)
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
