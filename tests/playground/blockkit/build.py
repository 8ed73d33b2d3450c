"""Blocks in few words, for the tables of the tests."""

from typing import Any


def plain(text: str = "x") -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "1", text: str = "One", **more: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **more}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(), **fields}


def accessory(**fields: Any) -> list[dict[str, Any]]:
    return [section(accessory=fields)]


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [*elements]}]


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), **fields}


def asks(element: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    return [{"type": "input", "label": plain("Purpose"), "element": element, **fields}]


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [*elements]}]


def written(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return rich({"type": "rich_text_section", "elements": [*parts]})


def table(*rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"type": "table", "rows": [*rows], **fields}


def cell(text: str = "x") -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No")}
ONE, TWO = option("1", "One"), option("2", "Two")
IMAGE = {"type": "image", "alt_text": "A cup of tea"}
URL = "https://a.example/tea.png"
HIDDEN = {"type": "plain_text_input"}
