"""What people do outside layouts: slash commands, messages, tabs.

Each gesture returns None once the app has acked, or the error that the person was shown.
"""

import uuid

from playground import payloads
from playground.acting import DISPATCH_FAILED, Acting
from playground.errors import GestureError, SlackError
from playground.events import Events
from playground.response_urls import ResponseUrls
from playground.socket_mode import Connections, NotDeliveredError
from playground.triggers import Triggers
from playground.typed_text import command_text, message_text, pieces
from playground.workspace import Json, Message, Workspace


class Gestures:
    """Typing to the app, and opening its tabs."""

    def __init__(
        self,
        workspace: Workspace,
        acting: Acting,
        connections: Connections,
        events: Events,
        *,
        triggers: Triggers,
        response_urls: ResponseUrls,
    ) -> None:
        self._workspace = workspace
        self._acting = acting
        self._connections = connections
        self._events = events
        self._triggers = triggers
        self._response_urls = response_urls

    async def command(self, user: str, typed: str) -> str | None:
        """Type a slash command, such as ``/echo hello``, in the DM with the app."""
        person, pane = self._acting.begin(user)
        name, _, text = typed.strip().partition(" ")
        pane.draft = ""
        self._workspace.changed()
        command = self._workspace.app.command(name)
        if command is None:
            return self._acting.notice(pane, f"{name} is not a valid command.", "invalid_command")
        written = command_text(self._workspace, text.strip(), should_escape=command.should_escape)
        payload = payloads.slash_command(self._workspace, person, name, written)
        way, payload["response_url"] = self._response_urls.give(user)
        payload["trigger_id"] = self._triggers.give(user)
        try:
            answer = await self._connections.deliver("slash_commands", payload)
            if answer:
                self._response_urls.answer(way, answer)
        except NotDeliveredError:
            failure = DISPATCH_FAILED
        except SlackError:
            failure = "invalid_command_response"
        else:
            return None
        return self._acting.notice(pane, f"{name} failed with the error “{failure}”", failure)

    async def say(self, user: str, text: str) -> str | None:
        """Write a message to the app in its Messages tab; one that begins with a slash is a command there too."""
        if text.lstrip().startswith("/"):
            return await self.command(user, text)
        person, pane = self._acting.begin(user)
        app = self._workspace.app
        if not app.messages_tab or app.messages_tab_read_only:
            raise GestureError("Sending messages to this app has been turned off.")
        if not text.strip():
            raise GestureError("There is nothing to send.")
        message = Message(
            ts=self._workspace.next_ts(),
            channel=pane.channel,
            user=person.id,
            text=message_text(self._workspace, text),
            blocks=payloads.rich_text(pieces(self._workspace, text)),
            client_msg_id=str(uuid.uuid4()),
        )
        self._workspace.messages(pane.channel).append(message)
        pane.draft = ""
        self._workspace.changed()
        shown = payloads.message(self._workspace, message)
        inner = {**shown, "channel": pane.channel, "event_ts": message.ts, "channel_type": "im"}
        await self._events.tell("message.im", inner)
        return None

    async def tab(self, user: str, tab: str) -> str | None:
        """Open the app's Home or Messages tab."""
        _, pane = self._acting.begin(user)
        app = self._workspace.app
        if not {"home": app.home_tab, "messages": app.messages_tab}.get(tab, False):
            raise GestureError(f"The app has no {tab} tab.")
        pane.tab = tab
        pane.unread = 0 if tab == "messages" else pane.unread
        self._workspace.changed()
        inner: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": pane.channel,
            "event_ts": f"{self._workspace.clock.time():.6f}",
            "tab": tab,
        }
        home = self._workspace.home(user)
        if home is not None and tab == "home":
            inner["view"] = payloads.view(self._workspace, home)
        await self._events.tell("app_home_opened", inner)
        return None

    def refused(self, user: str, sentence: str) -> None:
        """Show the person why what they tried could not be done."""
        pane = self._workspace.state.panes.get(user)
        if pane is not None:
            self._acting.notice(pane, sentence, "")

    async def write_draft(self, user: str, text: str) -> str | None:
        """Type in the message box without sending."""
        self._acting.begin(user)[1].draft = text
        self._workspace.changed()
        return None

    async def dismiss(self, user: str) -> str | None:
        """Take Slack's own notice away."""
        self._acting.begin(user)
        self._workspace.changed()
        return None
