"""Settings: looked at and changed by whoever they are about; what is due for them follows at once."""

from typing import Any

from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.views import settings as views
from mentoring import proposals
from storage import agreements, people
from storage.database import Tx


def settings(gesture: Gesture) -> Answer:
    """Someone looks at their settings."""
    return Show(views.settings_form(gesture.person, gesture.now))


def more_settings(gesture: Gesture) -> Answer:
    """Someone wants the rarer settings too; what they have chosen so far stays. Whoever comes from a message is there for those."""
    rare_first = gesture.place is not Place.MODAL
    form = views.settings_form(
        gesture.person, gesture.now, more=True, rare_first=rare_first, values=gesture.values
    )
    return Show(form)


def save_settings(gesture: Gesture) -> Answer:
    """Someone has chosen."""
    chosen = views.read_settings(gesture.values, gesture.person, gesture.now)
    changes: dict[str, Any] = {
        "reminders": chosen.reminders,
        "hours": chosen.hours,
        "muted_until": chosen.muted_until,
    }
    if chosen.all_shown:
        changes |= {
            "zone": chosen.zone,
            "retention": chosen.retention,
            "invitations": chosen.invitations,
        }
    change(gesture, **changes)
    return Nothing()


def change(gesture: Gesture, **chosen: Any) -> None:
    """Save what someone has chosen; without invitations, those that wait for them go out of their sight."""
    me, now = gesture.person.id, gesture.now
    with gesture.deps.database.writing() as tx:
        if chosen.get("invitations") is False:
            _hide(tx, gesture)
        people.set_settings(tx, me, now, **chosen)


def _hide(tx: Tx, gesture: Gesture) -> None:
    for agreement in agreements.of(tx, gesture.person.id, now=gesture.now):
        hidden = proposals.hide(agreement, by=gesture.person.id)
        if hidden is not agreement:
            agreements.save(tx, hidden, gesture.now)
