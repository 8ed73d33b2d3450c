"""Giving an answer where the person is: in the ack where that is enough, else with the one Web API call that a gesture has."""

import json
import logging
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.views import View
from slack_sdk.webhook import WebhookClient

from handlers import course
from handlers.course import Outcome
from handlers.gestures import Answer, Place, Show, Tell
from handlers.views.block_kit import as_json
from handlers.views.pages import in_short
from handlers.views.reading import notice
from handlers.views.text import escaped, paragraph

log = logging.getLogger(__name__)

MOST_ACK_BYTES = 20_000
"""Bytes of an answer to a submission. Slack closes a websocket on which a frame of more than 20,480 comes, with code 1009; its
documentation does not say so (github.com/revelrylabs/slax, pull request 614; github.com/slack-go/slack, issue 1196)."""
LONGEST_NAME = 255
"""Characters of a block's id (docs.slack.dev/reference/block-kit/blocks)."""
TOO_LONG = (
    "There is more to show here than Slack takes in one go. Please copy what you typed, close this window, and open it again "
    "from my Home tab."
)
NOT_OPENED = "Slack didn't open the window in time. Please try that once more."


def place_of(body: Mapping[str, Any]) -> Place | None:
    """Return where a payload comes from; None for events, which nobody waits for."""
    match body.get("type"):
        case None:
            return Place.COMMAND
        case "view_submission" | "view_closed":
            return Place.SUBMISSION
        case "block_actions":
            view = body.get("view")
            if view is None:
                return Place.MESSAGE
            return Place.HOME if view.get("type") == "home" else Place.MODAL
        case _:
            return None


def give(answer: Answer, place: Place, body: Mapping[str, Any], client: WebClient) -> BoltResponse:
    """Give the answer with at most one call, and return the ack. A failing call is told in the ack where that can tell it."""
    if place is Place.SUBMISSION:
        return _in_submission(answer, body)
    if place is Place.COMMAND and isinstance(answer, Tell):
        return ephemeral(answer.sentence)
    call = _call(answer, place, body, client)
    if call is None:
        return BoltResponse(status=200, body="")
    try:
        call()
    except (SlackClientError, OSError, HTTPException, ValueError) as error:
        # ValueError: an address for answers that is none.
        return _not_given(error, place, body, client)
    return BoltResponse(status=200, body="")


def ephemeral(sentence: str) -> BoltResponse:
    """Return the ack that tells a sentence to whoever gave the command."""
    body = {
        "response_type": "ephemeral",
        "text": escaped(sentence),
        "blocks": [as_json(paragraph(sentence))],
    }
    return BoltResponse(status=200, body=body)


def at_field(field: str, sentence: str) -> BoltResponse:
    """Return the ack that puts a sentence under an input, so that everything typed stays."""
    plain = sentence.replace("`", "")
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: plain}})


def inputs_of(body: Mapping[str, Any]) -> list[str]:
    """Return the names of the submitted form's inputs, in order."""
    blocks = body["view"].get("blocks") or []
    names = [str(block.get("block_id") or "") for block in blocks if block.get("type") == "input"]
    return [name for name in names if 0 < len(name) <= LONGEST_NAME]


def _in_submission(answer: Answer, body: Mapping[str, Any]) -> BoltResponse:
    match answer:
        case Show(view, push):
            ack = _ack(view, push=push)
            if len(json.dumps(ack)) > MOST_ACK_BYTES:
                return _too_long(view, body, push=push)
        case Tell(sentence):
            ack = _ack(notice("Mentor", sentence))
        case _:
            return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body=ack)


def _ack(view: View, *, push: bool = False) -> dict[str, Any]:
    return {"response_action": "push" if push else "update", "view": as_json(view)}


def _too_long(view: View, body: Mapping[str, Any], *, push: bool) -> BoltResponse:
    """Show a window with the way to a long one; where there is none, leave the form as it is, with what was typed."""
    if (short := in_short(view)) is not None:
        return BoltResponse(status=200, body=_ack(short, push=push))
    inputs = inputs_of(body)
    return (
        at_field(inputs[0], TOO_LONG)
        if inputs
        else BoltResponse(status=200, body=_ack(notice("Mentor", TOO_LONG)))
    )


def _call(
    answer: Answer, place: Place, body: Mapping[str, Any], client: WebClient
) -> Callable[[], object] | None:
    """Return the one call that gives the answer; None if the ack is enough."""
    trigger = body.get("trigger_id")
    match answer:
        case Show(view, push) if place is Place.MODAL and not push:
            return lambda: client.views_update(view_id=body["view"]["id"], view=as_json(view))
        case Show(view, _):
            return _window(view, place, trigger, client)
        case Tell(sentence) if place is Place.MESSAGE and body.get("response_url"):
            return lambda: _respond(sentence, body["response_url"], client)
        case Tell(sentence):
            return _window(notice("Mentor", sentence), place, trigger, client)
        case _:
            return None


def _window(view: View, place: Place, trigger: str | None, client: WebClient) -> Callable[[], object]:
    drawn = as_json(view)
    if place is Place.MODAL:
        return lambda: client.views_push(trigger_id=trigger, view=drawn)
    return lambda: client.views_open(trigger_id=trigger, view=drawn)


def _respond(sentence: str, url: str, client: WebClient) -> None:
    """Tell a sentence through a message's ``response_url``, which only the person who clicked sees."""
    webhook = WebhookClient(
        url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy, retry_handlers=[]
    )
    webhook.send(
        text=escaped(sentence),
        blocks=[as_json(paragraph(sentence))],
        response_type="ephemeral",
        replace_original=False,
    )


def _not_given(error: Exception, place: Place, body: Mapping[str, Any], client: WebClient) -> BoltResponse:
    """Say that Slack didn't take the answer, where that is still possible."""
    refused = isinstance(error, SlackApiError)
    said = error.response["error"] if isinstance(error, SlackApiError) else type(error).__name__
    course.became(Outcome.NOT_TAKEN)
    log.warning("Slack didn't take an answer: %s.", said)
    if place is Place.COMMAND:
        return ephemeral(NOT_OPENED)
    if place is Place.MESSAGE and refused and body.get("response_url"):
        # Slack said no at once, so there is still time for a word of it.
        try:
            _respond(NOT_OPENED, body["response_url"], client)
        except (SlackClientError, OSError, HTTPException, ValueError) as second:
            log.warning("Slack didn't take the apology either: %s.", type(second).__name__)
    return BoltResponse(status=200, body="")
