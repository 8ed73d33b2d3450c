"""An export's windows and messages: the warning before, the passphrase once, the file, and that it is gone again.

The passphrase is drawn in one window, as the answer to the form, and nowhere else.
"""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.reading import notice
from handlers.views.text import File, Message, button, paragraph, small
from mentoring.operator import Operator
from mentoring.secret import Secret

FILE_TITLE = "Your export"
OPENS_WITH = "It opens with 7-Zip, Keka and the like, not with what comes with Windows."


def export_form(export_id: str) -> View:
    """Return what there is to know before an export is made; ``export_id`` is the one that it gets."""
    blocks: list[Block] = [
        paragraph(
            "This makes a file with everything in Mentor that is yours or was released to you: what you wrote and scored, what was "
            "shared with you, your agreements with their sessions, and your settings."
        ),
        paragraph(
            "It comes to your messages with me. Slack keeps a copy of files, and whoever can export this workspace's direct "
            "messages could take it. That is why it is encrypted.",
            heading="What others could see",
        ),
        paragraph(
            "The next window shows its passphrase, only once. It is kept nowhere, and without it nobody can open the file. Keep it "
            "apart from the file, which is removed from Slack after a day.",
            heading="The passphrase",
        ),
        small(OPENS_WITH),
    ]
    return forms.modal(
        "Export",
        blocks,
        Form.EXPORT,
        submit="Make it",
        close="Not now",
        ids=forms.pack(export=export_id),
    )


def passphrase_view(passphrase: Secret[str]) -> View:
    """Return the one window that shows the passphrase of an export that is on its way."""
    blocks: list[Block] = [
        paragraph("The file comes to your messages with me in a moment. This opens it:"),
        paragraph(f"`{passphrase.reveal()}`"),
        paragraph(
            "Copy it or write it down now, apart from the file: once this window is closed, nobody can look it up. Download the file "
            "today, for it is removed from Slack after a day."
        ),
        small(
            "If no file has come in a few minutes, ask for another. It gets a passphrase of its own, and this one is of no use any more."
        ),
    ]
    return forms.modal("Your passphrase", blocks, Form.NOTICE, close="I have it")


def made_already(command: str) -> View:
    """Return what is read when the same form comes in again."""
    return notice(
        "Made already",
        "This export is made already, and its passphrase was shown then. It can't be shown again, for it is kept nowhere. If you "
        f"don't have it, leave the file alone and ask for another with `{command} export`.",
    )


def on_its_way(command: str) -> View:
    """Return what is read while an export is still to be sent."""
    return notice(
        "On its way",
        "An export of yours is still on its way to your messages with me, so no other was made. Once it is there you can ask for "
        f"another with `{command} export`.",
    )


def no_files(operator: Operator) -> str:
    """Return the sentence for a workspace that doesn't let the bot send files."""
    who = operator.name or "whoever started it on this machine"
    return (
        f"I can't send files in this workspace, so I can't bring you an export here. This bot is run by {who}: if you ask there, one "
        "can be made for you."
    )


def export_button() -> ButtonElement:
    """Return the button that leads to it, from where there is more to do than that."""
    return button(
        "Export",
        Action.OPEN_WORD,
        "export/",
        label_for_readers="Export: everything that is yours, as an encrypted file",
    )


# --- in the DM


def export_message(archive: bytes, name: str, *, files: bool) -> Message:
    """Return the message that brings an archive of this name; ``files``: files can be sent in this workspace."""
    sorry = (
        "I couldn't bring you your export: Slack didn't take the file. Nothing of it is left, so its passphrase is of no use "
        "any more."
    )
    again = button("Make another", Action.OPEN_WORD, "export/", label_for_readers="Make another export")
    instead = Message(sorry, [paragraph(sorry), ActionsBlock(elements=[again])])
    if not files:
        return instead
    text = (
        "Here is your export, encrypted: everything that is yours or was released to you. The passphrase is the one that you were "
        f"shown. {OPENS_WITH} The file is removed from here after a day, so keep a copy of your own."
    )
    return Message(text, [paragraph(text)], file=File(name, FILE_TITLE, archive, instead))


def export_removed(command: str) -> Message:
    """Return what is said once the file is gone from Slack."""
    text = f"The file with your export has been removed from here, a day after it came. `{command} export` makes another."
    return Message(text.replace("`", ""), [paragraph(text)])
