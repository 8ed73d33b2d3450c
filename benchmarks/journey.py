"""A whole journey of a pair, as people live it: the gestures whose median is taken."""

from datetime import datetime, timedelta
from typing import Any

from benchmarks.pair import Pair
from handlers.ids import Action
from mentoring.ids import SessionId

SESSION = timedelta(days=3)
TEXT = "What she wants is to lead a team without losing sleep over it. " * 5


class Journey(Pair):
    """One pair after another, each from the invitation to an early end that is undone."""

    def run(self) -> None:
        """Live it."""
        self.meet()
        self.begin()
        session = self.first_session()
        self.rate(session)
        self.look_back(session)
        self.around()

    def begin(self) -> None:
        """Invite, read and sign."""
        self.event(
            "open Home",
            self.tom,
            {"type": "app_home_opened", "tab": "home", "channel": "D1", "event_ts": "1.2"},
        )
        self.invite()
        agreement = self.agreement.id
        self.press("read", self.anna, Action.READ, agreement)
        self.submit("sign", self.anna, purpose=TEXT)
        self.press("read", self.tom, Action.READ, agreement)
        self.submit("sign", self.tom)

    def invite(self) -> None:
        """Invite, as a mentor."""
        self.command("start", self.tom, f"start <@{self.anna}|anna>")
        self.submit("send an invitation", self.tom, who=self.anna, role="mentor", place="Fleet Street")

    def plan(self) -> None:
        """Plan a session."""
        self.press("open planning", self.tom, Action.PLAN, self.agreement.id)
        self.submit("plan", self.tom, **moment(self.now + SESSION))

    def first_session(self) -> SessionId:
        """Plan a session, move it, and write notes once it has been; return its id. Then its rating is asked."""
        starts = self.now + SESSION
        self.plan()
        session = next(one.id for one in self.agreement.sessions if one.planned)
        self.press("open moving", self.anna, Action.MOVE, session)
        self.submit("move", self.anna, **moment(starts + timedelta(hours=1)))
        self.now = starts + timedelta(hours=3)
        self.known()
        self.write_notes(session)
        self.now += timedelta(days=5, hours=4)
        self.known()
        return session

    def write_notes(self, session: str) -> None:
        """Write notes."""
        self.press("open notes", self.tom, Action.NOTES, f"{self.agreement.id}/{session}")
        self.submit("write notes", self.tom, text=TEXT)

    def rate(self, session: str) -> None:
        """Give a rating and words, then change one's mind about all of it, twice."""
        self.press("rate", self.anna, f"{Action.RATE}_4", f"{session}/4")
        self.press("open words", self.anna, Action.WORDS, session)
        self.submit("add words", self.anna, words=TEXT, share="share")
        self.press("skip", self.anna, Action.SKIP, session)
        self.press("undo a skip", self.anna, Action.UNDO_SKIP, session)

    def look_back(self, session: str) -> None:
        """Read the recap, plan the next session, and cancel it for ten minutes."""
        agreement = self.agreement.id
        self.press("recap", self.tom, Action.RECAP, agreement)
        self.command("session", self.tom, "session")
        self.plan()
        ahead = next(s.id for s in self.agreement.sessions if s.id != session)
        self.press("open cancelling", self.tom, Action.CANCEL, ahead)
        self.submit("cancel", self.tom)
        self.press("undo a cancellation", self.tom, Action.UNDO_CANCEL, ahead)

    def around(self) -> None:
        """Look at what there is, say a word, and end it for ten minutes."""
        agreement = self.agreement.id
        for kind, words in (("/mentor alone", ""), *((word, word) for word in LOOKED_UP)):
            self.command(kind, self.anna, words)
        self.event(
            "a word in the DM",
            self.tom,
            {
                "type": "message",
                "channel_type": "im",
                "channel": "D1",
                "text": "recap",
                "ts": "1.2",
                "event_ts": "1.2",
            },
        )
        self.press("open ending", self.anna, Action.END, agreement)
        self.submit("end", self.anna)
        self.press("undo an end", self.anna, Action.UNDO_CLOSE, agreement)


LOOKED_UP = ("agreement", "feedback", "help", "privacy")


def moment(starts: datetime) -> dict[str, Any]:
    """Return what is entered for a session that starts then."""
    return {"starts": starts, "place": "Fleet Street"}
