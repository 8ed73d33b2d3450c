"""What people do, and what Slack then sends to the app and shows to them.

Each gesture returns None once the app has acked, or the error that the person was shown.
"""

import re
import uuid
from typing import Any

from playground import payloads
from playground.elements import STATE_KEYS, filled, find_element, options_of
from playground.errors import GestureError, SlackError
from playground.events import Events
from playground.response_urls import ResponseUrls
from playground.socket_mode import Connections, Envelope, NotDeliveredError
from playground.triggers import Triggers
from playground.typed_text import command_text, message_text, pieces
from playground.validation import refusals
from playground.views import Views
from playground.workspace import Json, Message, Pane, Person, View, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
FAILURES = {"connection_failed": "dispatch_failed", "timeout": "operation_timeout"}


class Gestures:
    """Everything that a person can do in this workspace."""

    def __init__(
        self,
        workspace: Workspace,
        connections: Connections,
        events: Events,
        triggers: Triggers,
        response_urls: ResponseUrls,
        views: Views,
    ) -> None:
        self._workspace = workspace
        self._connections = connections
        self._events = events
        self._triggers = triggers
        self._response_urls = response_urls
        self._views = views

    async def command(self, user: str, typed: str) -> str | None:
        """Type a slash command, such as ``/echo hello``, in the DM with the app."""
        person, pane = self._acting(user)
        name, _, text = typed.strip().partition(" ")
        command = self._workspace.app.command(name)
        if command is None:
            return self._notice(pane, f"{name} is not a valid command.", "invalid_command")
        written = command_text(self._workspace, text.strip(), should_escape=command.should_escape)
        payload = payloads.slash_command(self._workspace, person, name, written)
        way, payload["response_url"] = self._response_urls.give(user)
        payload["trigger_id"] = self._triggers.give(user)
        try:
            answer = await self._connections.deliver("slash_commands", payload)
            if answer:
                self._response_urls.answer(way, answer)
        except NotDeliveredError as error:
            failure = FAILURES[error.reason]
        except SlackError:
            failure = "invalid_command_response"
        else:
            return None
        return self._notice(pane, f"{name} failed with the error “{failure}”", failure)

    async def say(self, user: str, text: str) -> str | None:
        """Write a message to the app in its Messages tab."""
        person, pane = self._acting(user)
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
        await self._event("message.im", inner)
        return None

    async def tab(self, user: str, tab: str) -> str | None:
        """Open the app's Home or Messages tab."""
        _, pane = self._acting(user)
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
        await self._event("app_home_opened", inner)
        return None

    async def act(
        self,
        user: str,
        block_id: str,
        action_id: str,
        value: Any,
        *,
        view_id: str | None,
        message_ts: str | None,
    ) -> str | None:
        """Click a button, choose from an overflow menu, or use a select outside an input block."""
        person, pane = self._acting(user)
        surface = self._surface(user, view_id, message_ts)
        block, element = find_element(_blocks(surface), block_id, action_id)
        if element["type"] == "button" or (
            element["type"] not in STATE_KEYS and element["type"] != "overflow"
        ):
            entry = None
        elif element["type"] == "overflow":
            chosen = next((option for option in options_of(element) if option.get("value") == value), None)
            if chosen is None:
                raise GestureError(f"There is no option {value!r}.")
            entry = {"type": "overflow", "selected_option": chosen}
        else:
            entry = filled(element, value)
            surface.values[block_id][action_id] = entry
        return await self._block_actions(
            person, pane, surface, payloads.action(self._workspace, block, element, entry)
        )

    async def fill(
        self,
        user: str,
        block_id: str,
        action_id: str,
        value: Any,
        *,
        view_id: str | None,
        message_ts: str | None,
        enter: bool = False,
    ) -> str | None:
        """Type or choose in an input block; it is told to the app only if the block has ``dispatch_action``."""
        person, pane = self._acting(user)
        surface = self._surface(user, view_id, message_ts)
        block, element = find_element(_blocks(surface), block_id, action_id)
        entry = filled(element, value)
        surface.values[block_id][action_id] = entry
        if isinstance(surface, View):
            surface.errors.pop(block_id, None)
        self._workspace.changed()
        if not _dispatches(block, element, enter=enter):
            return None
        return await self._block_actions(
            person, pane, surface, payloads.action(self._workspace, block, element, entry)
        )

    async def _block_actions(
        self, person: Person, pane: Pane, surface: View | Message, action: Json
    ) -> str | None:
        if not self._workspace.app.interactivity:
            return self._notice(
                pane, "This app is not configured to handle interactive responses.", "no_interactivity"
            )
        payload = payloads.about_app(self._workspace, person) | {
            "type": "block_actions",
            "trigger_id": self._triggers.give(person.id),
            "actions": [action],
        }
        if isinstance(surface, View):
            key = surface.id
            payload |= {
                "container": {"type": "view", "view_id": surface.id},
                "view": payloads.view(self._workspace, surface),
            }
        else:
            key = surface.ts
            payload |= self._message_part(person, surface)
        failure = await self._interact(pane, key, action["action_id"], payload)
        if isinstance(failure, str):
            return self._notice(pane, f"{self._workspace.app.name} did not respond in time", failure)
        return None

    def _message_part(self, person: Person, message: Message) -> Json:
        part: Json = {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": message.ephemeral,
            },
            "channel": {"id": message.channel, "name": "directmessage"},
            "state": {"values": message.values},
            "response_url": self._response_urls.give(person.id, message)[1],
        }
        if not message.ephemeral:  # Slack keeps no ephemeral message to send along
            part["message"] = payloads.message(self._workspace, message)
        return part

    async def submit(self, user: str, view_id: str) -> str | None:
        """Press the modal's submit button."""
        person, pane = self._acting(user)
        view = self._modal(user, view_id)
        view.errors = refusals(view)
        self._workspace.changed()
        if view.errors:
            return "errors"
        if not self._workspace.app.interactivity:
            return self._notice(pane, TROUBLE, "no_interactivity")
        payload = payloads.about_app(self._workspace, person) | {
            "type": "view_submission",
            "trigger_id": self._triggers.give(user),
            "view": payloads.view(self._workspace, view),
            "response_urls": [],
        }
        answer = await self._interact(pane, view.id, "submit", payload)
        if isinstance(answer, str):
            return self._notice(pane, TROUBLE, answer)
        if view.id not in self._workspace.state.views:
            return None
        try:
            self._views.answered(view, answer)
        except SlackError:
            return self._notice(pane, TROUBLE, "invalid_response")
        return None

    async def close(self, user: str, view_id: str, *, everything: bool) -> str | None:
        """Press the modal's close button, or the cross that closes every view."""
        person, _ = self._acting(user)
        view = self._modal(user, view_id)
        cleared = everything or bool(view.content.get("clear_on_close", False))
        closed = self._workspace.stack(user)[::-1] if cleared else [view]
        told = [payloads.view(self._workspace, one) for one in closed if one.content.get("notify_on_close")]
        for one in closed:
            self._workspace.close_view(one)
        self._workspace.changed()
        for shown in told if self._workspace.app.interactivity else []:
            payload = payloads.about_app(self._workspace, person)
            payload |= {"type": "view_closed", "view": shown, "is_cleared": cleared}
            try:
                await self._connections.deliver("interactive", payload)
            except NotDeliveredError:
                continue  # Slack shows nothing: the view is gone already
        return None

    async def write_draft(self, user: str, text: str) -> str | None:
        """Type in the message box without sending."""
        self._workspace.state.panes[user].draft = text
        self._workspace.changed()
        return None

    async def dismiss(self, user: str) -> str | None:
        """Take Slack's own notice away."""
        self._workspace.state.panes[user].notice = None
        self._workspace.changed()
        return None

    async def _event(self, name: str, inner: Json) -> None:
        task = self._events.emit(name, inner)
        if task is not None:
            await task

    async def _interact(self, pane: Pane, key: str, what: str, payload: Json) -> Json | str:
        kind: Envelope = "interactive"
        pane.busy[key] = what
        self._workspace.changed()
        try:
            return await self._connections.deliver(kind, payload)
        except NotDeliveredError as error:
            return FAILURES[error.reason]
        finally:
            pane.busy.pop(key, None)
            self._workspace.changed()

    def _notice(self, pane: Pane, sentence: str, error: str) -> str:
        pane.notice = sentence
        self._workspace.changed()
        return error

    def _acting(self, user: str) -> tuple[Person, Pane]:
        person = self._workspace.person(user)
        if person is None or person.is_bot:
            raise GestureError(f"There is nobody {user!r} here.")
        if person.deleted:
            raise GestureError(f"{person.real_name}'s account is deactivated.")
        pane = self._workspace.state.panes[user]
        pane.notice = None
        return person, pane

    def _surface(self, user: str, view_id: str | None, message_ts: str | None) -> View | Message:
        pane = self._workspace.state.panes[user]
        if view_id is not None and view_id in (pane.home, *pane.stack):
            return self._workspace.state.views[view_id]
        message = self._workspace.message(pane.channel, message_ts) if message_ts else None
        if message is None:
            raise GestureError("That message or view is not there any more.")
        return message

    def _modal(self, user: str, view_id: str) -> View:
        stack = self._workspace.state.panes[user].stack
        if not stack or stack[-1] != view_id:
            raise GestureError("That view is not in front.")
        return self._workspace.state.views[view_id]


def _blocks(surface: View | Message) -> list[Json]:
    blocks: list[Json] = surface.content["blocks"] if isinstance(surface, View) else surface.blocks
    return blocks


def _dispatches(block: Json, element: Json, *, enter: bool) -> bool:
    """Whether the change is told at once (composition-objects/dispatch-action-configuration-object)."""
    if not block.get("dispatch_action", False):
        return False
    if not re.search("(text|number)_input$", element["type"]):
        return True
    config = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return enter if "on_character_entered" not in config else True
