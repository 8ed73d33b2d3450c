"""What every gesture begins and ends with: who acts, on what, and what Slack says when it fails."""

from playground.errors import GestureError
from playground.socket_mode import Connections, NotDeliveredError
from playground.workspace import Json, Message, Pane, Person, Spot, View, Workspace

NOT_CONFIGURED = "interactivity_disabled"
# What Slack calls a command that was not acked in time over Socket Mode, or had no websocket to go to.
DISPATCH_FAILED = "dispatch_failed"


class Acting:
    """A person about to do something."""

    def __init__(self, workspace: Workspace, connections: Connections) -> None:
        self._workspace = workspace
        self._connections = connections

    def begin(self, user: str) -> tuple[Person, Pane]:
        """Return who acts and what they have before them, without the notice of an earlier failure.

        Raises:
            GestureError: there is nobody of that id, or the account is deactivated.
        """
        person = self._workspace.person(user)
        if person is None or person.is_bot:
            raise GestureError(f"There is nobody {user!r} here.")
        if person.deleted:
            raise GestureError(f"{person.real_name}'s account is deactivated.")
        pane = self._workspace.state.panes[user]
        pane.notice = None
        return person, pane

    def surface(self, user: str, spot: Spot) -> View | Message:
        """Return the view or message that ``spot`` is on, if ``user`` has it before them.

        Raises:
            GestureError: they have not.
        """
        pane = self._workspace.state.panes[user]
        if spot.view_id is not None and spot.view_id in (pane.home, *pane.stack[-1:]):
            return self._workspace.state.views[spot.view_id]
        message = self._workspace.message(pane.channel, spot.message_ts) if spot.message_ts else None
        if message is None:
            raise GestureError("That message or view is not there any more.")
        return message

    def modal(self, user: str, view_id: str) -> View:
        """Return the modal in front.

        Raises:
            GestureError: it is another one, or none is open.
        """
        stack = self._workspace.state.panes[user].stack
        if not stack or stack[-1] != view_id:
            raise GestureError("That view is not in front.")
        return self._workspace.state.views[view_id]

    def notice(self, pane: Pane, sentence: str, error: str) -> str:
        """Show Slack's own line to the person; return ``error``."""
        pane.notice = sentence
        self._workspace.changed()
        return error

    async def interact(self, pane: Pane, key: str, what: str, payload: Json) -> Json | str:
        """Send an interaction and return the ack's payload, or the error if nobody acked.

        Meanwhile ``what`` on the view or message ``key`` shows as busy.
        """
        if not self._workspace.app.interactivity:
            return NOT_CONFIGURED
        pane.busy[key] = what
        self._workspace.changed()
        try:
            answer = await self._connections.deliver("interactive", payload)
        except NotDeliveredError:
            return DISPATCH_FAILED
        else:
            self._workspace.overheard("ack", answer, {})
            return answer
        finally:
            pane.busy.pop(key, None)
            self._workspace.changed()
