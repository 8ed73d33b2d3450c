"""The rating: the question in her DM, which says no number once it is answered, and the forms where she changes it."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.agreement import suggest_button
from handlers.views.sessions import not_held_button, nth, settles_at
from handlers.views.text import Message, button, capital, day, name, paragraph, plain, small
from mentoring.agreement import Agreement, State
from mentoring.closing import answerable_until
from mentoring.feedback import Rating, RatingState, Score, answerable, disputable
from mentoring.people import Person
from mentoring.sessions import Session
from mentoring.undo import UNDO, undoable

MEANING = {
    Score.ONE: "1 · not a good use of my time",
    Score.TWO: "2",
    Score.THREE: "3",
    Score.FOUR: "4",
    Score.FIVE: "5 · a very good use",
}
FOR_READERS = {
    Score.ONE: "1 of 5: not a good use of my time",
    Score.TWO: "2 of 5",
    Score.THREE: "3 of 5",
    Score.FOUR: "4 of 5",
    Score.FIVE: "5 of 5: a very good use of my time",
}
NO_RATING = "none"
NOT_ANONYMOUS = "A score from one mentee can't be anonymous."
RECORDED = "Recorded, thank you."
SKIPPED = "Skipped. Nobody is told."
EXPIRED = "This question has closed. There is nothing left to do."
NOT_COUNTED = "This question has closed, because the session isn't counted. Nothing was passed on."
ERASED = "This question has closed. Whatever you answered has gone, as set in your settings."
ENDED = "This question has closed with the agreement. Nothing was passed on."

# --- in the DM


def rating(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return the key question, or what stands in its place once it is answered: the same whatever the answer."""
    return _rating(agreement, session, to, now)


