"""views.* : modals in stacks of three, and Home.

Errors and limits: docs.slack.dev/reference/methods/views.open, views.push, views.update, views.publish.
"""

import secrets

from playground import payloads
from playground.arguments import Arguments, check_content
from playground.elements import initial_values, with_ids
from playground.errors import SlackError, invalid_arguments
from playground.triggers import Triggers
from playground.workspace import Json, View, Workspace, new_id

MOST_VIEWS = 3


class Views:
    """The views.* methods, and what a submission's ack does to the stack."""

    def __init__(self, workspace: Workspace, triggers: Triggers) -> None:
        self._workspace = workspace
        self._triggers = triggers

    def open(self, arguments: Arguments) -> Json:
        """views.open: a new modal; in front of one that is already open, as a pushed view would be."""
        content = arguments.view("modal")
        trigger = arguments.required("trigger_id")
        user = self._triggers.owner(trigger)
        opened = self.push_onto(user, content)
        self._triggers.exchange(trigger)
        return {"ok": True, "view": payloads.view(self._workspace, opened)}

    def push(self, arguments: Arguments) -> Json:
        """views.push: onto the modal that the trigger came from."""
        content = arguments.view("modal")
        trigger = arguments.required("trigger_id")
        user = self._triggers.owner(trigger)
        came_from = self._triggers.view_id(trigger)
        home = self._workspace.home(user)
        # A trigger from elsewhere is called invalid (python-slack-sdk issue 804), though the page names no error.
        if came_from is None or (home is not None and home.id == came_from):
            raise SlackError("invalid_trigger_id")
        if came_from not in self._workspace.state.panes[user].stack:
            raise SlackError("not_found")
        pushed = self.push_onto(user, content)
        self._triggers.exchange(trigger)
        return {"ok": True, "view": payloads.view(self._workspace, pushed)}

    def update(self, arguments: Arguments) -> Json:
        """views.update: a view that is still open, by its id or the app's own."""
        content = arguments.view(None)
        view = self._named(arguments)
        if arguments.given("hash") and arguments.text("hash") != view.hash:
            raise SlackError("hash_conflict")
        if content["type"] != view.content["type"]:
            raise invalid_arguments("the type of a view cannot change [json-pointer:/view/type]")
        self.redraw(view, content)
        return {"ok": True, "view": payloads.view(self._workspace, view)}

    def publish(self, arguments: Arguments) -> Json:
        """views.publish: a person's Home."""
        user = arguments.required("user_id")
        content = arguments.view("home")
        if user not in self._workspace.state.panes:
            raise invalid_arguments("invalid `user_id`")
        if not self._workspace.app.home_tab:
            raise SlackError("not_enabled")
        view = self._workspace.home(user)
        if arguments.given("hash") and (view is None or arguments.text("hash") != view.hash):
            raise SlackError("hash_conflict")
        if view is None:
            view = self._new(user, content)
            self._workspace.state.panes[user].home = view.id
            self._workspace.changed()
        else:
            self.redraw(view, content)
        return {"ok": True, "view": payloads.view(self._workspace, view)}

    def push_onto(self, user: str, content: Json) -> View:
        """Put a modal in front of what ``user`` has open.

        Raises:
            SlackError: ``push_limit_reached``, ``duplicate_external_id``.
        """
        stack = self._workspace.state.panes[user].stack
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        view = self._new(user, content)
        if stack:
            view.root_view_id = self._workspace.state.views[stack[0]].root_view_id
            view.previous_view_id = stack[-1]
        stack.append(view.id)
        self._workspace.changed()
        return view

    def redraw(self, view: View, content: Json) -> None:
        """Draw an open view anew; what was typed stays where the inputs stay."""
        self._unique(content, view)
        view.content = _kept(content)
        view.hash = self._hash()
        view.values = initial_values(view.content["blocks"], view.values)
        view.errors = {}
        self._workspace.changed()

    def answered(self, view: View, ack: Json) -> None:
        """Do what the ack of a submission says (surfaces/modals, "response actions").

        Raises:
            SlackError: the ack is not one that Slack could follow.
        """
        action = ack.get("response_action")
        if action is None:
            # A modal that was opened in front meanwhile goes too: it does on desktop clients (bolt-js issues 639,
            # 1072), so an app must not count on it.
            stack = self._workspace.stack(view.user)
            for closing in stack[stack.index(view) :]:
                self._workspace.close_view(closing)
        elif action == "clear":
            for open_view in self._workspace.stack(view.user):
                self._workspace.close_view(open_view)
        elif action == "errors":
            view.errors = _errors(view, ack.get("errors"))
        elif action in ("update", "push"):
            content = ack.get("view")
            if not isinstance(content, dict):
                raise invalid_arguments("missing required field: view")
            check_content(content)
            if content["type"] != "modal":
                raise invalid_arguments("must be of type modal [json-pointer:/view/type]")
            if action == "update":
                self.redraw(view, content)
            else:
                self.push_onto(view.user, content)
        else:
            raise invalid_arguments(f"unknown response_action {action!r}")
        self._workspace.changed()

    def _new(self, user: str, content: Json) -> View:
        self._unique(content, None)
        kept = _kept(content)
        view_id = new_id("V")
        values = initial_values(kept["blocks"])
        view = View(
            id=view_id, user=user, content=kept, hash=self._hash(), root_view_id=view_id, values=values
        )
        self._workspace.state.views[view_id] = view
        return view

    def _named(self, arguments: Arguments) -> View:
        view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
        if not view_id and not external_id:
            raise invalid_arguments("missing required field: view_id")
        for view in self._workspace.open_views():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def _unique(self, content: Json, itself: View | None) -> None:
        external_id = content.get("external_id")
        if external_id and any(
            view.external_id == external_id and view is not itself for view in self._workspace.open_views()
        ):
            raise SlackError("duplicate_external_id")

    def _hash(self) -> str:
        return f"{int(self._workspace.clock.time())}.{secrets.token_hex(4)}"


def _kept(content: Json) -> Json:
    return {**content, "blocks": with_ids(content["blocks"])}


def _errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise invalid_arguments("missing required field: errors")
    for block_id, text in errors.items():
        if block_id not in inputs or not isinstance(text, str) or not text:
            raise invalid_arguments(f"no input block {block_id!r} [json-pointer:/errors]")
    return errors
