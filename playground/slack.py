"""The whole workspace, put together: state, Web API, Socket Mode, events, gestures, time."""

import asyncio
from dataclasses import dataclass
from typing import TypedDict

from playground.acting import Acting
from playground.clock import Clock
from playground.conversations import Conversations
from playground.events import Events
from playground.files import Files
from playground.gestures import Gestures
from playground.interactions import Interactions
from playground.manifest import App
from playground.messages import Messages
from playground.misbehaviour import Misbehaviour
from playground.passing_time import PassingTime
from playground.rates import HUNDREDS, TIER_3, TIER_4, Rates
from playground.response_urls import ResponseUrls
from playground.scheduled import Scheduled
from playground.socket_mode import Connections
from playground.triggers import Triggers
from playground.uploads import Uploads
from playground.users import Users
from playground.validating import validate
from playground.views import Views
from playground.web_api import Method, WebApi
from playground.workspace import Json, State, Workspace


@dataclass(frozen=True)
class Limits:
    """Real seconds to ack in and for a trigger id to live (interactivity/handling-user-interaction: 3 each).

    The third is ours: how long an app may take to become idle before a move of the clock fails.
    """

    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    settle_seconds: float = 20.0


class Ways(TypedDict):
    """The ways back that a gesture opens for the app."""

    triggers: Triggers
    response_urls: ResponseUrls


class Slack:
    """Wires the parts; made and used on the server's loop."""

    def __init__(
        self, app: App, state: State, clock: Clock, url: str, *, rates: bool, limits: Limits
    ) -> None:
        self.url = url
        self.workspace = Workspace(app, state, clock, url)
        self.misbehaviour = Misbehaviour()
        websocket_url = url.replace("http://", "ws://")
        self.connections = Connections(self.workspace, self.misbehaviour, websocket_url, limits.ack_seconds)
        self.events = Events(self.workspace, self.connections)
        self.triggers = Triggers(clock, limits.trigger_seconds)
        self.messages = Messages(self.workspace, self.events)
        self.files = Files(self.workspace, self.messages)
        self.uploads = Uploads(self.workspace, self.misbehaviour, self.files)
        self.users = Users(self.workspace, url)
        self.views = Views(self.workspace, self.triggers)
        self.response_urls = ResponseUrls(self.workspace, self.messages, url)
        acting = Acting(self.workspace, self.connections)
        ways: Ways = {"triggers": self.triggers, "response_urls": self.response_urls}
        self.gestures = Gestures(self.workspace, acting, self.connections, self.events, **ways)
        self.interactions = Interactions(self.workspace, acting, self.connections, self.views, **ways)
        self.scheduled = Scheduled(self.workspace, self.messages)
        self.time = PassingTime(
            self.workspace, self.connections, self.events, self.scheduled, patience=limits.settle_seconds
        )
        self.web_api = WebApi(
            self.workspace, self.misbehaviour, Rates(clock.monotonic, on=rates), self._methods()
        )
        self.stopping = asyncio.Event()

    def _methods(self) -> dict[str, Method]:
        """Return the method table: scopes and tiers from each method's page on docs.slack.dev."""
        conversations = Conversations(self.workspace)
        return {
            "auth.test": Method(self.users.auth_test, None, HUNDREDS),
            "apps.connections.open": Method(self._open_connection, None, TIER_3, kind="app"),
            "chat.postMessage": Method(self.messages.post, "chat:write", None),
            "chat.postEphemeral": Method(self.messages.post_ephemeral, "chat:write", TIER_4),
            "chat.update": Method(self.messages.update, "chat:write", TIER_3),
            "chat.delete": Method(self.messages.delete, "chat:write", TIER_3),
            "chat.scheduleMessage": Method(self.scheduled.schedule, "chat:write", TIER_3),
            "chat.scheduledMessages.list": Method(self.scheduled.list, None, TIER_3),
            "chat.deleteScheduledMessage": Method(self.scheduled.delete, "chat:write", TIER_3),
            "blocks.validate": Method(validate, None, HUNDREDS),
            "conversations.open": Method(conversations.open, "im:write", TIER_3),
            "conversations.history": Method(conversations.history, "im:history", TIER_3),
            "files.getUploadURLExternal": Method(self.files.get_upload_url, "files:write", TIER_4),
            "files.completeUploadExternal": Method(self.files.complete, "files:write", TIER_4),
            "files.delete": Method(self.files.delete, "files:write", TIER_3),
            "users.info": Method(self.users.info, "users:read", TIER_4),
            "views.open": Method(self.views.open, None, TIER_4),
            "views.push": Method(self.views.push, None, TIER_4),
            "views.update": Method(self.views.update, None, TIER_4),
            "views.publish": Method(self.views.publish, None, TIER_4),
        }

    def _open_connection(self, _: object) -> Json:
        return {"ok": True, "url": self.connections.new_url()}

    async def deactivate(self, user: str) -> None:
        """Deactivate a person's account; ``user_change`` tells the app, if it subscribed."""
        person = self.workspace.state.people[user]
        person.deleted = True
        self._tell_of_change(user)

    async def reactivate(self, user: str) -> None:
        """Give a person's account back."""
        self.workspace.state.people[user].deleted = False
        self._tell_of_change(user)

    def _tell_of_change(self, user: str) -> None:
        state = self.workspace.state
        now = self.workspace.clock.time()
        shown = self.users.user(state.people[user]) | {"locale": state.people[user].locale}
        times = {"cache_ts": int(now), "event_ts": f"{now:.6f}"}
        self.events.emit("user_change", {"type": "user_change", "user": shown, **times})
        self.workspace.changed()

    async def revoke_token(self, error: str = "account_inactive") -> None:
        """Make every call with the bot token fail with ``error``; ``tokens_revoked`` tells the app."""
        state = self.workspace.state
        state.token_error = error
        tokens = {"oauth": [], "bot": [state.bot_user_id]}
        ts = f"{self.workspace.clock.time():.6f}"
        self.events.emit("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens, "event_ts": ts})
        self.workspace.changed()

    async def restore_token(self) -> None:
        """Let the bot token work again."""
        self.workspace.state.token_error = None
        self.workspace.changed()

    async def withhold_scope(self, scope: str) -> None:
        """Let the app go without an optional scope, as if whoever installed it had left that out.

        Raises:
            ValueError: the app cannot be installed without it.
        """
        if scope not in self.workspace.app.optional_scopes:
            raise ValueError(f"{scope!r} is not among the manifest's bot_optional.")
        await self.grant_scope(scope)
        self.workspace.state.withheld_scopes.append(scope)

    async def grant_scope(self, scope: str) -> None:
        """Give an optional scope back."""
        state = self.workspace.state
        state.withheld_scopes = [other for other in state.withheld_scopes if other != scope]
        self.workspace.changed()

    async def stop(self) -> None:
        """End what is under way: websockets, deliveries, long polls."""
        self.stopping.set()
        await self.web_api.stop()
        await self.events.stop()
        await self.connections.stop()
