"""Every window that the bot can open, and Home, drawn of the example pairs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from slack_sdk.models.views import View

from handlers.gallery.lives import ID, Example, Moment
from handlers.views import (
    about,
    calendar,
    closing,
    decisions,
    declining,
    export,
    farewells,
    feedback,
    forgetting,
    home,
    impact,
    notes,
    picker,
    planning,
    reading,
    recap,
    rhythm,
    settings,
    start,
    talks,
    terms,
)
from handlers.views.agreement import greeting
from handlers.views.guide import session_guide
from handlers.views.sessions import notes_button
from mentoring import closing as closing_rules
from mentoring import feedback as feedback_rules
from mentoring import sessions as session_rules
from mentoring import terms as term_rules
from mentoring.agreement import Agreement, Role, Version
from mentoring.decisions import Decision
from mentoring.ids import AgreementId, DecisionId, NoteId, SessionId
from mentoring.impact import Impact
from mentoring.notes import Note
from mentoring.operator import Operator
from mentoring.people import Person, Retention
from mentoring.recap import recap as whole_recap
from mentoring.refusal import Refused
from mentoring.secret import Secret
from mentoring.sessions import Session, is_ahead

COMMAND = "/mentor"
FRESH = SessionId(ID.format("fresh"))
MANY = 30
"""Agreements and decisions of somebody who has more than one window or page takes."""


def standing(moment: Moment) -> object:
    """Return what windows depend on, but for words and times."""
    agreement, now = moment
    newest, ahead, signer = agreement.newest, agreement.planned_session, agreement.must_sign
    last = agreement.standing_sessions[-1:]
    return (
        agreement.state,
        agreement.outcome,
        agreement.closed_by,
        signer and signer.id,
        (newest.number > 1, newest.outcome, newest.author),
        [talk.state for talk in agreement.talks],
        (ahead is None, min(len(agreement.held_sessions), 2)),
        [session.rating and (session.rating.state, session.rating.words is None) for session in last],
        {session.state.value for session in agreement.sessions[-2:]},
        [farewell.author for farewell in agreement.farewells],
        closing_rules.words_until(agreement) is None,
        agreement.closed_at is not None and now - agreement.closed_at < timedelta(minutes=5),
    )


def of_moment(moment: Moment, example: Example, operator: Operator) -> Iterator[View]:
    """Draw all that either of the two could open then."""
    agreement, now = moment
    for me in (agreement.mentor, agreement.mentee):
        yield home.home(me, [agreement], operator=operator, command=COMMAND, now=now)
        yield home.card_view(me, [agreement], operator=operator, command=COMMAND, now=now)
        yield reading.agreement_view(agreement, me, operator, now)
        yield from _of_terms(agreement, me, example, operator, now)
        yield from _of_talks(agreement, me, now)
        if agreement.signed is not None:
            yield from _of_sessions(agreement, me, now)
            yield from _private(agreement, me, example, now)
        yield from _of_the_rhythm(agreement, me, now)
        yield from _of_the_end(agreement, me, now)


def _allowed(rule: Callable[..., object], *what: object) -> bool:
    try:
        rule(*what)
    except Refused:
        return False
    return True


# --- terms


def _of_terms(
    agreement: Agreement, me: Person, example: Example, operator: Operator, now: datetime
) -> Iterator[View]:
    said, newest = Secret(example.text), agreement.newest
    if agreement.must_sign == me:
        yield reading.reading(agreement, me, operator, now, session_id=FRESH, purpose=said)
        yield declining.decline_form(agreement, me, version=None if agreement.proposed else newest.number)
    elif agreement.proposed:
        yield start.sent(agreement, me)
        yield reading.after_signing(agreement, me)
    if _allowed(term_rules.may_suggest, agreement, me.id):
        begun = term_rules.starting_point(agreement)
        for opened in (False, True):
            yield _suggesting(agreement, me, operator, begun, opened=opened)
        if begun.number > 1:
            yield _suggesting(agreement, me, operator, begun, opened=True, since=agreement.version(1))
    if newest.author == me.id:
        yield terms.suggested(agreement, me)
    if newest.outcome is not None:
        yield declining.change_declined(agreement, me)
        yield declining.reply_view(agreement, me, said)
        yield declining.no_reply(agreement, me)


def _suggesting(
    agreement: Agreement,
    me: Person,
    operator: Operator,
    begun: Version,
    *,
    opened: bool,
    since: Version | None = None,
) -> View:
    return terms.suggest_form(
        agreement,
        me,
        operator,
        basis=agreement.newest.number,
        begun=begun,
        typed={"sessions": "4"},
        opened=opened,
        since=since,
    )


# --- meetings


def _of_talks(agreement: Agreement, me: Person, now: datetime) -> Iterator[View]:
    if not agreement.proposed:
        return
    yield talks.talk_window(agreement, me, now)
    yield talks.guide(agreement, me)
    if agreement.talk is None:
        yield planning.plan_talk_form(agreement, FRESH, me)
    for talk in agreement.talks:
        yield from _of_session(agreement, talk, me, now)


def _of_sessions(agreement: Agreement, me: Person, now: datetime) -> Iterator[View]:
    yield planning.session_card(agreement, me, now)
    yield session_guide(agreement, me)
    if _allowed(session_rules.may_plan, agreement):
        yield planning.plan_form(agreement, FRESH, me, now)
    if _allowed(session_rules.may_log, agreement):
        yield planning.log_form(agreement, FRESH, me)
    for session in agreement.sessions[-2:]:
        yield from _of_session(agreement, session, me, now)


def _of_session(agreement: Agreement, session: Session, me: Person, now: datetime) -> Iterator[View]:
    if session.cancelled:
        yield planning.cancelled_receipt(agreement, session, me, now)
        yield planning.undone_receipt(agreement, session, me)
    if not is_ahead(agreement, session, now):
        also = notes_button(agreement, session) if me.id == agreement.mentor.id else None
        if not session.is_talk:
            yield planning.logged_receipt(agreement, session, me, also)
        return
    yield planning.unmoved_receipt(agreement, session, me)
    yield planning.cancel_form(agreement, session, me, now)
    for yes in (False, True):
        yield planning.move_form(agreement, session, me, unsuited=yes)
        yield planning.planned_receipt(agreement, session, me, files=yes)
        yield calendar.calendar_view(agreement, session, me, files=yes)
    yield planning.planned_receipt(agreement, session, me, "Moved", files=True, old_file=True)


# --- what is one's own


def _private(agreement: Agreement, me: Person, example: Example, now: datetime) -> Iterator[View]:
    said, sessions = Secret(example.text), agreement.standing_sessions
    came = {
        session.id: Impact(session.id, agreement.id, agreement.mentee.id, said, shared=True, written_at=now)
        for session in agreement.held_sessions
    }
    if me == agreement.mentor:
        written = [_note(agreement, session, said, now) for session in sessions]
        whole = whole_recap(agreement, written, came.values(), by=me.id)
        yield recap.recap_view(whole, me)
        yield recap.recap_view(replace(whole, query="sleep"), me, before=now)
        for session, note in list(zip(sessions, written, strict=True))[-1:]:
            for known in (None, note):
                claims = notes.opened(agreement, session, known, from_recap=known is not None)
                yield notes.notes_form(agreement, me, claims, "" if known is None else said, notice="Saved.")
        return
    yield from _decisions(agreement, me, said, now)
    yield impact.impacts_view(agreement, {}, me)
    yield impact.impacts_view(agreement, came, me)
    for session in agreement.held_sessions[-1:]:
        for one in (None, came[session.id]):
            yield impact.impact_form(agreement, session, one, me)
    yield from _ratings(agreement, me, now)


def _note(agreement: Agreement, session: Session, said: Secret[str], now: datetime) -> Note:
    return Note(NoteId(ID.format("note")), agreement.id, session.id, agreement.mentor.id, said, now)


def _decisions(agreement: Agreement, me: Person, said: Secret[str], now: datetime) -> Iterator[View]:
    one = Decision(DecisionId(ID.format("decision")), agreement.id, me.id, said, now)
    before = [replace(agreement, id=AgreementId(ID.format("before")))]
    yield decisions.decisions_view(agreement, [], me)
    yield decisions.decisions_view(agreement, [one] * MANY, me, before=before)
    yield decisions.decisions_view(agreement, [one] * MANY, me, start=1)
    for known in (None, one):
        yield decisions.decision_form(agreement, known)


def _ratings(agreement: Agreement, me: Person, now: datetime) -> Iterator[View]:
    questions = [
        (agreement, session)
        for session in agreement.sessions
        if _allowed(feedback_rules.open_rating, agreement, session.id, me.id, now)
    ]
    if questions:
        yield feedback.questions_view(questions, me)
    for _, session in questions[-1:]:
        if session.rating is not None:
            yield feedback.words_form(agreement, session, session.rating, me)
            for with_words in (False, True):
                yield feedback.rating_form(agreement, session, session.rating, me, with_words=with_words)


# --- pauses and endings


def _of_the_rhythm(agreement: Agreement, me: Person, now: datetime) -> Iterator[View]:
    if agreement.active:
        for changed in (False, True):
            yield rhythm.pause_form(agreement, me, changed=changed)
        yield rhythm.resumed_notice(agreement, me, now)
    if agreement.paused:
        yield rhythm.paused_notice(agreement, me)


def _of_the_end(agreement: Agreement, me: Person, now: datetime) -> Iterator[View]:
    if agreement.active or agreement.paused or agreement.closing:
        yield closing.end_form(agreement, me)
    if agreement.closing:
        yield closing.kept_as_no(agreement, me)
    if agreement.over:
        yield closing.ended_notice(agreement, me, now)
        yield farewells.own_words(agreement, me)
        yield farewells.thanks_view(agreement, me)
    if _allowed(closing_rules.may_say_farewell, agreement, me.id, now):
        yield farewells.look_back_form(agreement, me, now)
        yield farewells.kept(agreement, me)


# --- whatever there is


def asked_for(moment: Moment, example: Example, operator: Operator) -> Iterator[View]:
    """Draw what follows from no agreement's state: an agreement of ``moment`` stands for all that somebody has."""
    agreement, now = moment
    me = replace(example.mentee, greeted=True)
    many = [replace(agreement, id=AgreementId(ID.format(f"one-of-{place}"))) for place in range(MANY)]
    for mine in ([], many):
        yield home.home(me, mine, operator=operator, command=COMMAND, now=now)
        yield home.card_view(me, mine, operator=operator, command=COMMAND, now=now)
    yield picker.picker("feedback", many, me)
    yield about.help_view(COMMAND)
    yield about.first_help(operator, COMMAND)
    yield about.unknown_word("ratings", "feedback", COMMAND)
    yield about.introduced(about.help_view(COMMAND), greeting(operator, COMMAND))
    yield about.privacy_view(operator, Retention.QUARTER)
    for yes in (False, True):
        yield settings.settings_form(me, now, more=yes)
        yield forgetting.forget_form(lingers=yes)
    yield forgetting.confirm_form(me)
    yield forgetting.forgotten(COMMAND)
    yield export.export_form(ID.format("export"))
    yield export.passphrase_view(Secret("seven plain words that open an archive"))
    yield export.made_already(COMMAND)
    yield export.on_its_way(COMMAND)
    yield from _starting(example, operator)


def _starting(example: Example, operator: Operator) -> Iterator[View]:
    for person, role, opened in (
        (example.mentor, None, False),
        (replace(example.mentor, greeted=True), Role.MENTEE, True),
    ):
        chosen = {"selected_option": {"value": str(role)}} if role else {}
        yield start.start_form(
            person,
            operator,
            command=COMMAND,
            agreement_id=ID.format("agreement"),
            who=example.mentee.user_id,
            unknown="Annabel",
            open_terms=opened,
            values={"role": {"role": chosen}},
        )
