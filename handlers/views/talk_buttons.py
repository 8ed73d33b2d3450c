"""The buttons about a first talk, wherever they stand."""

from slack_sdk.models.blocks import ButtonElement

from handlers.ids import Action
from handlers.views.text import button, capital, name
from mentoring.agreement import Agreement
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.sessions import may_plan_talk


def can_plan_talk(agreement: Agreement) -> bool:
    """Tell whether a first talk can be planned, and none has been held."""
    try:
        may_plan_talk(agreement)
    except Refused:
        return False
    return not any(talk.held for talk in agreement.talks)


def talk_buttons(agreement: Agreement, me: Person) -> list[ButtonElement]:
    """Return the button that plans a first talk, or shows the one that is planned; none once it is no time for one."""
    if agreement.talk is not None:
        return [show_talk_button(agreement)]
    return [plan_talk_button(agreement, me)] if can_plan_talk(agreement) else []


def plan_talk_button(agreement: Agreement, me: Person) -> ButtonElement:
    label = f"Plan a {agreement.talk_called}"
    spoken = f"{label} with {name(agreement.other(me.id))}, before signing"
    return button(label, Action.PLAN_TALK, agreement.id, label_for_readers=spoken)


def show_talk_button(agreement: Agreement) -> ButtonElement:
    spoken = f"Show your {agreement.talk_called}: when and where"
    return button(capital(agreement.talk_called), Action.TALK, agreement.id, label_for_readers=spoken)


def guide_button(agreement: Agreement, me: Person) -> ButtonElement:
    spoken = f"Open the guide to your {agreement.talk_called} with {name(agreement.other(me.id))}"
    return button("Guide", Action.GUIDE, agreement.id, label_for_readers=spoken)
