"""What Slack makes of the characters a person types.

Source: docs.slack.dev/messaging/formatting-message-text, "Escaping text" and "Retrieving messages".
"""

import re

from playground.workspace import Json, Workspace

# A person's handle after @, or an address.
SPECIAL = re.compile(
    r"(?<![\w@])@(?P<name>[A-Za-z0-9][\w.-]*\w|\w)|(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)])"
)


def escaped(text: str) -> str:
    """Return ``text`` with the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Return ``text`` as a person reads it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def pieces(workspace: Workspace, text: str) -> list[Json]:
    """Return ``text`` as rich text elements: runs of text, addresses, and people mentioned as ``@name``."""
    names = {person.name: person.id for person in workspace.state.people.values()}
    found: list[Json] = []
    end = 0
    for match in SPECIAL.finditer(text):
        if match["url"] or match["name"] in names:
            found += _run(text[end : match.start()])
            link = {"type": "link", "url": match["url"]}
            found.append(link if match["url"] else {"type": "user", "user_id": names[match["name"]]})
            end = match.end()
    return found + _run(text[end:])


def _run(text: str) -> list[Json]:
    return [{"type": "text", "text": text}] if text else []


def message_text(workspace: Workspace, text: str) -> str:
    """Return a typed message as ``text`` carries it: escaped, with ``<@U…>`` for mentions."""
    return _written(workspace, text, named=False)


def command_text(workspace: Workspace, text: str, *, should_escape: bool) -> str:
    """Return a slash command's ``text``; with ``should_escape`` mentions are ``<@U…|name>``."""
    return _written(workspace, text, named=True) if should_escape else text


def _written(workspace: Workspace, text: str, *, named: bool) -> str:
    written = ""
    for piece in pieces(workspace, text):
        if piece["type"] == "text":
            written += escaped(piece["text"])
        elif piece["type"] == "link":
            written += f"<{escaped(piece['url'])}>"
        else:
            person = workspace.state.people[piece["user_id"]]
            written += f"<@{person.id}|{person.name}>" if named else f"<@{person.id}>"
    return written
