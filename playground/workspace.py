"""The workspace's state: people, their panes, messages, views, tokens.

Everything here is touched on the server's loop alone; that loop is the one lock.
"""

import secrets
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from playground.clock import Clock
from playground.errors import SlackError
from playground.manifest import App
from playground.signals import Signal

Json = dict[str, Any]
Hear = Callable[[str, Json, Json], None]
"""Hears what the app said: by which way (a method, ``ack`` or ``response_url``), the whole of it, and Slack's answer."""

ID_LETTERS = string.ascii_uppercase + string.digits


class Person(BaseModel):
    """A member of the workspace. ``tz`` is an IANA zone, or empty where Slack knows none; ``locale`` their language."""

    id: str = ""
    name: str
    real_name: str
    title: str = ""
    tz: str = "Etc/UTC"
    locale: str = "en-US"
    deleted: bool = False
    is_bot: bool = False


class Message(BaseModel):
    """A message in a DM with the app. ``ephemeral`` ones are seen but not kept by Slack's history."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = []
    by_app: bool = False
    ephemeral: bool = False
    edited: str | None = None
    thread_ts: str | None = None
    client_msg_id: str | None = None
    metadata: Json | None = None
    values: dict[str, Json] = {}
    files: list[str] = []


class File(BaseModel):
    """A file of the app on its way from ``upload_key``, where its ``content`` is to come, to ``completed`` and ``deleted``."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    id: str
    name: str
    title: str
    length: int
    created: int
    upload_key: str | None
    alt_text: str = ""
    content: bytes | None = None
    completed: bool = False
    deleted: bool = False


class View(BaseModel):
    """A modal or Home as the app last drew it, with what was typed so far in ``values``.

    ``answers`` counts the submissions that came to an end, however they did: what is submitted after that is another one.
    """

    id: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, Json] = {}
    errors: dict[str, str] = {}
    answers: int = 0

    @property
    def external_id(self) -> str:
        """The app's own identifier of the view, or the empty string."""
        return str(self.content.get("external_id") or "")


class Pane(BaseModel):
    """What one person has before them. ``stack`` holds the open modals' ids, the visible one last."""

    channel: str
    tab: str = "messages"
    notice: str | None = None
    unread: int = 0
    draft: str = ""
    stack: list[str] = []
    home: str | None = None
    busy: dict[str, str] = Field(default_factory=dict, exclude=True)


@dataclass(frozen=True)
class Spot:
    """Where an interactive element stands: in a view or in a message."""

    block_id: str
    action_id: str
    view_id: str | None = None
    message_ts: str | None = None


class ResponseUrl(BaseModel):
    """A way back to a gesture: 5 uses within 30 minutes (interactivity/handling-user-interaction)."""

    user: str
    channel: str
    message_ts: str | None
    expires: float
    uses: int = 0


class Redelivery(BaseModel):
    """An event that was not acked; ``attempt`` is the retry that goes out at ``due`` (Unix seconds)."""

    payload: Json
    attempt: int
    reason: str
    due: float


class ScheduledMessage(BaseModel):
    """A message to be posted at ``post_at`` (Unix seconds)."""

    id: str
    channel: str
    post_at: int
    created: int
    text: str
    blocks: list[Json]
    metadata: Json | None


class State(BaseModel):
    """All that a restart must bring back."""

    team_id: str
    team_domain: str
    team_name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    bot_token: str
    app_token: str
    verification_token: str
    token_error: str | None = None
    withheld_scopes: list[str] = []
    people: dict[str, Person] = {}
    panes: dict[str, Pane] = {}
    messages: dict[str, list[Message]] = {}
    views: dict[str, View] = {}
    response_urls: dict[str, ResponseUrl] = {}
    redeliveries: list[Redelivery] = []
    scheduled: list[ScheduledMessage] = []
    files: dict[str, File] = {}
    last_ts: float = 0.0
    offset: float = 0.0


DEFAULT_PEOPLE = (
    Person(
        name="tom", real_name="Tom Reed", title="Engineering director", tz="Europe/London", locale="en-GB"
    ),
    Person(name="anna", real_name="Anna Bright", title="Product lead", tz="America/New_York"),
    Person(name="maya", real_name="Maya Okafor", title="Designer", tz="Europe/Berlin", locale="de-DE"),
    Person(
        name="old.bob", real_name="Bob Old", title="Analyst", tz="Europe/London", locale="en-GB", deleted=True
    ),
)


