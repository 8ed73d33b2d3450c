"""A first talk, before anything is signed: planned from its own form, looked at, and its guide. The rest is as for sessions."""

from handlers.gestures import Answer, Gesture, Show
from handlers.views import planning
from handlers.views import talks as views
from mentoring.agreement import Agreement
from mentoring.ids import AgreementId, SessionId, new_id
from mentoring.sessions import may_plan_talk
from storage import agreements


def open_plan_talk(gesture: Gesture) -> Answer:
    """Open the form for a first talk; the button's value is the agreement's id."""
    agreement = _agreement(gesture)
    may_plan_talk(agreement)
    # What is typed where the button stood is there again once this is closed.
    return Show(planning.plan_talk_form(agreement, SessionId(new_id()), gesture.person), push=True)


def show_talk(gesture: Gesture) -> Answer:
    """Show the first talk that is planned, with what can be done now."""
    return Show(views.talk_window(_agreement(gesture), gesture.person, gesture.now), push=True)


def open_guide(gesture: Gesture) -> Answer:
    """Open the page to read at a first talk."""
    return Show(views.guide(_agreement(gesture), gesture.person))


def _agreement(gesture: Gesture) -> Agreement:
    with gesture.deps.database.reading() as tx:
        return agreements.current(tx, AgreementId(gesture.value), seen_by=gesture.person.id, now=gesture.now)
