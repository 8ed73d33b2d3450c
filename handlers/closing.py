"""Endings: an agreement is ended by either of its pair, and that is taken back."""

from handlers.gestures import Answer, Gesture, Nothing, Place, Show, Tell
from handlers.pairs import choose
from handlers.views import closing as views
from handlers.views.forms import unpack
from handlers.views.reading import notice
from handlers.views.text import date, name
from mentoring import closing as rules
from mentoring.agreement import Agreement, State
from mentoring.ids import AgreementId
from storage import agreements


def ask_end(gesture: Gesture) -> Answer:
    """The first of two clicks that end a mentoring."""
    command = gesture.deps.command
    chosen = choose(
        gesture,
        "end",
        lambda a: a.state in {State.ACTIVE, State.PAUSED, State.CLOSING},
        f"You have no mentoring to end. `{command}` shows what there is.",
    )
    if not isinstance(chosen, Agreement):
        return chosen
    if (closes := rules.fixed_moment(chosen)) is not None:
        other = name(chosen.other(gesture.person.id))
        on = date(closes, gesture.person.zone)
        return Tell(
            f"All sessions with {other} are used, so it closes by itself on {on}. There is nothing left to end."
        )
    return Show(views.end_form(chosen, gesture.person))


def end(gesture: Gesture) -> Answer:
    """The second click: it ends, and the other one is told when Undo is over."""
    me, now = gesture.person.id, gesture.now
    agreement_id = AgreementId(unpack(gesture.view)["agreement"])
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, agreement_id, seen_by=me, now=now)
        ended = rules.end(agreement, by=me, now=now)
        agreements.save(tx, ended, now)
    if ended.state is State.CLOSING:
        closes = rules.fixed_moment(ended)
        on = f" on {date(closes, gesture.person.zone)}" if closes is not None else ""
        return Show(notice("Closing", f"All sessions are used, so it closes by itself{on}."))
    return Show(views.ended_notice(ended, gesture.person, now))


def undo_close(gesture: Gesture) -> Answer:
    """Whoever declined or ended it takes that back."""
    me, now = gesture.person.id, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(gesture.value), seen_by=me, now=now)
        between = agreements.record(tx, me, agreement.other(me).id, now).between
        taken = between is not None and between.id != agreement.id
        restored = rules.undo_close(agreement, by=me, place_taken=taken, now=now)
        agreements.save(tx, restored, now)
    if gesture.place is Place.MODAL:
        other = name(restored.other(me))
        what = "The invitation is open again" if restored.proposed else f"Your mentoring with {other} goes on"
        return Show(notice("Taken back", f"{what}. {other} was told nothing."))
    return Nothing()
