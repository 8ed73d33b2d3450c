"""Keeping the rhythm: a pause by either, and going on."""

from collections.abc import Callable

from handlers.gestures import Answer, Gesture, Show
from handlers.pairs import choose
from handlers.views import forms
from handlers.views import rhythm as views
from mentoring import rhythm as rules
from mentoring.agreement import Agreement, State
from mentoring.ids import AgreementId
from storage import agreements


def ask_pause(gesture: Gesture) -> Answer:
    """Ask once before a pause, and say first what it cancels."""
    command = gesture.deps.command
    none = f"You have no mentoring under way to pause. `{command} resume` goes on with one that is paused."
    chosen = choose(gesture, "pause", _is(State.ACTIVE, gesture), none)
    if not isinstance(chosen, Agreement):
        return chosen
    if rules.pause(chosen, by=gesture.person.id, now=gesture.now) == chosen:
        return Show(views.paused_notice(chosen, gesture.person))
    return Show(views.pause_form(chosen, gesture.person))


def pause(gesture: Gesture) -> Answer:
    """Pause it, unless that would cancel something else than the form said."""
    claims, me = forms.unpack(gesture.view), gesture.person
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(claims["agreement"]), seen_by=me.id, now=gesture.now)
        paused = rules.pause(agreement, by=me.id, now=gesture.now)
        if paused != agreement and claims["ahead"] != views.ahead_of(agreement):
            return Show(views.pause_form(agreement, me, changed=True))
        agreements.save(tx, paused, gesture.now)
    return Show(views.paused_notice(paused, me))


def resume(gesture: Gesture) -> Answer:
    """Go on, at once; what comes next is offered."""
    none = f"Nothing of yours is paused. `{gesture.deps.command}` shows where you stand."
    chosen = choose(gesture, "resume", _is(State.PAUSED, gesture), none)
    if not isinstance(chosen, Agreement):
        return chosen
    me = gesture.person
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, chosen.id, seen_by=me.id, now=gesture.now)
        resumed = rules.resume(agreement, by=me.id, now=gesture.now)
        agreements.save(tx, resumed, gesture.now)
    return Show(views.resumed_notice(resumed, me, gesture.now))


def _is(wanted: State, gesture: Gesture) -> Callable[[Agreement], bool]:
    """Return what tells whether a word is about an agreement; a button that is clicked twice still is."""
    named = gesture.value.strip()
    return lambda a: a.state is wanted or (a.id == named and (a.active or a.paused))
