"""A small app to try the page with: it echoes, asks, and keeps what it was told. It has nothing to do with ours."""

import socket
from contextlib import suppress
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from playground.server import Playground

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Echo", "description": "Says it again"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Echo", "always_online": True},
        "slash_commands": [
            {
                "command": "/echo",
                "description": "Says it again",
                "usage_hint": "[words] · form · pages",
                "should_escape": True,
            },
            {"command": "/end", "description": "Says goodbye", "should_escape": False},
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "files:write", "im:history", "im:write", "users:read"]},
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


def field(name: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": "it", **element},
        **more,
    }


COLOURS = [option("Red"), option("Green"), option("Blue")]
FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Everything"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        field(
            "name",
            "Name",
            {"type": "plain_text_input", "placeholder": plain("As on the door")},
            hint=plain("Others see it."),
        ),
        field(
            "story", "Story", {"type": "plain_text_input", "multiline": True, "max_length": 40}, optional=True
        ),
        field("count", "Count", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
        field("mail", "E-mail", {"type": "email_text_input"}, optional=True),
        field("site", "Site", {"type": "url_text_input"}, optional=True),
        field("rich", "Rich", {"type": "rich_text_input"}, optional=True),
        field("colour", "Colour", {"type": "static_select", "options": COLOURS}),
        field("colours", "Colours", {"type": "multi_static_select", "options": COLOURS}, optional=True),
        field("who", "Who", {"type": "users_select"}),
        field("all", "All of them", {"type": "multi_users_select"}, optional=True),
        field("size", "Size", {"type": "radio_buttons", "options": [option("Small"), option("Large")]}),
        field("days", "Days", {"type": "checkboxes", "options": [option("Monday"), option("Friday")]}),
        field("day", "Day", {"type": "datepicker"}),
        field("hour", "Hour", {"type": "timepicker"}),
        field("start", "Start", {"type": "datetimepicker"}),
    ],
}


def page_view(number: int) -> Json:
    """A view of a stack, with a field of its own and a button that pushes the next."""
    return {
        "type": "modal",
        "callback_id": "pages",
        "title": plain(f"Page {number}"),
        "submit": plain("Done"),
        "blocks": [
            field("words", "Words", {"type": "plain_text_input"}, optional=True),
            {
                "type": "actions",
                "block_id": "further",
                "elements": [{"type": "button", "action_id": f"push_{number}", "text": plain("Further")}],
            },
        ],
    }


def done_view() -> Json:
    """A view that has nothing to fill in."""
    return {
        "type": "modal",
        "title": plain("Kept"),
        "blocks": [{"type": "section", "text": plain("It is kept.")}],
    }


def search_view(found: str) -> Json:
    """A view that is redrawn while one types: at each letter in one field, at Enter in the other."""
    letters = {
        "type": "plain_text_input",
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }
    return {
        "type": "modal",
        "callback_id": "search",
        "title": plain("Search"),
        "submit": plain("Keep"),
        "blocks": [
            field(
                "letters", "Letters", {**letters, "action_id": "look"}, dispatch_action=True, optional=True
            ),
            field(
                "word",
                "Word",
                {"type": "plain_text_input", "action_id": "look"},
                dispatch_action=True,
                optional=True,
            ),
            {"type": "section", "block_id": "found", "text": plain(found)},
        ],
    }


def asking(user: str) -> list[Json]:
    """A message with buttons of every kind."""
    return [
        {
            "type": "section",
            "block_id": "ask",
            "text": {"type": "mrkdwn", "text": f"*Well*, <@{user}>? :tada:"},
        },
        {
            "type": "actions",
            "block_id": "answers",
            "elements": [
                {
                    "type": "button",
                    "action_id": "yes",
                    "style": "primary",
                    "text": plain("Yes"),
                    "accessibility_label": "Yes, please",
                },
                {
                    "type": "button",
                    "action_id": "drop",
                    "style": "danger",
                    "text": plain("Drop it"),
                    "confirm": {
                        "title": plain("Drop it?"),
                        "text": plain("It will be gone."),
                        "confirm": plain("Drop"),
                        "deny": plain("Keep"),
                    },
                },
                {
                    "type": "static_select",
                    "action_id": "pick",
                    "placeholder": plain("A colour"),
                    "options": COLOURS,
                },
                {"type": "overflow", "action_id": "more", "options": [option("Later"), option("Never")]},
            ],
        },
    ]


