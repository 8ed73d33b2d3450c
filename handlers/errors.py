"""When something goes wrong: the person gets a sentence, with a reference where the log has more; the log holds no content."""

import logging
import secrets
import traceback
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient

from handlers import course
from handlers.answers import at_field, give, inputs_of, place_of
from handlers.course import Outcome
from handlers.gestures import Place, Show, Tell
from handlers.views.forms import field_of
from handlers.views.reading import notice
from mentoring.refusal import Refused
from storage.refusals import Busy, Unavailable

log = logging.getLogger(__name__)


def refusal(
    refused: Refused, place: Place, body: Mapping[str, Any], client: WebClient, command: str
) -> BoltResponse:
    """Show a refusal's sentence: under the input that is to blame, else where the person is looking."""
    course.became(_outcome(refused))
    return _told(refused.sentence.replace("/mentor", command), refused.at, place, body, client)


def _told(
    sentence: str, at: str | None, place: Place, body: Mapping[str, Any], client: WebClient
) -> BoltResponse:
    if place is not Place.SUBMISSION:
        return give(Tell(sentence), place, body, client)
    inputs = inputs_of(body)
    if inputs:
        field = next((one for one in inputs if field_of(one) == at), inputs[0])
        return at_field(field, sentence)
    return give(Show(notice("Mentor", sentence)), place, body, client)


def apologise(
    error: Exception, body: dict[str, Any], client: WebClient, context: BoltContext
) -> BoltResponse:
    """Answer for whatever no handler has: 200 and a sentence to a gesture; 500 to an event, so that Slack sends it again."""
    place = place_of(body)
    course.became(_outcome(error))
    if isinstance(error, Refused):
        if place is None:
            return BoltResponse(status=500, body="")
        return refusal(error, place, body, client, context.get("command_name", "/mentor"))
    reference = secrets.token_hex(4)
    log.error(
        "Reference %s: %s\n%s", reference, _kinds(error), "".join(traceback.format_tb(error.__traceback__))
    )
    if place is None:
        return BoltResponse(status=500, body="")
    return _told(
        "Something went wrong on my side. Please try again; if it happens again, give the reference "
        f"{reference} to whoever runs this bot.",
        None,
        place,
        body,
        client,
    )


def _outcome(error: Exception) -> Outcome:
    if not isinstance(error, Refused):
        return Outcome.FAILED
    if isinstance(error, Unavailable):
        return Outcome.AWAY
    return Outcome.BUSY if isinstance(error, Busy) else Outcome.REFUSED


def _kinds(error: BaseException) -> str:
    """Return the names of an exception and of what caused it: never their texts, which may quote what people wrote."""
    names = []
    link: BaseException | None = error
    while link is not None:
        names.append(type(link).__name__)
        link = link.__cause__ or link.__context__
    return " from ".join(names)
