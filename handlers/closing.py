"""Endings: looking back as an agreement closes or has ended, thanks, ending it early, and taking that back."""

from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.pairs import choose
from handlers.views import closing as views
from handlers.views import farewells
from handlers.views.forms import unpack
from handlers.views.reading import notice
from handlers.views.text import name
from mentoring import closing as rules
from mentoring.agreement import Agreement, State
from mentoring.ids import AgreementId
from storage import agreements

# --- looking back


def look_back(gesture: Gesture) -> Answer:
    """Open the form for words at the end; once they can't be changed any more, show what was written."""
    agreement, me = _agreement(gesture), gesture.person
    if agreement.over and farewells.open_until(agreement, gesture.now) is None:
        return Show(farewells.own_words(agreement, me))
    rules.may_say_farewell(agreement, me.id, gesture.now)
    return Show(farewells.look_back_form(agreement, me, gesture.now))


def keep_words(gesture: Gesture) -> Answer:
    """Keep what the form says, in place of what it said before; nothing comes of it before its time."""
    said = farewells.read_form(gesture.view, gesture.values)
    me, now = gesture.person, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(said.agreement_id), seen_by=me.id, now=now)
        kept = rules.say_farewell(
            agreement,
            by=me.id,
            review=said.review,
            thanks=said.thanks,
            go_on=said.go_on,
            revision=said.revision,
            now=now,
        )
        agreements.save(tx, kept, now)
    return Show(farewells.kept(kept, me))


def show_thanks(gesture: Gesture) -> Answer:
    """Show the thanks that the other one has passed on."""
    return Show(farewells.thanks_view(_agreement(gesture), gesture.person))


# --- ending


def ask_end(gesture: Gesture) -> Answer:
    """The first of two clicks that end a mentoring."""
    command = gesture.deps.command
    none = (
        f"You have no mentoring to end. `{command}` shows what there is."
        if gesture.place is Place.COMMAND
        else f"This mentoring is over already, so there is nothing to end. `{command}` shows what there is."
    )
    chosen = choose(gesture, "end", _can_end, none)
    if not isinstance(chosen, Agreement):
        return chosen
    return Show(views.end_form(chosen, gesture.person))


def _can_end(agreement: Agreement) -> bool:
    return agreement.state in {State.ACTIVE, State.PAUSED, State.CLOSING}


def end(gesture: Gesture) -> Answer:
    """The second click: it ends, and the other one is told when Undo is over. What is closing goes on closing."""
    me, now = gesture.person, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement_id = AgreementId(unpack(gesture.view)["agreement"])
        agreement = agreements.current(tx, agreement_id, seen_by=me.id, now=now)
        ended = rules.end(agreement, by=me.id, now=now)
        agreements.save(tx, ended, now)
    if ended.closing:
        return Show(views.kept_as_no(ended, me))
    return Show(views.ended_notice(ended, me, now))


def undo_close(gesture: Gesture) -> Answer:
    """Whoever declined or ended it takes that back."""
    me, now = gesture.person.id, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(gesture.value), seen_by=me, now=now)
        between = agreements.record(tx, me, agreement.other(me).id, now).between
        taken = between is not None and between.id != agreement.id
        restored = rules.undo_close(agreement, by=me, place_taken=taken, now=now)
        agreements.save(tx, restored, now)
    if gesture.place is not Place.MODAL:
        return Nothing()
    other = name(restored.other(me))
    what = (
        f"The {restored.called} is open again"
        if restored.proposed
        else f"Your mentoring with {other} goes on"
    )
    return Show(notice("Taken back", f"{what}. {other} was told nothing."))


def _agreement(gesture: Gesture) -> Agreement:
    with gesture.deps.database.reading() as tx:
        return agreements.current(tx, AgreementId(gesture.value), seen_by=gesture.person.id, now=gesture.now)
