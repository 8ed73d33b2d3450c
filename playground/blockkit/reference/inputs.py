"""Date and time pickers, and the inputs for text and numbers. The one for files is not known: see menus.py."""

from playground.blockkit.formats import DATE, NUMBER, TIME, ZONE
from playground.blockkit.reference import rich_text
from playground.blockkit.reference.interactive import (
    CONFIRMED,
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    interactive,
)
from playground.blockkit.rules import in_order, whole_unless_decimals_allowed
from playground.blockkit.schema import (
    HOME,
    MESSAGE,
    MODAL,
    Boolean,
    Field,
    Integer,
    String,
)

DATEPICKER = interactive(
    "datepicker",
    "date-picker-element",
    {"initial_date": Field(String(format=DATE))},
    CONFIRMED,
    FOCUS,
    PLACEHOLDER,
)
TIMEPICKER = interactive(
    "timepicker",
    "time-picker-element",
    {"initial_time": Field(String(format=TIME)), "timezone": Field(String(format=ZONE))},
    CONFIRMED,
    FOCUS,
    PLACEHOLDER,
)
DATETIMEPICKER = interactive(
    "datetimepicker",
    "datetime-picker-element",
    # Ten digits, says the page; slack_sdk allows 0 to 9999999999.
    {"initial_date_time": Field(Integer(at_least=1_000_000_000, at_most=9_999_999_999))},
    CONFIRMED,
    FOCUS,
    surfaces=MESSAGE | MODAL,
)

PLAIN_TEXT_INPUT = interactive(
    "plain_text_input",
    "plain-text-input-element",
    {
        "initial_value": Field(String()),  # no bound is documented; none was seen: IBM/slack-wrench#105
        "multiline": Field(Boolean()),
        "min_length": Field(Integer(at_least=0, at_most=3000)),
        "max_length": Field(Integer(at_least=1, at_most=3000)),
    },
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    rules=[in_order("min_length", "max_length")],
)
NUMBER_INPUT = interactive(
    "number_input",
    "number-input-element",
    {
        "is_decimal_allowed": Field(Boolean(), required=True),
        "initial_value": Field(String(format=NUMBER)),
        "min_value": Field(String(format=NUMBER)),
        "max_value": Field(String(format=NUMBER)),
    },
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    rules=[in_order("min_value", "max_value"), whole_unless_decimals_allowed],
    surfaces=MODAL,
)
EMAIL_INPUT = interactive(
    "email_text_input",
    "email-input-element",
    {"initial_value": Field(String())},
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    surfaces=MODAL,
)
URL_INPUT = interactive(
    "url_text_input",
    "url-input-element",
    {"initial_value": Field(String())},
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    surfaces=MODAL,
)
RICH_TEXT_INPUT = interactive(
    "rich_text_input",
    "rich-text-input-element",
    {
        "initial_value": Field(rich_text.EMBEDDED),
        "min_lines": Field(Integer(at_least=1, at_most=100)),
        "max_lines": Field(Integer(at_least=1, at_most=100)),
    },
    DISPATCH,
    FOCUS,
    PLACEHOLDER,
    rules=[in_order("min_lines", "max_lines")],
    surfaces=MODAL | HOME,
    action_id_required=True,
)
