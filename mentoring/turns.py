"""What the passing of time alone does to an agreement, in order, and when it does the next thing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from mentoring.agreement import Agreement, State
from mentoring.closing import (
    complete,
    fixed_moment,
    open_closing,
    opening_moment,
    pass_on,
    passing_moment,
)
from mentoring.feedback import RatingState, ask, asking_moment, expire, release, release_moment
from mentoring.proposals import lapse
from mentoring.sessions import hold
from mentoring.terms import lapse_change

Change = Callable[[datetime], Agreement]


def caught_up(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement as time has made it by ``now``.

    Sessions count as held at their end, ratings are asked, released and closed, proposals lapse, the closing opens and is
    fixed, thanks after an early end are passed on. A turn that is late happens as of its own moment, but for a rating and for the
    closing: those are asked when they can be asked.
    """
    while (turn := _next(agreement, now)) is not None and turn[0] <= now:
        moment, change = turn
        agreement = change(moment)
    return agreement


def next_turn(agreement: Agreement, now: datetime) -> datetime | None:
    """Return when time changes the agreement next, once it is caught up; None if it never will by itself."""
    turn = _next(agreement, now)
    return None if turn is None else turn[0]


def _next(agreement: Agreement, now: datetime) -> tuple[datetime, Change] | None:
    # min() keeps the first of equals: what _turns gives first happens first.
    return min(_turns(agreement, now), key=lambda turn: turn[0], default=None)


def _turns(agreement: Agreement, now: datetime) -> Iterator[tuple[datetime, Change]]:
    if agreement.talk is not None and agreement.state in {State.PROPOSED, State.ACTIVE}:
        yield agreement.talk.ends, lambda _, talk=agreement.talk: hold(agreement, talk)  # type: ignore[misc]
    if agreement.proposed:
        yield agreement.lapses_at, partial(lapse, agreement)
    if agreement.active and agreement.change is not None:
        yield agreement.lapses_at, partial(lapse_change, agreement)
    if agreement.state in {State.ACTIVE, State.CLOSING}:
        yield from _turns_of_sessions(agreement, now)
        yield from _turns_of_the_closing(agreement, now)
    for farewell in agreement.farewells:
        if (moment := passing_moment(agreement, farewell)) is not None:
            yield moment, lambda _, f=farewell: pass_on(agreement, f)  # type: ignore[misc]


def _turns_of_sessions(agreement: Agreement, now: datetime) -> Iterator[tuple[datetime, Change]]:
    for session in agreement.sessions:
        rating = session.rating
        if session.planned:
            yield session.ends, lambda _, s=session: hold(agreement, s)  # type: ignore[misc]  # a default of a lambda has no type
        elif session.held and rating is None:
            yield asking_moment(agreement, session, now), partial(ask, agreement, session)
        elif session.held and rating is not None and rating.state is RatingState.ASKED:
            yield rating.closes_at, partial(expire, agreement)


def _turns_of_the_closing(agreement: Agreement, now: datetime) -> Iterator[tuple[datetime, Change]]:
    if agreement.active and (moment := release_moment(agreement)) is not None:
        yield moment, partial(release, agreement)
    if (moment := opening_moment(agreement, now)) is not None:
        yield moment, partial(open_closing, agreement)
    if (moment := fixed_moment(agreement)) is not None:
        yield moment, partial(complete, agreement)