def rating_reminder(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return the one reminder of the question."""
    return _rating(agreement, session, to, now, again=True)


def _rating(
    agreement: Agreement, session: Session, to: Person, now: datetime, *, again: bool = False
) -> Message:
    asked, about = session.rating, _subject(agreement, session, to, again=again)
    if agreement.mentee_erased:
        return _line(ERASED, about)
    if asked is None:
        return _line(ENDED, about)
    if (final := _final(agreement, session, asked, now)) is not None:
        return _line(final, about, fades_at=settles_at(agreement, session, now))
    match asked.state:
        case RatingState.ANSWERED:
            return _recorded(agreement, session, asked, to, about)
        case RatingState.SKIPPED:
            return _skipped(agreement, session, asked, now, about)
    return _question(agreement, session, asked, to, "A reminder, the only one. " if again else "")


def _subject(agreement: Agreement, session: Session, to: Person, *, again: bool) -> str:
    """Return what a message is about once its question is gone; the reminder is told apart from the question."""
    number, other = agreement.number(session), name(agreement.mentor)
    about = f"{'reminder of session' if again else 'session'} {number} with {other}, {day(session.starts, to.zone)}"
    return capital(about)


def _final(agreement: Agreement, session: Session, asked: Rating, now: datetime) -> str | None:
    """Return the quiet sentence that stays once nothing can be given or changed any more; else None."""
    if asked.released:
        return f"{RECORDED} {name(agreement.mentor)} can read it now."
    if asked.state is RatingState.WITHDRAWN:
        return NOT_COUNTED if session.cancelled else ENDED
    if answerable(agreement, asked, now):
        return None
    match asked.state:
        case RatingState.ANSWERED:
            return RECORDED
        case RatingState.SKIPPED:
            return SKIPPED
    return EXPIRED


def _question(agreement: Agreement, session: Session, asked: Rating, to: Person, before: str) -> Message:
    question = f"{before}{_key_question(agreement, session, to)}"
    who_sees = f"{_who_sees(agreement)} {_until_then(agreement, asked, to)} {NOT_ANONYMOUS}"
    scores = [
        button(
            words,
            f"{Action.RATE}_{score}",
            f"{session.id}/{score}",
            label_for_readers=FOR_READERS[score],
        )
        for score, words in MEANING.items()
    ]
    skip = button(
        "Skip",
        Action.SKIP,
        session.id,
        label_for_readers=f"Skip the question about {nth(agreement, session)}",
    )
    others = [not_held_button(agreement, session), skip] if disputable(agreement, session) else [skip]
    blocks: list[Block] = [
        paragraph(question),
        ActionsBlock(elements=scores),
        small(who_sees),
        ActionsBlock(elements=others),
    ]
    return Message(f"{question} {who_sees}", blocks)


def _key_question(agreement: Agreement, session: Session, to: Person) -> str:
    weekday = f"{session.starts.astimezone(to.zone):%A}"
    return (
        f"On a scale of 1 to 5, how valuable a use of your time was session {agreement.number(session)} "
        f"with {name(agreement.mentor)}, on {weekday} {day(session.starts, to.zone)}?"
    )


def _recorded(agreement: Agreement, session: Session, asked: Rating, to: Person, about: str) -> Message:
    who_sees = f"{_who_sees(agreement)} {_until_then(agreement, asked, to)}"
    which = nth(agreement, session)
    buttons = [
        button("Add words", Action.WORDS, session.id, label_for_readers=f"Add words about {which}"),
        button(
            "Change", Action.CHANGE_RATING, session.id, label_for_readers=f"Change your rating of {which}"
        ),
    ]
    if agreement.active:
        buttons.append(suggest_button(agreement, to, "Change how we work"))
    if agreement.active or agreement.paused:
        buttons.append(button("End", Action.END, agreement.id, label_for_readers="End this mentoring"))
    blocks: list[Block] = [
        paragraph(RECORDED),
        small(about),
        small(who_sees),
        ActionsBlock(elements=buttons),
    ]
    fades_at = None if agreement.paused else asked.closes_at
    return Message(f"{RECORDED} {about}. {who_sees}", blocks, fades_at=fades_at)


def _skipped(agreement: Agreement, session: Session, asked: Rating, now: datetime, about: str) -> Message:
    if asked.skipped_at is None or not undoable(asked.skipped_at, now):
        # She can still answer with the word, and then this reads so.
        fades_at = None if agreement.paused else asked.closes_at
        return _line(SKIPPED, about, fades_at=fades_at, unsettled=True)
    undo = button("Undo", Action.UNDO_SKIP, session.id, label_for_readers="Undo: ask me again")
    return _line(SKIPPED, about, [undo], fades_at=asked.skipped_at + UNDO)


def _who_sees(agreement: Agreement) -> str:
    return f"{name(agreement.mentor)} can read your answer in the recap {when_released(agreement)}"


def when_released(agreement: Agreement) -> str:
    """Say when an answer is opened to the mentor, as ``mentoring.feedback.release_moment`` and the closing have it."""
    if agreement.state is State.CLOSING:
        return "once this agreement has closed."
    if agreement.planned_session is not None:
        return "when your next session comes near, not before."
    if agreement.room > 0:
        return "when your next session comes near; with none planned, no sooner than two weeks after your last one."
    return "as this agreement comes to its close, no sooner than a week after your last session."


def _until_then(agreement: Agreement, asked: Rating, mentee: Person) -> str:
    latest = answerable_until(agreement, asked)
    if latest is None:
        return (
            "Until then only you are shown it, and you can change it; while your mentoring is paused, the time for that stands "
            "still."
        )
    return (
        "Until then only you are shown it, and you can change it, until "
        f"{day(latest, mentee.zone)} at the latest."
    )


def _line(
    text: str,
    about: str,
    buttons: Sequence[ButtonElement] = (),
    *,
    fades_at: datetime | None = None,
    unsettled: bool = False,
) -> Message:
    blocks: list[Block] = [paragraph(text), small(about)]
    if buttons:
        blocks.append(ActionsBlock(elements=list(buttons)))
    return Message(f"{text} {about}.", blocks, fades_at, unsettled)


# --- in modals


def words_form(agreement: Agreement, session: Session, asked: Rating, me: Person) -> View:
    """Return the form for words beside the score; who may read them is chosen each time anew."""
    which = f"About {nth(agreement, session)} with {name(agreement.mentor)}, {_date(session, me)}."
    who_sees = f"What you share, {name(agreement.mentor)} can read in the recap {when_released(agreement)}"
    blocks = [paragraph(which), *_words_inputs(agreement, asked), small(who_sees)]
    return forms.modal(
        "Add words",
        blocks,
        Form.WORDS,
        submit="Save",
        close="Cancel",
        ids=forms.pack(session=session.id),
    )


def rating_form(
    agreement: Agreement, session: Session, asked: Rating, me: Person, *, with_words: bool
) -> View:
    """Return the form that gives or changes the score, with the words too if ``with_words``."""
    answered = asked.state is RatingState.ANSWERED
    options = {str(int(score)): words for score, words in MEANING.items()}
    options[NO_RATING] = "No rating after all" if answered else "No rating"
    chosen = str(asked.score.reveal()) if answered and asked.score is not None else None
    blocks: list[Block] = [
        paragraph(_key_question(agreement, session, me)),
        forms.radio("score", "Your rating", options, chosen=chosen),
    ]
    if with_words:
        blocks += _words_inputs(agreement, asked)
    blocks.append(small(f"{_who_sees(agreement)} {_until_then(agreement, asked, me)} {NOT_ANONYMOUS}"))
    title = "Change your rating" if answered else "Your rating"
    return forms.modal(
        title, blocks, Form.RATING, submit="Save", close="Cancel", ids=forms.pack(session=session.id)
    )


def _words_inputs(agreement: Agreement, asked: Rating) -> list[Block]:
    mentor = name(agreement.mentor)
    now = (
        ""
        if asked.words is None
        else f" At the moment {mentor} may read them."
        if asked.shared
        else " At the moment they are for you alone."
    )
    return [
        forms.text_input(
            "words",
            "In your own words",
            lines=True,
            optional=True,
            initial=asked.words,
            hint="What made it so? What would make the next one more valuable?",
        ),
        forms.radio(
            "share",
            "Who may read these words?",
            {"share": f"Share them with {mentor}, beside the score", "keep": "Keep them for myself"},
            optional=True,
            hint=f"Needed if you write something, and again when you change it.{now}",
        ),
    ]


def questions_view(questions: Sequence[tuple[Agreement, Session]], me: Person) -> View:
    """Return the questions that can still be answered or changed, to choose one."""
    blocks: list[Block] = [paragraph("Which session is it about?")]
    for agreement, session in questions:
        which = f"{capital(nth(agreement, session))} with {name(agreement.mentor)}"
        answer = button(
            "Choose",
            Action.FEEDBACK,
            f"{agreement.id}/{session.id}",
            label_for_readers=f"Choose {nth(agreement, session)}, {_date(session, me)}",
        )
        text = f"{which}, {_date(session, me)}: {_STANDING[_state(session)]}"
        blocks.append(SectionBlock(text=plain(text), accessory=answer))
    return forms.modal("Your rating", blocks, Form.FEEDBACK)


_STANDING = {
    RatingState.ASKED: "not answered yet.",
    RatingState.ANSWERED: "answered; you can change it.",
    RatingState.SKIPPED: "skipped; you can still answer.",
}


def _state(session: Session) -> RatingState:
    return RatingState.ASKED if session.rating is None else session.rating.state


def _date(session: Session, me: Person) -> str:
    return f"{session.starts.astimezone(me.zone):%A} {day(session.starts, me.zone)}"
