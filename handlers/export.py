"""Export: everything of one's own, made and encrypted while the person waits, sent as a file, and gone from Slack after a day."""

from handlers import archive
from handlers.gestures import Answer, Gesture, Place, Show
from handlers.views import export as views
from handlers.views import forms
from handlers.views.export_files import files
from mentoring.ids import id_of_new, new_id
from mentoring.refusal import Refused
from storage import exports


def open_export(gesture: Gesture) -> Answer:
    """Open the window that says what an export is and who could take it; over a form that may be half filled in it lies on top."""
    _must_take_files(gesture)
    return Show(views.export_form(new_id()), push=gesture.place is Place.MODAL)


def make_export(gesture: Gesture) -> Answer:
    """Make the archive, keep it until it is sent, and show its passphrase, which is kept nowhere.

    It is made here, and not when it is sent: the passphrase can be shown in the answer alone, and nothing that opens the archive
    may be kept meanwhile. No transaction is open while it is.
    """
    _must_take_files(gesture)
    me, deps = gesture.person, gesture.deps
    export_id = id_of_new(forms.unpack(gesture.view).future_id("export"), me.id)
    with deps.database.reading() as tx:
        if exports.asked(tx, export_id, person=me.id):
            return Show(views.made_already(deps.command))
        if exports.waiting(tx, person=me.id):
            return Show(views.on_its_way(deps.command))
        everything = exports.of(tx, me, gesture.now)
    passphrase = archive.new_passphrase()
    made = archive.archive(files(everything), passphrase, gesture.now)
    with deps.database.writing() as tx:
        if not exports.send(tx, export_id, made, person=me.id, now=gesture.now):
            return Show(views.on_its_way(deps.command))
    return Show(views.passphrase_view(passphrase))


def _must_take_files(gesture: Gesture) -> None:
    if not gesture.deps.takes_files(gesture.person.team_id):
        raise Refused(views.no_files(gesture.deps.operator))
