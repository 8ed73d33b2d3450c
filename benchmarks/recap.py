"""What encryption costs a note, and how long a recap and its search take among many.

``python -m benchmarks.recap``: on SQLite, in process, the handler's whole work from the gesture to the drawn view: reading, opening
every text, the rules and Block Kit. So many sessions of one agreement are more than any pair agrees on.
"""

import platform
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from handlers import recap
from handlers.deps import Deps
from handlers.gestures import Gesture, Place, Show
from handlers.ids import Action
from handlers.views import forms
from handlers.views.block_kit import as_json
from mentoring.agreement import Agreement, State, Terms, Version
from mentoring.feedback import Rating, RatingState
from mentoring.ids import AgreementId, NoteId, SessionId, new_id
from mentoring.notes import Note
from mentoring.people import Person, Profile
from mentoring.recap import search
from mentoring.secret import Secret
from mentoring.sessions import Session, SessionState
from storage import agreements, notes, people
from storage.database import Database
from storage.opening import opened
from storage.sessions import save_sessions
from storage.vault import Spot

STARTS = datetime(2006, 1, 2, 9, tzinfo=UTC)
SPAN = timedelta(hours=12)
WORDS = ("budget", "sleep", "delegate", "Priya", "board", "hiring", "focus", "offsite", "patience", "letter")
NOTE = 600
"""Characters of a note: about a hundred words."""
NEEDLE = "chrysanthemum"


def text(number: int) -> str:
    """Return a note of ``NOTE`` characters, unlike the others."""
    words = " ".join(WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(NOTE // 5))
    return f"{number} {words}"[:NOTE]


def filled(database: Database, sessions: int, mentor: Person | None = None) -> tuple[Person, Agreement]:
    """Return a mentor, a new one unless given, and an agreement with so many sessions, each held, rated 4 with words, and noted."""
    after = STARTS + SPAN * sessions
    with database.writing() as tx:
        one, mentee = (
            people.learn(
                tx,
                team_id="T1",
                user_id=secrets.token_hex(4),
                profile=Profile(name, "Europe/London", "en-GB", active=True, is_bot=False),
                now=STARTS,
            )
            for name in ("Tom Reed", "Anna Bright")
        )
        mentor = mentor or one
        version = Version(
            number=1,
            author=mentor.id,
            sent_at=STARTS,
            terms=Terms(sessions=sessions + 1),
            purpose=Secret("To lead a team without losing sleep."),
            mentee_signed_at=STARTS,
            mentor_signed_at=STARTS,
        )
        agreement = Agreement(
            id=AgreementId(new_id()),
            mentor=mentor,
            mentee=mentee,
            proposer=mentor.id,
            proposed_at=STARTS,
            versions=(version,),
            state=State.ACTIVE,
            activated_at=STARTS,
            zone=mentor.zone,
            released_at=after,
        )
        agreements.save(tx, agreement, after)
        # What would be said about so many is not what is measured.
        held = tuple(_session(mentor, number, after) for number in range(sessions))
        whole = replace(agreement, sessions=held)
        save_sessions(tx, whole, agreement)
        for number, session in enumerate(whole.sessions):
            words = text(number) + (f" {NEEDLE}" if number == sessions // 2 else "")
            notes.save(
                tx, Note(NoteId(new_id()), agreement.id, session.id, mentor.id, Secret(words), session.ends)
            )
    return mentor, whole


def _session(mentor: Person, number: int, after: datetime) -> Session:
    starts = STARTS + SPAN * number
    session_id = SessionId(new_id())
    rating = Rating(
        session_id=session_id,
        asked_at=starts + timedelta(hours=3),
        state=RatingState.ANSWERED,
        score=Secret(4),
        words=Secret("That it was so concrete."),
        shared=True,
        answered_at=starts + timedelta(hours=4),
        released=True,
        released_at=after,
    )
    return Session(
        id=session_id,
        starts=starts,
        minutes=60,
        set_at=starts - timedelta(days=1),
        set_by=mentor.id,
        state=SessionState.HELD,
        rating=rating,
    )


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds that each of so many rounds took, after one to warm up."""
    work()
    found = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return found


def sealing(database: Database, mentor: Person) -> tuple[list[float], list[float]]:
    """Return the seconds that it takes to seal a note, and to open one; a thousand in each round."""
    spot = Spot("notes", "text", new_id(), mentor.id)
    written = text(1)
    with database.writing() as tx:
        sealed = database.vault.seal(tx, written, spot)
        seal = timed(lambda: [database.vault.seal(tx, written, spot) for _ in range(1000)], 20)
        open_ = timed(lambda: [database.vault.open(tx, sealed, spot) for _ in range(1000)], 20)
    return [each / 1000 for each in seal], [each / 1000 for each in open_]


def looked_for(words: str, agreement: Agreement) -> dict[str, object]:
    """Return the modal as Slack sends it when someone searches."""
    field = str(Action.RECAP_SEARCH)
    return {
        "private_metadata": forms.pack(agreement=agreement.id),
        "state": {"values": {field: {field: {"type": "plain_text_input", "value": words}}}},
    }


def main() -> None:
    """Measure, and print the medians."""
    table = Table("what", "median", "worst")
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(f"sqlite:///{folder}/mentor.db", keys_file=Path(folder) / "keys") as database,
    ):
        few, many = filled(database, 200), filled(database, 10_000)
        for name, times in zip(("seal a note", "open a note"), sealing(database, few[0]), strict=True):
            table.add_row(name, f"{median(times) * 1e6:.1f} µs", f"{max(times) * 1e6:.1f} µs")
        for name, (mentor, agreement), words, rounds in (
            ("a page of recap, of 200 notes", few, "", 50),
            ("search through 200 notes", few, NEEDLE, 50),
            ("the same of 10,000, with all their sessions and ratings", many, NEEDLE, 10),
        ):
            gesture = Gesture(
                place=Place.MODAL,
                person=mentor,
                deps=Deps(database, lambda: STARTS),
                now=STARTS + SPAN * len(agreement.sessions) + timedelta(hours=1),
                body={},
                view=looked_for(words, agreement),
            )
            times = timed(lambda gesture=gesture: _drawn(gesture), rounds)  # type: ignore[misc]  # a default of a lambda has no type
            table.add_row(name, f"{median(times) * 1e3:.1f} ms", f"{max(times) * 1e3:.1f} ms")
        times = timed(lambda: _searched(database, *many), 10)
        table.add_row(
            "read, open and search 10,000 notes",
            f"{median(times) * 1e3:.1f} ms",
            f"{max(times) * 1e3:.1f} ms",
        )
    console = Console()
    console.print(f"Notes of {NOTE} characters; Python {platform.python_version()}, {platform.machine()}")
    console.print(table)


def _searched(database: Database, mentor: Person, agreement: Agreement) -> None:
    with database.reading() as tx:
        search(recap.recap_of(tx, agreement, by=mentor.id), NEEDLE)


def _drawn(gesture: Gesture) -> object:
    answer = recap.search_recap(gesture)
    if not isinstance(answer, Show):
        raise TypeError("the recap is a window")
    return as_json(answer.view)


if __name__ == "__main__":
    main()