class Echo:
    """The app on one playground. ``submitted`` holds the values of each form that it accepted."""

    def __init__(self, slack: Playground) -> None:
        self.submitted: list[Json] = []
        self._app = App(
            client=WebClient(token=slack.bot_token, base_url=slack.api_url),
            process_before_response=True,
        )
        self._listen()
        self._socket = SocketModeHandler(
            self._app, slack.app_token, web_client=WebClient(token=slack.app_token, base_url=slack.api_url)
        )

    def start(self) -> None:
        self._socket.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped

    def stop(self) -> None:
        """Leave the workspace; a second time does nothing."""
        client = self._socket.client
        if client.closed:
            return
        client.auto_reconnect_enabled = False
        if client.current_session and client.current_session.sock:
            # The client's reader waits up to three seconds for a word unless its socket ends.
            with suppress(OSError):
                client.current_session.sock.shutdown(socket.SHUT_RDWR)
        self._socket.close()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped

    def tell(self, user: str, text: str) -> None:
        """Write to somebody unasked."""
        self._app.client.chat_postMessage(channel=user, text=text)

    def _listen(self) -> None:
        app = self._app
        app.command("/echo")(self._command)
        app.command("/end")(lambda ack: ack("Goodbye"))
        app.event("message")(self._message)
        app.event("app_home_opened")(self._home)
        app.action("yes")(lambda ack, body, client: self._settle(ack, body, client, "You said yes."))
        app.action("drop")(lambda ack, body, client: self._settle(ack, body, client, "Dropped."))
        app.action("pick")(self._chosen)
        app.action("more")(self._chosen)
        app.action("push_1")(lambda ack, body, client: self._push(ack, body, client, 2))
        app.action("push_2")(lambda ack, body, client: self._push(ack, body, client, 3))
        app.action("look")(self._look)
        app.view("search")(lambda ack: ack(response_action="update", view=done_view()))
        app.view("form")(self._submitted)
        app.view("pages")(lambda ack: ack(response_action="clear"))

    def _command(self, ack: Ack, body: Json, client: WebClient) -> None:
        text = body.get("text", "")
        views = {"form": FORM, "pages": page_view(1), "search": search_view("Nothing yet")}
        if text in views:
            client.views_open(trigger_id=body["trigger_id"], view=views[text])
            ack()
        else:
            ack(f"You typed: {text}")

    def _message(self, event: Json, client: WebClient) -> None:
        if event["text"] == "ask":
            client.chat_postMessage(channel=event["channel"], text="Well?", blocks=asking(event["user"]))
        else:
            client.chat_postMessage(channel=event["channel"], text=f"You said: {event['text']}")

    def _home(self, event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": plain("Your corner")},
            *asking(event["user"]),
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    def _settle(self, ack: Ack, body: Json, client: WebClient, sentence: str) -> None:
        container = body["container"]
        if container["type"] == "message":
            client.chat_update(
                channel=container["channel_id"], ts=container["message_ts"], text=sentence, blocks=[]
            )
        ack()

    def _chosen(self, ack: Ack, body: Json, client: WebClient) -> None:
        chosen = body["actions"][0]["selected_option"]["text"]["text"]
        client.chat_postMessage(channel=body["user"]["id"], text=f"You chose {chosen}.")
        ack()

    def _look(self, ack: Ack, body: Json, client: WebClient) -> None:
        typed = body["actions"][0]["value"]
        client.views_update(view_id=body["view"]["id"], view=search_view(f"Found {typed}"))
        ack()

    def _push(self, ack: Ack, body: Json, client: WebClient, number: int) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=page_view(number))
        ack()

    def _submitted(self, ack: Ack, view: Json) -> None:
        values = view["state"]["values"]
        if values["name"]["it"]["value"] == "nobody":
            ack(response_action="errors", errors={"name": "Nobody is not a name.", "day": "Not that day."})
            return
        self.submitted.append(values)
        ack()
