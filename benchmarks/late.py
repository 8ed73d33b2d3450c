"""How many prompts are lost when the process comes back a minute late, beside APScheduler's job store with its defaults.

``python -m benchmarks.late [quick]``: two hundred rating prompts are due while nothing runs; a minute later it does.
"""

import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.events import (  # type: ignore[import-untyped]  # it has no types
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MISSED,
)
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from sqlalchemy import func, select

from benchmarks.apps import TEAM, empty, quiet
from benchmarks.channels import Standing, delivering
from benchmarks.figures import Figure, Section, show
from benchmarks.slow_slack import slow
from bot.clock import Clock
from mentoring.agreement import Agreement, State, Terms, Version
from mentoring.due import Kind
from mentoring.ids import AgreementId, SessionId, new_id
from mentoring.people import Profile
from mentoring.secret import Secret
from mentoring.sessions import Session, SessionState
from mentoring.turns import caught_up
from storage import agreements, people
from storage.database import Database
from storage.tables import RowState, due_rows

LATE = timedelta(seconds=60)
MET = datetime(2026, 11, 24, 10, tzinfo=UTC)
PATIENCE = 60.0
LOOK_SECONDS = 0.1


def met(database: Database, number: int) -> None:
    """Let a pair have met on a Tuesday morning, so that the rating is asked for in her working hours two days later."""
    agreed, over = MET - timedelta(days=1), MET + timedelta(hours=2)
    with database.writing() as tx:
        mentor, mentee = (
            people.learn(
                tx,
                team_id=TEAM,
                user_id=f"U{role}{number}",
                profile=Profile("P", "Europe/London", "en-GB", active=True, is_bot=False),
                now=agreed,
            )
            for role in "TA"
        )
        for person in (mentor, mentee):
            people.keep_channel(tx, person.account_id, f"D{person.user_id}")
        version = Version(
            number=1,
            author=mentor.id,
            sent_at=agreed,
            terms=Terms(),
            purpose=Secret("To lead."),
            mentee_signed_at=agreed,
            mentor_signed_at=agreed,
        )
        session = Session(
            id=SessionId(new_id()),
            starts=MET,
            minutes=60,
            set_at=agreed,
            set_by=mentor.id,
            state=SessionState.PLANNED,
        )
        agreement = Agreement(
            id=AgreementId(new_id()),
            mentor=mentor,
            mentee=mentee,
            proposer=mentor.id,
            proposed_at=agreed,
            versions=(version,),
            state=State.ACTIVE,
            activated_at=agreed,
            zone=mentor.zone,
        )
        agreements.save(tx, agreement, agreed)
        agreements.save(tx, replace(agreement, sessions=(session,)), agreed)
        agreements.save(tx, caught_up(agreements.by_clock(tx, agreement.id), over), over)


def ours(prompts: int) -> int:
    """Return how many of so many prompts were lost."""
    with empty() as database, slow(0.0, prompts) as slack:
        for number in range(prompts):
            met(database, number)
        turns, ratings = (due_rows.c.kind == kind for kind in (Kind.TURN, Kind.RATING))
        with database.reading() as tx:
            # The agreement's next turn is what asks.
            last = select(func.max(due_rows.c.due, type_=due_rows.c.due.type)).where(turns)
            due = tx.connection.execute(last).scalar_one()
        sent = select(func.count()).where(ratings, due_rows.c.state == RowState.SENT)
        with delivering(database, Standing(due + LATE), slack.url):
            never, asked = threading.Event(), 0
            for _ in range(int(PATIENCE / LOOK_SECONDS)):
                never.wait(LOOK_SECONDS)
                with database.reading() as tx:
                    asked = tx.connection.execute(sent).scalar_one()
                if asked == prompts:
                    break
    return prompts - asked


def theirs(prompts: int) -> int:
    """Return how many of so many jobs the scheduler gives up."""
    run, missed = [0], [0]
    over = threading.Event()

    def hear(event: object) -> None:
        (missed if getattr(event, "code", 0) == EVENT_JOB_MISSED else run)[0] += 1
        if run[0] + missed[0] == prompts:
            over.set()

    due = Clock().now() - LATE
    with tempfile.TemporaryDirectory() as folder:
        store = SQLAlchemyJobStore(url=f"sqlite:///{Path(folder)}/jobs.db")
        scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="UTC")
        scheduler.start(paused=True)
        for number in range(prompts):
            scheduler.add_job(prompt, "date", run_date=due, id=f"p{number}")
        scheduler.add_listener(hear, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
        scheduler.resume()
        if not over.wait(PATIENCE):
            raise TimeoutError("the scheduler doesn't tell")
        scheduler.shutdown()
    return missed[0]


def prompt() -> None:
    """Be asked."""


def measure(quick: bool = False) -> Section:
    """Restart both."""
    prompts = 5 if quick else 200
    lost = ours(prompts)
    with quiet():
        given_up = theirs(prompts)
    return Section(
        "Prompts lost when restarted a minute late",
        f"{prompts} pairs have met, and are to be asked two days later; what runs then begins {LATE.seconds} s after that.",
        [
            Figure("lost", f"{lost} of {prompts}", "", "0", lost == 0),
            Figure("APScheduler's SQLAlchemyJobStore, defaults", f"{given_up} of {prompts}"),
        ],
    )


if __name__ == "__main__":
    show(measure)
