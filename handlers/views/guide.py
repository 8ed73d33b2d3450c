"""The guide to a session: a page to read, with nothing to fill in."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.ids import Form
from handlers.views import forms
from handlers.views.text import name, paragraph, small
from mentoring.agreement import Agreement
from mentoring.people import Person


def session_guide(agreement: Agreement, me: Person) -> View:
    """Return what a session may hold, for either of the two: settle in, what came of last time, what is on the mentee's mind."""
    mentee, minutes = agreement.mentee, agreement.terms.minutes
    whose, they, asks = (
        ("your", "you", "What do you want")
        if me.id == mentee.id
        else (f"{name(mentee)}'s", name(mentee), f"What does {name(mentee)} want")
    )
    blocks: list[Block] = [
        paragraph(
            "Arrive, get a tea or coffee, and leave the last meeting behind. A few minutes of anything else are well spent.",
            heading="Settle in",
        ),
        paragraph(
            f"What came of last time? What {they} tried counts, and so does what didn't come about. "
            "Nobody is checking up on anything: a decision binds only whoever made it.",
            heading="Impact of last time",
        ),
        paragraph(
            f"What is on {whose} mind now? {asks} from today's {minutes} minutes? One thing talked through is worth "
            "more than five touched on.",
            heading="Current challenges",
        ),
        small("A page to read, before you meet or as you sit down. There is nothing to fill in."),
    ]
    return forms.modal("A guide to the session", blocks, Form.NOTICE)
