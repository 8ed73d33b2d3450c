"""Agreements, whole: loaded with their versions and sessions, saved with what must be said about them.

Every query is scoped by the person asking; ``by_clock`` alone is not, for the clock and delivery. A transaction that writes
locks the agreement before it reads anything under it.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal_column, or_, select

from mentoring import messages, retention
from mentoring.access import may_see
from mentoring.agreement import Agreement, Outcome, State
from mentoring.closing import both_go_on, renewal
from mentoring.due import Due, Kind, Lane
from mentoring.ids import AgreementId, PersonId, SessionId, new_id
from mentoring.proposals import WEEK, Record
from mentoring.refusal import NotFound
from mentoring.turns import caught_up
from storage import due, farewells, following, ghosts, sessions, terms
from storage.accounts import WIDTH, person_columns, person_of, zone_named
from storage.columns import Instant
from storage.database import Tx
from storage.refusals import Spoilt
from storage.sealing import write
from storage.tables import accounts, agreements, people

log = logging.getLogger(__name__)

_PLAIN = [
    "id",
    "proposed_at",
    "state",
    "outcome",
    "hidden",
    "mentor_erased",
    "mentee_erased",
    "activated_at",
    "closing_at",
    "closed_at",
    "closed_by",
    "before",
    "released_at",
    "paused_at",
    "paused_by",
    "resumed_at",
    "resumed_by",
    "pauses",
    "renews",
    "acted_by",
    "acted_at",
    "other_acted_at",
    "revision",
]
_STATE = _PLAIN.index("state")
_MENTORS, _MENTEES = _PLAIN.index("mentor_erased"), _PLAIN.index("mentee_erased")
EVER = datetime.min.replace(tzinfo=UTC)
# A literal, not a parameter: only so do both databases see that the partial index fits.
_OPEN = agreements.c.state != literal_column("'closed'")


_MENTOR, _MENTEE = people.alias("mentor"), people.alias("mentee")


def _whole(*, locked: bool) -> Select[Any]:
    """Agreements with both people, in the order of their ids."""
    mentors, mentees = accounts.alias("mentors"), accounts.alias("mentees")
    query = (
        select(
            *(agreements.c[name] for name in _PLAIN),
            agreements.c.proposer_id,
            agreements.c.zone,
            *person_columns(mentors, _MENTOR),
            *person_columns(mentees, _MENTEE),
        )
        .select_from(agreements)
        .join(_MENTOR, _MENTOR.c.id == agreements.c.mentor_id)
        .join(_MENTEE, _MENTEE.c.id == agreements.c.mentee_id)
        .join(mentors, mentors.c.id == agreements.c.mentor_account_id)
        .join(mentees, mentees.c.id == agreements.c.mentee_account_id)
        .order_by(agreements.c.id)
    )
    return query.with_for_update(of=agreements) if locked else query


def _queries(*criteria: Any) -> dict[bool, Select[Any]]:
    """The query for a transaction that reads, and the one for a transaction that writes."""
    return {writing: _whole(locked=writing).where(*criteria) for writing in (False, True)}


_PAIRS = or_(agreements.c.mentor_id == bindparam("person"), agreements.c.mentee_id == bindparam("person"))
# As mentoring.access.may_see has it: for whoever may not, the database finds nothing, reads nothing more and locks nothing.
_SEEN = and_(
    or_(
        and_(agreements.c.mentor_id == bindparam("person"), _MENTOR.c.gone.is_(False)),
        and_(agreements.c.mentee_id == bindparam("person"), _MENTEE.c.gone.is_(False)),
    ),
    or_(agreements.c.hidden.is_(False), agreements.c.proposer_id == bindparam("person")),
)
_BY_ID = _queries(agreements.c.id == bindparam("agreement"))
_BY_ID_SEEN = _queries(agreements.c.id == bindparam("agreement"), _SEEN)
_OF_SESSION_SEEN = _queries(agreements.c.id == sessions.AGREEMENT_OF, _SEEN)
_RECENT_ENOUGH = or_(_OPEN, agreements.c.closed_at >= bindparam("since"))
_OF_PERSON = _queries(_PAIRS, _RECENT_ENOUGH)
_OF_PERSON_SEEN = _queries(_SEEN, _RECENT_ENOUGH)
_SAME_PAIR = agreements.c.pair.in_(bindparam("pairs", expanding=True))
_OF_PAIR = _queries(_SAME_PAIR, _OPEN)
_RENEWAL_SEEN = _queries(agreements.c.renews == bindparam("agreement"), _SEEN)
_OF_THE_TWO = _queries(
    or_(
        and_(agreements.c.mentor_id == bindparam("one"), agreements.c.mentee_id == bindparam("other")),
        and_(agreements.c.mentor_id == bindparam("other"), agreements.c.mentee_id == bindparam("one")),
    )
)
_IDS_OF_PERSON = select(agreements.c.id).where(_PAIRS).order_by(agreements.c.id)
_THE_TWO = select(agreements.c.mentor_id, agreements.c.mentee_id).where(
    agreements.c.id == bindparam("agreement")
)
# Nobody has made a proposal that two yeses opened, so it counts against nobody; to decline it is an answer all the same.
_HIS_OWN = and_(agreements.c.proposer_id == bindparam("person"), agreements.c.renews.is_(None))
_PROPOSED_BY = _queries(_HIS_OWN, agreements.c.state == literal_column("'proposed'"))
_RECENT = select(func.count()).where(_HIS_OWN, agreements.c.proposed_at > bindparam("since"))
_REFUSED_AT = select(func.max(agreements.c.closed_at, type_=Instant())).where(
    _SAME_PAIR,
    or_(
        and_(_HIS_OWN, agreements.c.outcome.in_([Outcome.DECLINED, Outcome.LAPSED])),
        and_(
            agreements.c.renews.is_not(None),
            agreements.c.outcome == Outcome.DECLINED,
            agreements.c.closed_by != bindparam("person"),
        ),
    ),
)
_BOTH = (
    select(people.c.id, people.c.gone)
    .where(people.c.id.in_(bindparam("both", expanding=True)))
    .order_by(people.c.id)
    .with_for_update(key_share=True)
)


def get(tx: Tx, agreement_id: AgreementId, *, seen_by: PersonId) -> Agreement:
    """Return an agreement as it is stored; NotFound if it does not exist for ``seen_by``."""
    known = tx.loaded.get(agreement_id)
    found = [known] if known else _load(tx, _BY_ID_SEEN, agreement=agreement_id, person=seen_by)
    return _the_one(found, seen_by)


def current(tx: Tx, agreement_id: AgreementId, *, seen_by: PersonId, now: datetime) -> Agreement:
    """Return an agreement as time has made it by ``now``, locked if ``tx`` writes; NotFound as ``get``."""
    return caught_up(get(tx, agreement_id, seen_by=seen_by), now)


def of_session(tx: Tx, session_id: SessionId, *, seen_by: PersonId, now: datetime) -> Agreement:
    """Return the agreement that a session belongs to, as ``current`` does."""
    found = _load(tx, _OF_SESSION_SEEN, session=session_id, person=seen_by)
    return caught_up(_the_one(found, seen_by), now)


def of(tx: Tx, seen_by: PersonId, *, now: datetime, closed_since: datetime | None = None) -> list[Agreement]:
    """Return the agreements that exist for ``seen_by`` as time has made them by ``now``, the last one acted in first.

    Open ones, and those closed after ``closed_since`` of which something is left.
    """
    found = [
        caught_up(agreement, now)
        for agreement in _load(tx, _OF_PERSON_SEEN, person=seen_by, since=closed_since)
        if may_see(agreement, seen_by)
    ]
    standing = (
        agreement
        for agreement in found
        if agreement.closed_at is None
        or (
            closed_since is not None and agreement.closed_at > closed_since and not retention.empty(agreement)
        )
    )
    return sorted(standing, key=_last_act, reverse=True)


def by_clock(tx: Tx, agreement_id: AgreementId) -> Agreement:
    """Return an agreement as it is stored, whoever asks: for the clock and delivery alone.

    Raises:
        NotFound: there is none.
        Spoilt: it can't be read.
    """
    if agreement_id in tx.loaded:
        return tx.loaded[agreement_id]
    try:
        found = _load(tx, _BY_ID, agreement=agreement_id)
    except (LookupError, TypeError, ValueError) as error:
        # A row that is missing, or a value that means nothing: what it is stays in the cause.
        raise Spoilt(agreement_id) from error
    for agreement in found:
        return agreement
    raise NotFound


def of_pair(tx: Tx, agreement_id: AgreementId) -> list[Agreement]:
    """Return all agreements of the two whose agreement this is, in the order of their ids; none if there is no such agreement.

    Whoever asks: for the clock alone.
    """
    two = tx.connection.execute(_THE_TWO, {"agreement": agreement_id}).one_or_none()
    return [] if two is None else _load(tx, _OF_THE_TWO, one=two.mentor_id, other=two.mentee_id)


def renewal_of(tx: Tx, agreement: Agreement, *, seen_by: PersonId, now: datetime) -> Agreement | None:
    """Return the agreement that goes on from a closed one, as ``current`` does.

    None if there weren't two yeses, or it does not exist for ``seen_by``.
    """
    known = [held for held in tx.loaded.values() if held.renews == agreement.id]
    found = known or _load(tx, _RENEWAL_SEEN, agreement=agreement.id, person=seen_by)
    return next((caught_up(renewal, now) for renewal in found if may_see(renewal, seen_by)), None)


def every(tx: Tx, person_id: PersonId) -> list[Agreement]:
    """Return all agreements of a person as they are stored, those out of their sight too: for forgetting alone."""
    return _load(tx, _OF_PERSON, person=person_id, since=EVER)


def ids_of(tx: Tx, person_id: PersonId) -> list[AgreementId]:
    """Return the ids of what ``every`` returns, in their order."""
    return list(tx.connection.execute(_IDS_OF_PERSON, {"person": person_id}).scalars())


def follow_settings(tx: Tx, person_id: PersonId, now: datetime) -> None:
    """Move what is due about a person's agreements to where their settings now want it.

    About a closed one only what still waits, and when what they wrote goes. Those that are hidden from them are among them. One
    that can't be read is left out, and logged: its turn is tried again and again, and brings it into step once it can.
    """
    for agreement_id in ids_of(tx, person_id):
        try:
            agreement = by_clock(tx, agreement_id)
        except NotFound:  # it has gone meanwhile
            continue
        except Spoilt:
            log.exception("Agreement %s can't be read, so it does not follow changed settings.", agreement_id)
            continue
        if agreement.over:
            following.move(tx, agreement.id, messages.wanted(agreement, now))
            said = follow_retention(tx, agreement, person_id, now)
            due.add(tx, *(Due(Kind.REDRAW, row.id, now, agreement.id, person_id) for row in said if row.live))
        else:
            keep_in_step(tx, agreement, agreement, now)


def follow_retention(
    tx: Tx, agreement: Agreement, person_id: PersonId, now: datetime
) -> list[following.Known]:
    """Make the outbox say when what a person wrote in a closed agreement goes, and return what it had said of that."""
    rows = [
        row
        for row in following.rows_of(tx, agreement.id)
        if row.kind in {Kind.RETENTION, Kind.RETENTION_NOTICE} and row.recipient == person_id
    ]
    wanted = [due for due in retention.about(agreement) if due.recipient == person_id]
    following.follow(tx, agreement.id, wanted, now, rows)
    return rows


def record(tx: Tx, proposer: PersonId, other: PersonId, now: datetime) -> Record:
    """Return what the limits on proposals need to know before ``proposer`` proposes to ``other``.

    ``tx`` writes: both people are locked, so that what this says still holds when the proposal is saved. A proposal between
    them whose time is over lapses now. Someone who had everything forgotten, and came back, is to ``proposer`` who they were.
    """
    both = tx.connection.execute(_BOTH, {"both": sorted({proposer, other})}).all()
    gone = any(row.gone for row in both) or len(both) < len({proposer, other})
    whom = [*ghosts.formerly(tx, other, seen_by=proposer), other]
    pairs = [_pair(proposer, person) for person in whom]
    open_: list[Agreement] = []
    for stored in _load(tx, _OF_PAIR, pairs=pairs):
        agreement = caught_up(stored, now)
        if agreement.over:
            save(tx, agreement, now, lane=Lane.CLOCK)
        going_on = renewal_of(tx, agreement, seen_by=proposer, now=now) if agreement.over else agreement
        open_ += [going_on] if going_on is not None else []
    proposals = [caught_up(agreement, now) for agreement in _load(tx, _PROPOSED_BY, person=proposer)]
    one = {"person": proposer, "since": now - WEEK, "pairs": pairs}
    return Record(
        open_proposals=sum(agreement.proposed for agreement in proposals),
        recent=tx.connection.execute(_RECENT, one).scalar_one(),
        refused_at=tx.connection.execute(_REFUSED_AT, one).scalar(),
        between=max(open_, key=lambda one: whom.index(one.other(proposer).id), default=None),
        gone=gone,
    )


def save(tx: Tx, agreement: Agreement, now: datetime, *, lane: Lane = Lane.GESTURE) -> None:
    """Write what differs from what ``tx`` has loaded, and keep the outbox in step with it.

    Rows that say what is new, and those that draw again what was said, go in ``lane``.

    Raises:
        Overtaken: the pair has an open agreement already, or the agreement a planned session.
    """
    before = tx.loaded.get(agreement.id)
    if agreement == before and lane is Lane.GESTURE:
        # The outbox is in step already; a turn that changes nothing still has to plan the next.
        return
    if agreement != before:
        write(tx, agreements, agreement.id, _values(agreement), _values(before) if before else None)
        terms.save_versions(tx, agreement, before)
        sessions.save_sessions(tx, agreement, before)
        farewells.save_farewells(tx, agreement, before)
        tx.loaded[agreement.id] = agreement
    keep_in_step(tx, agreement, before, now, lane)
    if both_go_on(agreement) and before is not None and not before.over:
        # Two yeses: the new agreement is there in the same instant as the old one is over.
        save(tx, renewal(agreement, AgreementId(new_id()), now=now), now, lane=lane)


def keep_in_step(
    tx: Tx, agreement: Agreement, before: Agreement | None, now: datetime, lane: Lane = Lane.GESTURE
) -> None:
    """Make the outbox say what follows from the agreement, which was ``before``."""
    rows = following.rows_of(tx, agreement.id) if before else []
    wanted = messages.wanted(agreement, now)
    following.follow(tx, agreement.id, [_in_lane(row, lane) for row in wanted], now, rows)
    if agreement != before:
        if before and agreement.renews is not None:
            # The message that told of two yeses stands beside the old agreement, and says what has become of the new one.
            rows += [row for row in following.rows_of(tx, agreement.renews) if row.kind is Kind.RESULT]
        redraws = following.redraws(rows, before, agreement, now)
        due.add(tx, *(_in_lane(row, lane) for row in redraws))


def _the_one(found: list[Agreement], seen_by: PersonId) -> Agreement:
    for agreement in found:
        if may_see(agreement, seen_by):
            return agreement
    raise NotFound


def _load(tx: Tx, queries: dict[bool, Select[Any]], **parameters: Any) -> list[Agreement]:
    rows = tx.connection.execute(queries[tx.writing], parameters).all()
    if tx.writing and tx.on_postgresql and any(row[_MENTORS] or row[_MENTEES] for row in rows):
        # Whoever waited for a lock until one of the pair was gone has the agreement as it is now, and the two as they were before.
        rows = tx.connection.execute(queries[tx.writing], parameters).all()
    if not rows:
        return []
    plain = len(_PLAIN)
    mentors = {row[0]: person_of(row[plain + 2 : plain + 2 + WIDTH]) for row in rows}
    mentees = {row[0]: person_of(row[plain + 2 + WIDTH :]) for row in rows}
    ids, owners = list(mentors), {key: mentee.id for key, mentee in mentees.items()}
    versions = terms.of_agreements(tx, ids, owners)
    meetings = sessions.of_agreements(tx, ids, owners)
    ending = [row[0] for row in rows if row[_STATE] in {State.CLOSING, State.CLOSED}]
    words = farewells.of_agreements(tx, ending) if ending else {}
    found = [
        Agreement(
            **dict(zip(_PLAIN, row, strict=False)),
            proposer=row[plain],
            zone=zone_named(row[plain + 1]),
            mentor=mentors[row[0]],
            mentee=mentees[row[0]],
            versions=tuple(versions[row[0]]),
            sessions=tuple(session for session in meetings.get(row[0], ()) if not session.is_talk),
            talks=tuple(session for session in meetings.get(row[0], ()) if session.is_talk),
            farewells=tuple(words.get(row[0], ())),
        )
        for row in rows
    ]
    tx.loaded.update((agreement.id, agreement) for agreement in found)
    return found


def _values(agreement: Agreement) -> dict[str, Any]:
    return {
        **{name: getattr(agreement, name) for name in _PLAIN},
        "pair": _pair(agreement.mentor.id, agreement.mentee.id),
        "mentor_id": agreement.mentor.id,
        "mentee_id": agreement.mentee.id,
        "mentor_account_id": agreement.mentor.account_id,
        "mentee_account_id": agreement.mentee.account_id,
        "proposer_id": agreement.proposer,
        "zone": None if agreement.zone is None else agreement.zone.key,
    }


def _pair(one: PersonId, other: PersonId) -> str:
    return " ".join(sorted((one, other)))


def _in_lane(row: Due, lane: Lane) -> Due:
    return row if row.lane >= lane else replace(row, lane=lane)


def _last_act(agreement: Agreement) -> tuple[datetime, bool]:
    """When something last happened; what two yeses open goes before what they complete in the same instant."""
    moments = (agreement.acted_at, agreement.proposed_at, agreement.closed_at)
    return max(filter(None, moments)), not agreement.over
