"""The recap: what the mentor reads before the next session, searched and paged in one modal."""

from handlers.gestures import Answer, Gesture, Show
from handlers.ids import Action
from handlers.pairs import choose
from handlers.views import forms
from handlers.views import recap as views
from mentoring.access import Right, may
from mentoring.agreement import Agreement
from mentoring.ids import AgreementId, PersonId
from mentoring.recap import Recap, recap, search
from storage import agreements, impact, notes
from storage.database import Tx


def open_recap(gesture: Gesture) -> Answer:
    """Open the recap, its newest page; the value is as ``pairs.choose`` takes it."""
    me = gesture.person.id
    none = (
        "The recap is the mentor's: the ratings they may read, words that were shared, and notes of their own. "
        "You have none as a mentor."
    )
    agreement = choose(
        gesture, "recap", lambda a: may(Right.READ_RECAP, a, me) and a.signed is not None, none
    )
    if not isinstance(agreement, Agreement):
        return agreement
    with gesture.deps.database.reading() as tx:
        whole = recap_of(tx, agreement, by=me)
    return Show(views.recap_view(whole, gesture.person))


def recap_of(tx: Tx, agreement: Agreement, *, by: PersonId) -> Recap:
    """Return the whole recap of an agreement; NotFound if ``by`` is not its mentor."""
    written = notes.of(tx, agreement.id, author=by)
    return recap(agreement, written, impact.of(tx, agreement, seen_by=by), by=by)


def search_recap(gesture: Gesture) -> Answer:
    """Show the newest sessions that hold the words looked for; all of them where there are none."""
    return Show(views.recap_view(_found(gesture), gesture.person))


def earlier(gesture: Gesture) -> Answer:
    """Show the page of sessions before those now shown."""
    return Show(views.recap_view(_found(gesture), gesture.person, before=views.read_cursor(gesture.value)))


def _found(gesture: Gesture) -> Recap:
    me = gesture.person.id
    agreement_id = AgreementId(forms.unpack(gesture.view)["agreement"])
    with gesture.deps.database.reading() as tx:
        agreement = agreements.current(tx, agreement_id, seen_by=me, now=gesture.now)
        whole = recap_of(tx, agreement, by=me)
    return search(whole, forms.text_of(gesture.values, Action.RECAP_SEARCH)[: views.LONGEST_QUERY])
