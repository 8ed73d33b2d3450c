"""Which element may stand in which block: the lists of compatible elements on the blocks' pages."""

from playground.blockkit.formats import WEB_URL
from playground.blockkit.reference.buttons import (
    BUTTON,
    FEEDBACK_BUTTONS,
    ICON_BUTTON,
    OVERFLOW,
)
from playground.blockkit.reference.inputs import (
    DATEPICKER,
    DATETIMEPICKER,
    EMAIL_INPUT,
    NUMBER_INPUT,
    PLAIN_TEXT_INPUT,
    RICH_TEXT_INPUT,
    TIMEPICKER,
    URL_INPUT,
)
from playground.blockkit.reference.menus import (
    CHANNEL_SELECTS,
    CHANNEL_SELECTS_IN_INPUT,
    CHECKBOXES,
    MULTI_SELECTS,
    RADIO_BUTTONS,
    SELECTS,
)
from playground.blockkit.reference.objects import SLACK_FILE, text_objects
from playground.blockkit.rules import exactly_one
from playground.blockkit.schema import Field, Object, OneOf, String

IMAGE_FIELDS = {
    "alt_text": Field(String(at_least=1, at_most=2000), required=True, source="slack_sdk ImageElement"),
    "image_url": Field(String(at_most=3000, format=WEB_URL)),
    "slack_file": Field(SLACK_FILE),
}
IMAGE = Object(
    "image",
    "reference/block-kit/block-elements/image-element",
    IMAGE_FIELDS,
    rules=(exactly_one("image_url", "slack_file"),),
    role="element",
)

_EVERY_PLACE = (CHECKBOXES, DATEPICKER, RADIO_BUTTONS, TIMEPICKER, *SELECTS, *MULTI_SELECTS)

IN_SECTION = OneOf((*_EVERY_PLACE, *CHANNEL_SELECTS, BUTTON, IMAGE, OVERFLOW))

# The actions page and @slack/types list rich_text_input, its own page says input blocks only.
IN_ACTIONS = OneOf((*_EVERY_PLACE, *CHANNEL_SELECTS, BUTTON, DATETIMEPICKER, OVERFLOW, RICH_TEXT_INPUT))
IN_INPUT = OneOf(
    (
        *_EVERY_PLACE,
        *CHANNEL_SELECTS_IN_INPUT,
        DATETIMEPICKER,
        EMAIL_INPUT,
        NUMBER_INPUT,
        PLAIN_TEXT_INPUT,
        RICH_TEXT_INPUT,
        URL_INPUT,
    )
)
IN_CONTEXT = OneOf((IMAGE, *text_objects()))
IN_CONTEXT_ACTIONS = OneOf((FEEDBACK_BUTTONS, ICON_BUTTON))
