"""What a due row is for, done: something is said, drawn again, applied or deleted."""

from bot.addressees import Addressees
from bot.clearing import Clearing
from bot.drawn import Drawn
from bot.figures import Figures
from bot.pace import Pace
from bot.posting import Posting
from bot.redrawing import Redrawing
from bot.removing import Removing
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from bot.uploading import Uploading
from bot.workspaces import UNKNOWN, Workspaces
from handlers import clock as clock_rules
from handlers.deps import Deps
from mentoring.due import CLEARING, Kind
from storage import agreements, outbox
from storage.database import Tx
from storage.outbox import Row


class Carrying:
    """Carries out rows that are claimed, each by its kind, and settles them."""

    def __init__(
        self, deps: Deps, settle: Settling, workspaces: Workspaces, pace: Pace, figures: Figures
    ) -> None:
        self._deps = deps
        self._settle = settle
        self._workspaces = workspaces
        self._figures = figures
        self._drawn = drawn = Drawn()
        uploading = Uploading(deps, settle, pace, workspaces.without_files)
        self._addressees = Addressees(deps, settle, pace)
        self._posting = Posting(deps, settle, pace, drawn, uploading=uploading, addressees=self._addressees)
        self._redrawing = Redrawing(deps, settle, pace, drawn)
        self._clearing = Clearing(deps, settle, pace)
        self._removing = Removing(deps, settle, pace)

    def begin_anew(self) -> None:
        """Take nothing for granted that another process may have changed meanwhile."""
        self._drawn.forget()

    def carry_out(self, row: Row) -> None:
        """Do what the row is for.

        Raises:
            Undelivered: Slack did not take it.
            Busy: the database did not get round to it, and nothing was said.
        """
        if row.due.kind is Kind.TURN:
            return self._settle(lambda tx: self._turn(tx, row))
        if row.due.kind is Kind.CLEAR_FILE:
            return self._clearing.clear_file(row)
        if row.due.kind is Kind.RETENTION:
            return self._settle(lambda tx: self._retention(tx, row))
        if row.team_id is None:
            # No workspace can be waited for, so it must not be claimed again at once.
            raise ValueError("whatever is said has a recipient in a workspace")
        sender = self._workspaces.sender(row.team_id)
        if sender is None:
            raise Undelivered(Fate.PAUSED, UNKNOWN)
        return self._say(row, sender)

    def _say(self, row: Row, sender: Sender) -> None:
        match row.due.kind:
            case Kind.LOOKUP:
                self._look_up(row, sender)
            case Kind.REACHED:
                self._addressees.ask_afterwards(row, sender)
            case Kind.HOME:
                self._redrawing.publish_home(row, sender)
            case Kind.REDRAW:
                self._redrawing.redraw(row, sender)
            case kind if kind in CLEARING:
                self._clearing.clear(row, sender)
            case Kind.EXPIRE_EXPORT:
                self._removing.delete_file(row, sender)
            case _:
                if self._posting.post(row, sender):
                    self._workspaces.delivered(row.team_id or "")
                    self._figures.said(row, self._deps.now())

    def _look_up(self, row: Row, sender: Sender) -> None:
        self._addressees.look_up(row, sender)
        self._settle(lambda tx: outbox.done(tx, row.id))

    def _turn(self, tx: Tx, row: Row) -> None:
        agreement_id = row.due.agreement_id
        if agreement_id is not None:
            # Locked before its rows, as gestures do, lest two wait for each other.
            agreements.by_clock(tx, agreement_id)
        # Done before the turn, which plans the next one in the same row.
        outbox.done(tx, row.id)
        if agreement_id is not None:
            clock_rules.turn(tx, agreement_id, self._deps.now())

    def _retention(self, tx: Tx, row: Row) -> None:
        again = clock_rules.retention(tx, row, self._deps.now())
        if again is None:
            outbox.done(tx, row.id)
        else:
            outbox.later(tx, row.id, again)
