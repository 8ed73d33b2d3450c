"""A person in a test: hands that use what is visible by its label, and eyes that read it.

anna.command("/echo hello")
anna.click("Again")
anna.fill("Your name", "Anna")
anna.submit()
"""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from playground.errors import GestureError
from playground.eyes import Eyes, File, Home, Message, Modal, label_of
from playground.slack import Slack
from playground.workspace import View

__all__ = ["File", "Hands", "Home", "Message", "Modal"]

T = TypeVar("T")


class Loop(Protocol):
    """The server's loop, the one place where the state may be touched."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of ``work``."""
        ...

    def look(self, at: Callable[[], T]) -> T:
        """Return what ``at`` returns."""
        ...


class Hands:
    """One person's hands and eyes. Every gesture returns once the app has acked or has failed to.

    A gesture that cannot be made (no such button, no modal open, account deactivated) raises ``LookupError``
    with a sentence that names what there is.
    """

    def __init__(self, slack: Slack, user: str, loop: Loop) -> None:
        self.id = user
        self._slack = slack
        self._loop = loop
        self._eyes = Eyes(slack.workspace, user)
        self.opened: str | None = None
        """The address that the last click opened in a new tab, None if it opened none."""

    def command(self, text: str) -> None:
        """Type a slash command."""
        self._do(self._slack.gestures.command(self.id, text))

    def say(self, text: str) -> None:
        """Write to the app in its Messages tab."""
        self._do(self._slack.gestures.say(self.id, text))

    def open_home(self) -> None:
        """Open the app's Home tab."""
        self._do(self._slack.gestures.tab(self.id, "home"))

    def open_messages(self) -> None:
        """Open the app's Messages tab."""
        self._do(self._slack.gestures.tab(self.id, "messages"))

    def click(self, label: str, on: Message | None = None) -> None:
        """Click the button, or the overflow entry, that reads ``label``.

        It is looked for in the modal in front (its submit and close buttons too), else on Home if that tab is
        open, else in the newest message that has it; only there if ``on`` names a message. A question that it
        asks first is answered with yes; one that has an address opens it, see ``opened``.
        """
        self.opened = None
        view = self._loop.look(self._eyes.front)
        if view is not None and on is None and label == label_of(view, "submit"):
            self.submit()
        elif view is not None and on is None and label == label_of(view, "close"):
            self.close()
        else:
            found = self._loop.look(lambda: self._eyes.button(label, on))
            self.opened = found.url
            self._do(self._slack.interactions.act(self.id, found.spot, found.value))

    def fill(self, label: str, value: Any, on: Message | None = None) -> None:
        """Type or choose in the input called ``label``.

        ``value`` is a text, an option's text, a list of them, a person's name, a date, a time or an aware
        datetime; None clears. A text input gets Enter at the end.
        """
        found = self._loop.look(lambda: self._eyes.input(label, on))
        given = self._loop.look(lambda: self._eyes.value(found.element, value))
        if found.in_input:
            self._do(self._slack.interactions.fill(self.id, found.spot, given, enter=True))
        else:
            self._do(self._slack.interactions.act(self.id, found.spot, given))

    def submit(self) -> None:
        """Press the modal's submit button; see ``modal.errors`` and ``notice`` for what came of it."""
        self._do(self._slack.interactions.submit(self.id, self._front().id))

    def close(self, *, everything: bool = False) -> None:
        """Press the modal's close button, or with ``everything`` the cross that closes all of them."""
        self._do(self._slack.interactions.close(self.id, self._front().id, everything=everything))

    @property
    def messages(self) -> list[Message]:
        """The DM with the app as this person sees it, oldest first, ephemeral messages included."""
        return self._loop.look(self._eyes.messages)

    @property
    def modal(self) -> Modal | None:
        """The modal in front, if one is open."""
        return self._loop.look(self._eyes.modal)

    @property
    def home(self) -> Home:
        """The Home tab as last published; empty if nothing was."""
        return self._loop.look(self._eyes.home)

    @property
    def notice(self) -> str | None:
        """Slack's own line after a failed gesture; the next gesture takes it away."""
        return self._loop.look(self._eyes.notice)

    def _front(self) -> View:
        view = self._loop.look(self._eyes.front)
        if view is None:
            raise LookupError("No modal is open.")
        return view

    def _do(self, gesture: Coroutine[Any, Any, str | None]) -> None:
        try:
            self._loop.run(gesture)
        except GestureError as error:
            raise LookupError(str(error)) from None
