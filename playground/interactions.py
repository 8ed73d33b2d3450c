"""What people do in layouts: buttons, selects, inputs, and a modal's submit and close.

Each gesture returns None once the app has acked, or the error that the person was shown.
"""

from typing import Any

from playground import payloads
from playground.acting import NOT_CONFIGURED, Acting
from playground.elements import PRESSED, STATE_KEYS, chosen, content_of, filled, find_element, rated
from playground.errors import GestureError, SlackError
from playground.response_urls import ResponseUrls
from playground.socket_mode import Connections, NotDeliveredError
from playground.triggers import Triggers
from playground.validation import refusals
from playground.views import Views
from playground.workspace import Json, Message, Pane, Person, Spot, View, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
UNCONFIGURED = "This app is not configured to handle interactive responses."
TYPED = {"plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input"}


class Interactions:
    """Using what the app has drawn."""

    def __init__(
        self,
        workspace: Workspace,
        acting: Acting,
        connections: Connections,
        views: Views,
        *,
        triggers: Triggers,
        response_urls: ResponseUrls,
    ) -> None:
        self._workspace = workspace
        self._acting = acting
        self._connections = connections
        self._views = views
        self._triggers = triggers
        self._response_urls = response_urls

    async def act(self, user: str, spot: Spot, value: Any = None) -> str | None:
        """Click a button, choose from an overflow menu, or use a select outside an input block."""
        person, pane = self._acting.begin(user)
        surface = self._acting.surface(user, spot)
        block, element = find_element(_blocks(surface), spot.block_id, spot.action_id)
        entry: Json | None = None
        if element["type"] == "overflow":
            entry = {"selected_option": chosen(element, value)}
        elif element["type"] == "feedback_buttons":
            entry = rated(element, value)
        elif element["type"] not in PRESSED:
            if block["type"] == "input":
                raise GestureError("What is asked in a form is told with the form.")
            entry = self._enter(pane, surface, spot, element, value)
        done = payloads.action(self._workspace, block, element, entry)
        return await self._block_actions(person, pane, surface, done)

    async def fill(self, user: str, spot: Spot, value: Any, *, enter: bool = False) -> str | None:
        """Type or choose in an input block; it is told to the app only if the block has ``dispatch_action``."""
        person, pane = self._acting.begin(user)
        surface = self._acting.surface(user, spot)
        block, element = find_element(_blocks(surface), spot.block_id, spot.action_id)
        if block["type"] != "input" and element["type"] in STATE_KEYS:
            raise GestureError("What is chosen outside a form is told at once.")
        entry = self._enter(pane, surface, spot, element, value)
        if not _dispatches(block, element, enter=enter):
            return None
        done = payloads.action(self._workspace, block, element, entry)
        return await self._block_actions(person, pane, surface, done)

    async def submit(self, user: str, view_id: str) -> str | None:
        """Press the modal's submit button."""
        person, pane = self._acting.begin(user)
        view = self._acting.modal(user, view_id)
        if not view.content.get("submit"):
            raise GestureError("This modal has no submit button.")
        view.errors = refusals(view)
        self._workspace.changed()
        if view.errors:
            view.answers += 1
            return "invalid_input"
        payload = payloads.about_app(self._workspace, person) | {
            "type": "view_submission",
            "trigger_id": self._triggers.give(user, view.id),
            "view": payloads.view(self._workspace, view),
            "response_urls": self._ways_back(view),
        }
        answer = await self._acting.interact(pane, view.id, "submit", payload)
        view.answers += 1
        if isinstance(answer, str):
            return self._acting.notice(pane, TROUBLE, answer)
        if view.id not in self._workspace.state.views:
            return None  # it was closed meanwhile: there is nothing left to update
        try:
            self._views.answered(view, answer)
        except SlackError as error:
            return self._acting.notice(pane, TROUBLE, error.error)
        return None

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> str | None:
        """Press the modal's close button, or the cross that closes every view."""
        person, _ = self._acting.begin(user)
        view = self._acting.modal(user, view_id)
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

    def _enter(self, pane: Pane, surface: View | Message, spot: Spot, element: Json, value: Any) -> Json:
        entry = filled(element, value)
        if element["type"].endswith(("users_select", "conversations_select", "channels_select")):
            content = content_of(entry)
            for chosen_id in [content] if isinstance(content, str) else content or []:
                self._check_choice(pane, element["type"], chosen_id)
        surface.values[spot.block_id][spot.action_id] = entry
        if isinstance(surface, View):
            surface.errors.pop(spot.block_id, None)
        self._workspace.changed()
        return entry

    def _check_choice(self, pane: Pane, kind: str, chosen_id: str) -> None:
        """Refuse whom, or what conversation, the person's own Slack would not offer."""
        if "users_select" in kind:
            if self._workspace.person(chosen_id) is None:
                raise GestureError(f"There is nobody {chosen_id!r} here.")
        # The one conversation of this workspace that a person has is the DM with the app; it has no channels.
        elif "channels_select" in kind or ("conversations_select" in kind and chosen_id != pane.channel):
            raise GestureError(f"There is no conversation {chosen_id!r} here.")

    async def _block_actions(
        self, person: Person, pane: Pane, surface: View | Message, done: Json
    ) -> str | None:
        payload = payloads.about_app(self._workspace, person) | {
            "type": "block_actions",
            "trigger_id": self._triggers.give(person.id, surface.id if isinstance(surface, View) else None),
            "actions": [done],
        }
        if isinstance(surface, View):
            payload["container"] = {"type": "view", "view_id": surface.id}
            payload["view"] = payloads.view(self._workspace, surface)
        else:
            payload |= payloads.on_message(self._workspace, surface)
            payload["response_url"] = self._response_urls.give(person.id, surface)[1]
        key = surface.id if isinstance(surface, View) else surface.ts
        answer = await self._acting.interact(pane, key, done["action_id"], payload)
        if isinstance(answer, str):
            late = f"{self._workspace.app.name} did not respond in time"
            return self._acting.notice(pane, UNCONFIGURED if answer == NOT_CONFIGURED else late, answer)
        return None

    def _ways_back(self, view: View) -> list[Json]:
        """Return ``response_urls``: one for each conversation chosen where the app asked for it."""
        ways = []
        for block in view.content["blocks"]:
            element = block.get("element", {})
            if element.get("response_url_enabled"):
                channel = content_of(view.values[block["block_id"]][element["action_id"]])
                owner = self._workspace.owner(channel) if channel else None
                if owner is not None:
                    way = {"response_url": self._response_urls.give(owner)[1], "channel_id": channel}
                    ways.append({"block_id": block["block_id"], "action_id": element["action_id"], **way})
        return ways


def _blocks(surface: View | Message) -> list[Json]:
    blocks: list[Json] = surface.content["blocks"] if isinstance(surface, View) else surface.blocks
    return blocks


def _dispatches(block: Json, element: Json, *, enter: bool) -> bool:
    """Whether the change is told at once (composition-objects/dispatch-action-configuration-object)."""
    if not block.get("dispatch_action", False):
        return False
    when = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return element["type"] not in TYPED or enter or "on_character_entered" in when
