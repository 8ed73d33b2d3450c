"""What the clauses say, by edition: who has signed one goes on reading that one, whatever is written for others later."""

from collections.abc import Callable
from dataclasses import dataclass

from mentoring.agreement import Terms
from mentoring.calendar import Cadence, RatingDelay

WORDING = 2
"""The newest edition. A version of the terms keeps the number of the edition that it was written in."""

CADENCES = {
    Cadence.WEEKLY: "every week",
    Cadence.FORTNIGHTLY: "every two weeks",
    Cadence.THREE_WEEKS: "every three weeks",
    Cadence.MONTHLY: "once a month",
    Cadence.AS_WE_GO: "as we go",
}
DELAYS = {
    RatingDelay.NEXT_MORNING: "the next working morning",
    RatingDelay.TWO_DAYS: "two days later",
    RatingDelay.THREE_DAYS: "three days later",
    RatingDelay.SEVEN_DAYS: "a week later",
}
QUESTION = "on a scale of 1 to 5, how valuable a use of your time was the session?"


@dataclass(frozen=True)
class Wording:
    """One edition's clauses that depend on the terms; ``feedback`` is told the mentor's and the mentee's names too."""

    limits: Callable[[Terms], str]
    feedback: Callable[[Terms, str, str], str]
    early_end: Callable[[Terms], str]


# --- edition 1


def _size_1(terms: Terms) -> str:
    sessions = "1 session" if terms.sessions == 1 else f"up to {terms.sessions} sessions"
    return f"{sessions} of {terms.minutes} minutes, {CADENCES[terms.cadence]}"


def _limits_1(terms: Terms) -> str:
    return (
        f"We meet for {_size_1(terms)}. It stops after the last one, so that it never goes on out of habit or politeness; "
        "going on would take a new agreement that both of us want."
    )


def _feedback_1(terms: Terms, mentor: str, mentee: str) -> str:
    return (
        f"After each session that took place, {DELAYS[terms.rating_after]} and in working hours, {mentee} is asked one "
        f"question: {QUESTION} The answer stays sealed until the "
        f"reminder before the next session; until then {mentee} can change it or take it back. From then on {mentor} can "
        f"read the score, and any words that {mentee} chose to share. With one mentee a score can't be anonymous."
    )


def _early_end_1(terms: Terms) -> str:
    return f"{_two_low() if terms.early_end else ''}{_AT_ANY_TIME}"


# --- edition 2


def size(terms: Terms) -> str:
    """Return sessions, minutes and rhythm: "up to 5 sessions of 75 minutes, every two weeks"; one session has no rhythm."""
    return f"1 session of {terms.minutes} minutes" if terms.sessions == 1 else _size_1(terms)


def _limits_2(terms: Terms) -> str:
    after = "that" if terms.sessions == 1 else "the last one"
    return (
        f"We meet for {size(terms)}. It stops after {after}, so that it never goes on out of habit or politeness; "
        "going on would take a new agreement that both of us want."
    )


def _feedback_2(terms: Terms, mentor: str, mentee: str) -> str:
    when, until = DELAYS[terms.rating_after], sealed_until(terms)
    which = "After the session" if terms.sessions == 1 else "After each session that took place"
    return (
        f"{which}, {when} and in working hours, {mentee} is asked one question: {QUESTION} The answer stays sealed {until}. "
        f"Until then {mentee} can change it or take it back; from then on {mentor} is shown the score, and any words that "
        f"{mentee} chose to share. With one mentee a score can't be anonymous."
    )


def sealed_until(terms: Terms) -> str:
    """Return until when a rating is sealed: what the rules of ``mentoring.feedback`` do, in a sentence's words."""
    if terms.sessions == 1:
        return "until the agreement comes to its close, a week later at the earliest"
    return (
        "until the reminder before the next session; with none planned, for two weeks after the last one at the least; after "
        "the very last, until the agreement comes to its close, a week later at the earliest"
    )


def _early_end_2(terms: Terms) -> str:
    return f"{_two_low() if has_rule(terms) else ''}{_AT_ANY_TIME}"


def has_rule(terms: Terms) -> bool:
    """Tell whether two low scores in a row mean anything: it takes two sessions."""
    return terms.early_end and terms.sessions > 1


# --- both


def _two_low() -> str:
    return "If two scores in a row are 2 or less, we look together at whether this is still worth the time. "


_AT_ANY_TIME = (
    "Either of us can end it at any time, with two clicks, without a reason and without fault. "
    "Ending early is a good result too."
)
_EDITIONS = {
    1: Wording(_limits_1, _feedback_1, _early_end_1),
    2: Wording(_limits_2, _feedback_2, _early_end_2),
}


def wording_of(terms: Terms) -> Wording:
    """Return the edition that these terms were written in; the newest for one that there isn't."""
    return _EDITIONS.get(terms.wording, _EDITIONS[WORDING])
