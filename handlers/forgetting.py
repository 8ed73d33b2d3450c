"""Forgetting someone, at their word: told first what goes and what stays, then asked to type it."""

from handlers.gestures import Answer, Gesture, Place, Show
from handlers.views import forgetting as views
from storage import agreements, forgetting


def ask_forget(gesture: Gesture) -> Answer:
    """The first of two steps: what goes, and what stays; over settings that may be half filled in it lies on top."""
    lingers = not gesture.deps.database.can_overwrite
    return Show(views.forget_form(lingers=lingers), push=gesture.place is Place.MODAL)


def confirm_forget(gesture: Gesture) -> Answer:
    """They have read it: the word is asked for."""
    return Show(views.confirm_form(gesture.person))


def forget(gesture: Gesture) -> Answer:
    """The second step: they are forgotten. A second submission is a newcomer's, of whom nothing is kept either."""
    whose = views.read_confirmation(gesture.view, gesture.values)
    deps, me, now = gesture.deps, gesture.person.id, gesture.now
    with deps.database.writing() as tx:
        # Whoever has begun anew since, and then sends the old window, means what was before.
        if whose == me or not agreements.every(tx, me):
            forgetting.forget(tx, me, now)
    return Show(views.forgotten(deps.command))
