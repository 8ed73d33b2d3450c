"""The mentee's private rating: one click saves it, words are hers to share or keep, and nobody is told of a skip."""

from handlers.gestures import Answer, Gesture, Nothing, Place, Show, Tell
from handlers.pairs import is_with, nobody, not_yet, too_early
from handlers.views import feedback as views
from handlers.views import forms
from handlers.views.text import name
from mentoring import feedback as rules
from mentoring.agreement import Agreement, State
from mentoring.feedback import Rating, RatingState, Score
from mentoring.ids import SessionId
from mentoring.refusal import NotFound, Refused
from mentoring.sessions import Session
from storage import agreements

# --- from the question in her DM


def rate(gesture: Gesture) -> Answer:
    """Save a score with one click; the button's value is "session id/score"."""
    session_id, _, score = gesture.value.partition("/")
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(
            tx, SessionId(session_id), seen_by=gesture.person.id, now=gesture.now
        )
        answered = rules.answer(
            agreement, SessionId(session_id), score=_score(score), by=gesture.person.id, now=gesture.now
        )
        agreements.save(tx, answered, gesture.now)
    return Nothing() if gesture.place is Place.MESSAGE else Tell(views.RECORDED)


def skip(gesture: Gesture) -> Answer:
    """Skip the question; nobody is told."""
    session_id = SessionId(gesture.value)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        skipped = rules.skip(agreement, session_id, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, skipped, gesture.now)
    return Nothing() if gesture.place is Place.MESSAGE else Tell(views.SKIPPED)


def undo_skip(gesture: Gesture) -> Answer:
    """Take a skip back: the rating stands as it was before."""
    session_id = SessionId(gesture.value)
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        restored = rules.undo_skip(agreement, session_id, by=gesture.person.id, now=gesture.now)
        agreements.save(tx, restored, gesture.now)
    return Nothing()


# --- words


def open_words(gesture: Gesture) -> Answer:
    """Open the form for words beside a score that she has given."""
    agreement, session, rating = _open(gesture, SessionId(gesture.value))
    if rating.state is not RatingState.ANSWERED:
        raise Refused("Please choose a number first; words go with it.")
    return Show(views.words_form(agreement, session, rating, gesture.person))


def add_words(gesture: Gesture) -> Answer:
    """Save her words and who may read them; none takes them away."""
    session_id = SessionId(forms.unpack(gesture.view)["session"])
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        agreements.save(tx, _with_words(agreement, session_id, gesture), gesture.now)
    return Nothing()


def _with_words(agreement: Agreement, session_id: SessionId, gesture: Gesture) -> Agreement:
    chosen = forms.choice_of(gesture.values, "share")
    return rules.add_words(
        agreement,
        session_id,
        words=forms.text_of(gesture.values, "words"),
        share=None if chosen is None else chosen == "share",
        by=gesture.person.id,
        now=gesture.now,
    )


# --- the score, in a modal


def open_change(gesture: Gesture) -> Answer:
    """Open the form that changes the score, or takes it back."""
    agreement, session, rating = _open(gesture, SessionId(gesture.value))
    return Show(views.rating_form(agreement, session, rating, gesture.person, with_words=False))


def change_rating(gesture: Gesture) -> Answer:
    """Save what the form says: a score, with words if the form has them, or no rating after all."""
    session_id = SessionId(forms.unpack(gesture.view)["session"])
    chosen = forms.choice_of(gesture.values, "score")
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
        if chosen == views.NO_RATING:
            changed = _without_rating(agreement, session_id, gesture)
        else:
            score = _score(chosen)
            changed = rules.answer(agreement, session_id, score=score, by=gesture.person.id, now=gesture.now)
            if "words" in gesture.values:
                changed = _with_words(changed, session_id, gesture)
        agreements.save(tx, changed, gesture.now)
    return Nothing()


def _without_rating(agreement: Agreement, session_id: SessionId, gesture: Gesture) -> Agreement:
    _, rating = rules.open_rating(agreement, session_id, gesture.person.id, gesture.now)
    written = forms.secret_of(gesture.values, "words")
    if written is not None and written != rating.words:
        raise Refused("Words go with a number. Please choose one, or take the words out.", at="words")
    return rules.skip(agreement, session_id, by=gesture.person.id, now=gesture.now)


def _score(value: str | None) -> Score:
    try:
        return Score(int(value or ""))
    except ValueError:
        raise Refused("Please choose a number from 1 to 5.", at="score") from None


# --- the word


def show_feedback(gesture: Gesture) -> Answer:
    """Show the mentee the question that is open, or the choice among several.

    The value may be an agreement's id, "agreement id/session id", or after the command a mention or a part of a name.
    """
    me = gesture.person.id
    wanted, _, session_id = gesture.value.strip().partition("/")
    with gesture.deps.database.reading() as tx:
        mine = agreements.of(tx, me, now=gesture.now)
    if gesture.place is not Place.COMMAND and wanted:
        mine = [a for a in mine if a.id == wanted]
        if not mine:
            raise NotFound
    elif wanted:
        mine = [a for a in mine if is_with(a, me, wanted)]
        if not mine:
            return Tell(nobody(gesture.deps.command))
    questions = [(a, s) for a in mine for s in reversed(a.sessions) if _can_rate(a, s, gesture)]
    if session_id:
        questions = [(a, s) for a, s in questions if s.id == session_id]
    waiting = [(a, s) for a, s in questions if _rating(s).state is RatingState.ASKED]
    if not questions:
        return Tell(_why_none(mine, gesture))
    if len(waiting) == 1 or len(questions) == 1:
        agreement, session = (waiting or questions)[0]
        form = views.rating_form(agreement, session, _rating(session), gesture.person, with_words=True)
        return Show(form)
    return Show(views.questions_view(questions, gesture.person))


def _why_none(mine: list[Agreement], gesture: Gesture) -> str:
    under_way = [a for a in mine if a.state in {State.ACTIVE, State.PAUSED, State.CLOSING}]
    as_mentor = [a for a in under_way if a.mentor.id == gesture.person.id]
    if len(under_way) > len(as_mentor):
        return "There is no question open for you now. I ask you privately, some days after each session."
    command = gesture.deps.command
    if as_mentor:
        mentee = name(as_mentor[0].mentee) if len(as_mentor) == 1 else "your mentee"
        return (
            f"It is {mentee} whom I ask, privately, some days after each session. "
            f"What you may read of it stands in your recap: `{command} recap` opens it."
        )
    if too_early(mine):
        return not_yet(command)
    return f"There is no session to look back on now. `{command} start` begins a mentoring."


def _can_rate(agreement: Agreement, session: Session, gesture: Gesture) -> bool:
    try:
        rules.open_rating(agreement, session.id, gesture.person.id, gesture.now)
    except Refused:
        return False
    return True


def _rating(session: Session) -> Rating:
    if session.rating is None:
        raise NotFound
    return session.rating


def _open(gesture: Gesture, session_id: SessionId) -> tuple[Agreement, Session, Rating]:
    with gesture.deps.database.reading() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=gesture.person.id, now=gesture.now)
    session, rating = rules.open_rating(agreement, session_id, gesture.person.id, gesture.now)
    return agreement, session, rating
