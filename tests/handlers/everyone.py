"""Everyone who could ask, and agreements at every stage with a text of each kind in them: something to be stolen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers import decisions, declining, feedback, impact, notes, sessions, settings, talks
from handlers.gestures import Place
from handlers.views.notes import text_field
from mentoring.agreement import Agreement, Terms
from mentoring.ids import SessionId, new_id
from mentoring.people import Person, Profile
from mentoring.secret import Secret
from storage import agreements, exports, forgetting, people
from storage.database import Database
from tests.handlers.endings import end, look_back, open_homes
from tests.handlers.meetings import cancel, plan
from tests.handlers.signing import sign as signs
from tests.handlers.stage import BERLIN, LONDON, NEW_YORK, TEAM, Pair, Someone, Stage
from tests.handlers.talking import suggest

ELSEWHERE = "T0002"
"""Another workspace."""
PAIRS = {
    # under way, with everything in it that can be written
    "rich": ("Tom", "Anna"),
    # over, both have looked back
    "former": ("Felix", "Anna"),
    # over, and he had everything forgotten
    "gone": ("Greta", "Anna"),
    # closing: what they say at the end is not passed on yet
    "closing": ("Tom", "Ben"),
    # ended minutes ago
    "ended": ("Tom", "Eve"),
    # not signed yet
    "proposed": ("Maya", "Nora"),
    # he wants no invitations
    "hidden": ("Maya", "Hugo"),
    # what a member has of her own
    "as mentor": ("Maya", "Olaf"),
    "as mentee": ("Nina", "Maya"),
}
"""Mentor and mentee of each agreement."""


def december(day: int, hour: int = 16) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=LONDON)


NOW = december(16, 15)
"""When everything below stands as it is, and things are stolen."""


@dataclass
class Town:
    """The stage, everyone by their first names, and each pair."""

    stage: Stage
    everyone: dict[str, Person] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> Someone:
        return Someone(self.stage, f"U{name.upper()}")

    def agreements(self) -> dict[str, Agreement]:
        """Every agreement as it is stored."""
        with self.stage.database.reading() as tx:
            return {
                name: agreements.by_clock(tx, pair.agreement_id)
                for name, pair in self.pairs.items()
                if pair.agreement_id is not None
            }

    def says(self, pair: str, what: str) -> str:
        """Return a text that is found nowhere else."""
        word = f"canary{len(self.written):03}x"
        assert self.written.setdefault(f"{pair}: {what}", word) == word
        return word


def town(database: Database) -> Town:
    """Let everyone live until ``NOW``."""
    here = Town(Stage(database))
    for name in sorted({name for pair in PAIRS.values() for name in pair} | {"Guest"}):
        here.stage.someone(f"U{name.upper()}", f"{name} Reed", NEW_YORK if name == "Anna" else LONDON)
    here.stage.someone("UDORA", "Dora Reed", LONDON, active=False)
    for name, (mentor, mentee) in PAIRS.items():
        here.pairs[name] = Pair(here.stage, here.one(mentor), here.one(mentee), here.one("Guest"))
    _first_days(here)
    here.stage.pass_time(december(4, 19))
    _first_ratings(here)
    here.stage.pass_time(december(9, 19))
    _last_words(here, "former")
    here.stage.pass_time(december(11, 19))
    _more(here)
    here.stage.pass_time(NOW)
    _last_hour(here)
    here.stage.deliver()
    _who_is_who(here)
    with here.stage.database.writing() as tx:
        exports.send(tx, new_id(), b"all of it", person=here.everyone["Anna"].id, now=here.stage.now)
        # Her gestures come all the same.
        forgetting.forget(tx, here.everyone["Greta"].id, here.stage.now)
    return here


def _first_days(here: Town) -> None:
    for name in ("rich", "former", "gone", "closing", "as mentor", "as mentee"):
        pair = here.pairs[name]
        place = Secret(here.says(name, "usual place"))
        pair.propose(terms=Terms(sessions=1 if name in {"former", "closing"} else 5, place=place))
        if name == "rich":
            form = pair.mentee.does(talks.open_plan_talk, str(pair.agreement_id))
            starts, place_ = datetime(2026, 11, 24, 16, tzinfo=LONDON), here.says(name, "place of the talk")
            pair.mentee.submits(sessions.plan, form, starts=starts, place=place_)
        signs(pair.mentee, pair, purpose=here.says(name, "purpose"))
        signs(pair.mentor, pair)
        open_homes(pair)
    end(here.one("Greta"), here.pairs["gone"])
    plan(here.pairs["former"], december(1), place=here.says("former", "place"))
    plan(here.pairs["rich"], december(2), place=here.says("rich", "place of the first"))
    plan(here.pairs["closing"], december(8))
    plan(here.pairs["as mentor"], december(20))
    # She is asked about this one, and doesn't answer.
    plan(here.pairs["as mentee"], december(10))


def _first_ratings(here: Town) -> None:
    for name in ("former", "rich"):
        pair = here.pairs[name]
        _rates(here, name, pair.agreement.sessions[0].id, share="share")
        _writes(here, name, pair.agreement.sessions[0].id, share="share")
    plan(here.pairs["rich"], december(9))


def _rates(here: Town, name: str, session_id: SessionId, *, share: str, which: str = "") -> None:
    pair = here.pairs[name]
    pair.mentee.does(feedback.rate, f"{session_id}/4")
    form = pair.mentee.does(feedback.open_words, session_id)
    words = here.says(name, f"{which}words, {share}")
    pair.mentee.submits(feedback.add_words, form, words=words, share=share)


def _writes(here: Town, name: str, session_id: SessionId, *, share: str, which: str = "") -> None:
    """A note, a decision, and what came of a session."""
    pair = here.pairs[name]
    form = pair.mentor.does(notes.open_notes, f"{pair.agreement_id}/{session_id}")
    pair.mentor.submits(notes.write_note, form, **{text_field(session_id): here.says(name, f"{which}note")})
    form = pair.mentee.does(decisions.open_decision, f"{pair.agreement_id}/", place=Place.MODAL)
    pair.mentee.submits(decisions.write_decision, form, text=here.says(name, f"{which}decision"))
    form = pair.mentee.does(impact.open_impact, session_id)
    came = here.says(name, f"{which}what came of it, {share}")
    pair.mentee.submits(impact.write_impact, form, text=came, share=share)


def _last_words(here: Town, name: str, **mentees: Any) -> None:
    pair = here.pairs[name]
    for role, one in (("mentor", pair.mentor), ("mentee", pair.mentee)):
        said = {part: here.says(name, f"{role}'s {part}") for part in ("review", "thanks")}
        look_back(one, pair, **said, **mentees)


def _more(here: Town) -> None:
    pair = here.pairs["rich"]
    second = pair.agreement.held_sessions[-1].id
    # Shared, and not released yet.
    _rates(here, "rich", second, share="share", which="sealed ")
    _writes(here, "rich", second, share="share", which="sealed ")
    plan(pair, december(18), place=here.says("rich", "place of the next"))
    suggest(pair.mentor, pair, minutes="60")
    _declines_the_change(pair, here.says("rich", "reply"))
    suggest(pair.mentee, pair, minutes="90", purpose=here.says("rich", "purpose suggested"))
    pair = here.pairs["closing"]
    _rates(here, "closing", pair.agreement.sessions[0].id, share="keep")
    _writes(here, "closing", pair.agreement.sessions[0].id, share="keep")
    pair = here.pairs["ended"]
    pair.propose()
    signs(pair.mentee, pair, purpose=here.says("ended", "purpose"))
    signs(pair.mentor, pair)
    settings.change(here.one("Hugo").gesture(Place.MODAL), invitations=False)
    for name in ("proposed", "hidden"):
        here.pairs[name].propose(terms=Terms(place=Secret(here.says(name, "usual place"))))


def _declines_the_change(pair: Pair, reply: str) -> None:
    form = pair.mentee.does(
        declining.ask_decline_change, f"{pair.agreement_id}/{pair.agreement.newest.number}"
    )
    pair.mentee.submits(declining.decline, form, reply=reply)


def _last_hour(here: Town) -> None:
    _last_words(here, "closing", go_on="yes")
    pair = here.pairs["ended"]
    end(pair.mentee, pair)
    look_back(
        pair.mentee,
        pair,
        review=here.says("ended", "mentee's review"),
        thanks=here.says("ended", "mentee's thanks"),
    )
    pair = here.pairs["as mentor"]
    cancel(pair, pair.mentee, pair.agreement.sessions[0].id)


def _who_is_who(here: Town) -> None:
    """Whom Slack was asked about today, and who has been told what this is: nobody needs either once more."""
    names = sorted({name for pair in PAIRS.values() for name in pair} | {"Guest", "Dora"})
    with here.stage.database.writing() as tx:
        for name in names:
            told = here.stage.profiles[f"U{name.upper()}"]
            one = people.learn(tx, team_id=TEAM, user_id=f"U{name.upper()}", profile=told, now=here.stage.now)
            people.greeted(tx, one.id)
            here.everyone[name] = people.get(tx, one.id)
        for name, user_id in (("Elsewhere", "UELSE"), ("Namesake", "UTOM")):
            told = Profile("Someone Else", BERLIN.key, "en-GB", active=True, is_bot=False)
            here.everyone[name] = people.learn(
                tx, team_id=ELSEWHERE, user_id=user_id, profile=told, now=here.stage.now
            )