def new_id(prefix: str) -> str:
    """Return an identifier like Slack's: a letter that tells the kind, then ten characters."""
    return prefix + "0" + "".join(secrets.choice(ID_LETTERS) for _ in range(9))


def _twelve_digits() -> int:
    """A number as it stands in a token: always of one length, so that tokens are too."""
    return 10**11 + secrets.randbelow(9 * 10**11)


def new_state(app: App, people: Sequence[Person]) -> State:
    """Return a new workspace with the app installed, its tokens, and ``people``."""
    bot_user_id = new_id("U")
    state = State(
        team_id=new_id("T"),
        team_domain="playground",
        team_name="Playground",
        app_id=new_id("A"),
        bot_id=new_id("B"),
        bot_user_id=bot_user_id,
        bot_token=f"xoxb-{_twelve_digits()}-{_twelve_digits()}-{secrets.token_hex(12)}",
        app_token=f"xapp-1-{new_id('A')}-{_twelve_digits()}-{secrets.token_hex(32)}",
        verification_token=secrets.token_hex(12),
    )
    bot_name = app.name.lower().replace(" ", "_")
    bot = Person(id=bot_user_id, name=bot_name, real_name=app.name, is_bot=True)
    for person in (*people, bot):
        known = person.model_copy(update={"id": person.id or new_id("U")})
        state.people[known.id] = known
        if not known.is_bot:
            state.panes[known.id] = Pane(channel=new_id("D"))
    return state


class Workspace:
    """The state with its look-ups, served at ``url``; ``changed`` tells whoever watches."""

    def __init__(self, app: App, state: State, clock: Clock, url: str = "") -> None:
        self.app = app
        self.url = url
        self.state = state
        self.clock = clock
        self.revision = 0
        self.change = Signal()
        self.on_change: Callable[[], None] = lambda: None
        self.overheard: Hear = lambda _way, _said, _answer: None

    def changed(self) -> None:
        """Count a change and wake the watchers."""
        self.revision += 1
        self.change.send()
        self.on_change()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that the app was granted: all that its manifest asks for but optional ones withheld."""
        withheld = self.app.optional_scopes.intersection(self.state.withheld_scopes)
        return tuple(scope for scope in self.app.scopes if scope not in withheld)

    def missing_scope(self, needed: str) -> SlackError:
        """Return the refusal of a call that needs a scope which the app has not got."""
        return SlackError("missing_scope", needed=needed, provided=",".join(self.scopes))

    def person(self, user: str) -> Person | None:
        """Return the person with this id, bots and deactivated people included, or None."""
        return self.state.people.get(user)

    def owner(self, channel: str) -> str | None:
        """Return whose DM with the app ``channel`` is, or None."""
        return next((user for user, pane in self.state.panes.items() if pane.channel == channel), None)

    def messages(self, channel: str) -> list[Message]:
        """Return the channel's messages, oldest first, ephemeral ones among them."""
        return self.state.messages.setdefault(channel, [])

    def message(self, channel: str, ts: str) -> Message | None:
        """Return the message at ``ts``, or None."""
        return next((message for message in self.messages(channel) if message.ts == ts), None)

    def stack(self, user: str) -> list[View]:
        """Return the open modals of ``user``, the visible one last."""
        return [self.state.views[view] for view in self.state.panes[user].stack]

    def home(self, user: str) -> View | None:
        """Return the person's Home as last published, or None."""
        view = self.state.panes[user].home
        return self.state.views[view] if view else None

    def open_views(self) -> Iterator[View]:
        """Yield every view that somebody can see or return to."""
        yield from self.state.views.values()

    def close_view(self, view: View) -> None:
        """Take a modal off its stack and forget it."""
        self.state.panes[view.user].stack.remove(view.id)
        del self.state.views[view.id]

    def next_ts(self) -> str:
        """Return a message time on the workspace's clock, later than every earlier one."""
        self.state.last_ts = max(self.clock.time(), self.state.last_ts + 0.000002)
        return f"{self.state.last_ts:.6f}"

    def dm_of(self, channel: str) -> str:
        """Return the DM that ``channel`` names: by its id, or by a person's (chat.postMessage, "channels").

        Raises:
            SlackError: ``channel_not_found``.
        """
        if channel in self.state.panes:
            return self.state.panes[channel].channel
        if self.owner(channel) is None:
            raise SlackError("channel_not_found")
        return channel
