"""A pair and a moment to start from: Tom in London mentors Anna in New York."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mentoring import cancelling, closing, feedback, notes, proposals, rhythm, sessions
from mentoring.agreement import Agreement, Role, Terms
from mentoring.due import Due, Kind
from mentoring.feedback import Score
from mentoring.ids import AccountId, AgreementId, NoteId, PersonId, SessionId
from mentoring.messages import wanted
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.turns import caught_up, next_turn

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


LONG_AFTER = {Kind.RETENTION_NOTICE, Kind.RETENTION}


def said(agreement: Agreement, now: datetime) -> list[Due]:
    """What is to be said and done of an agreement, but for what goes long after its end."""
    return [row for row in wanted(agreement, now) if row.kind not in LONG_AFTER]


def someone(name: str, zone: ZoneInfo) -> Person:
    key = name.split(maxsplit=1)[0].lower()
    return Person(
        id=PersonId(key),
        account_id=AccountId(f"{key}-account"),
        team_id="T1",
        user_id=f"U{key.upper()}",
        name=name,
        zone=zone,
        zone_known=True,
    )


TOM = someone("Tom Reed", LONDON)
ANNA = someone("Anna Bright", NEW_YORK)


@dataclass
class Pair:
    """Tom and Anna, their agreement as it stands, and the moment it is."""

    now: datetime = MONDAY
    agreement: Agreement = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.agreement = self.proposal()

    def proposal(self, role: Role = Role.MENTOR, **terms: Any) -> Agreement:
        proposer, other = (TOM, ANNA) if role is Role.MENTOR else (ANNA, TOM)
        return proposals.propose(
            AgreementId("agreement"),
            proposer=proposer,
            other=other,
            role=role,
            terms=replace(Terms(), **terms),
            purpose=Secret("To lead a team without losing sleep") if role is Role.MENTEE else None,
            record=proposals.Record(),
            now=self.now,
        )

    def propose(self, role: Role = Role.MENTOR, **terms: object) -> "Pair":
        self.agreement = self.proposal(role, **terms)
        return self

    def anna_signs(self, purpose: str = "To lead a team without losing sleep") -> "Pair":
        self.agreement = proposals.sign(
            self.agreement,
            by=ANNA.id,
            version=1,
            purpose=Secret(purpose),
            first_session=SessionId("first"),
            now=self.now,
        )
        return self

    def tom_signs(self) -> "Pair":
        self.agreement = proposals.sign(
            self.agreement,
            by=TOM.id,
            version=1,
            purpose=None,
            first_session=SessionId("first"),
            now=self.now,
        )
        return self

    def both_sign(self) -> "Pair":
        return self.anna_signs().tom_signs()

    def new_session_id(self) -> SessionId:
        self.count += 1
        return SessionId(f"session{self.count}")

    def plan(self, starts: datetime, by: Person = TOM) -> SessionId:
        id_ = self.new_session_id()
        self.agreement = sessions.plan(self.agreement, id_, starts=starts, place=None, by=by.id, now=self.now)
        return id_

    def move(self, id_: SessionId, starts: datetime, by: Person = ANNA) -> None:
        revision = self.agreement.session(id_).revision
        self.agreement = sessions.move(
            self.agreement, id_, starts=starts, place=None, revision=revision, by=by.id, now=self.now
        )

    def cancel(self, id_: SessionId, by: Person = ANNA) -> None:
        self.agreement = cancelling.cancel(self.agreement, id_, by=by.id, now=self.now)

    def log(self, starts: datetime, by: Person = TOM) -> SessionId:
        id_ = self.new_session_id()
        self.agreement = sessions.log(self.agreement, id_, starts=starts, by=by.id, now=self.now)
        return id_

    def didnt_happen(self, id_: SessionId, by: Person = ANNA) -> None:
        self.agreement = cancelling.didnt_happen(self.agreement, id_, by=by.id, now=self.now)

    def hold_session(self, starts: datetime, by: Person = TOM) -> SessionId:
        """Plan a session and move the clock to its end."""
        id_ = self.plan(starts, by)
        self.until(self.agreement.session(id_).ends)
        return id_

    def rate(self, id_: SessionId, score: Score) -> None:
        self.agreement = feedback.answer(self.agreement, id_, score=score, by=ANNA.id, now=self.now)

    def end(self, by: Person = ANNA) -> None:
        self.agreement = closing.end(self.agreement, by=by.id, now=self.now)

    def pause(self, by: Person = TOM) -> None:
        self.agreement = rhythm.pause(self.agreement, by=by.id, now=self.now)

    def resume(self, by: Person = ANNA) -> None:
        self.agreement = rhythm.resume(self.agreement, by=by.id, now=self.now)

    def until(self, moment: datetime) -> "Pair":
        """Let time pass as a running bot does: each turn at its moment."""
        while (turn := next_turn(self.agreement, self.now)) is not None and turn <= moment:
            self.now = max(turn, self.now)
            self.agreement = caught_up(self.agreement, self.now)
        return self.after_outage(moment)

    def after_outage(self, moment: datetime) -> "Pair":
        """Let time pass in one go, as a bot does that was down until ``moment``."""
        self.now = moment.astimezone(UTC)
        self.agreement = caught_up(self.agreement, self.now)
        return self

    def later(self, **delta: float) -> "Pair":
        return self.until(self.now + timedelta(**delta))

    def due(self, kind: Kind, to: Person | None = None) -> list[Due]:
        return [
            row
            for row in wanted(self.agreement, self.now)
            if row.kind is kind and (to is None or row.recipient == to.id)
        ]

    def moments(self, kind: Kind, to: Person | None = None) -> list[datetime]:
        return [row.due for row in self.due(kind, to)]

    def note(self, id_: SessionId, text: str) -> notes.Note:
        note = notes.write(
            self.agreement,
            id_,
            existing=None,
            note_id=NoteId(f"note-{id_}"),
            revision=0,
            text=text,
            by=TOM.id,
            now=self.now,
        )
        assert note is not None
        return note


@pytest.fixture
def pair() -> Pair:
    """Tom has just invited Anna, on a Monday morning."""
    return Pair()


@pytest.fixture
def active(pair: Pair) -> Pair:
    """Both have signed; no session is planned yet."""
    return pair.both_sign()
