"""What is said about a session in the DM: names, numbers and dates alone, drawn from its state as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.ids import Action
from handlers.views.early_end import with_check
from handlers.views.talk_buttons import can_plan_talk, plan_talk_button, show_talk_button
from handlers.views.text import Message, button, capital, name, paragraph, when
from mentoring.agreement import Agreement
from mentoring.cancelling import undo_cancel
from mentoring.erasing import erased
from mentoring.feedback import disputable
from mentoring.impact import last_before
from mentoring.people import Person
from mentoring.refusal import Refused
from mentoring.sessions import Session, is_ahead, may_plan
from mentoring.undo import UNDO, undoable

OLD_FILE = "You took a file for your calendar before this change; the new one brings it up to date."
NEW_FILE = "Send me the new file"
UNUSED = "It doesn't use up any of your sessions."

# --- parts that the modals about sessions use too


def nth(agreement: Agreement, session: Session) -> str:
    """Return which of how many a session is: "session 2 of 5"; a first talk is never counted."""
    if session.is_talk:
        return f"your {agreement.talk_called}"
    return f"session {agreement.number(session)} of {agreement.terms.sessions}"


def nth_with(agreement: Agreement, session: Session, to: Person) -> str:
    """Return which session it is and with whom, for one can have many mentees: "session 2 of 5 with Maya"."""
    return f"{nth(agreement, session)} with {name(agreement.other(to.id))}"


def time_of(agreement: Agreement, session: Session, to: Person) -> str:
    """Return when a session starts, in the reader's zone first."""
    return when(session.starts, to, agreement.other(to.id))


def time_and_length(agreement: Agreement, session: Session, me: Person) -> str:
    """Return when a session starts, in the reader's zone first, and how long it takes."""
    return f"{time_of(agreement, session, me)}, for {session.minutes} minutes"


def is_last(agreement: Agreement, session: Session) -> bool:
    """Tell whether no further session can follow this one."""
    return not session.is_talk and agreement.number(session) == agreement.terms.sessions


def last_of_all(agreement: Agreement) -> str:
    """Return the sentence, after a space, that tells both of the limit ahead of the last session."""
    limit = agreement.terms.sessions
    return f" It is the {'one' if limit == 1 else f'last of the {limit}'} that you agreed on."


def can_plan(agreement: Agreement) -> bool:
    """Tell whether a session can be planned now."""
    try:
        may_plan(agreement)
    except Refused:
        return False
    return True


def can_undo(agreement: Agreement, session: Session, by: Person, now: datetime) -> bool:
    """Tell whether ``by`` can still take a cancellation back."""
    try:
        undo_cancel(agreement, session.id, by=by.id, now=now)
    except Refused:
        return False
    return session.cancelled


def plan_button(agreement: Agreement, words: str = "Plan a session") -> ButtonElement:
    return button(words, Action.PLAN, agreement.id)


def open_button(agreement: Agreement, session: Session) -> ButtonElement:
    """Return the button that shows a session, or a first talk, and where it takes place."""
    return (
        show_talk_button(agreement)
        if session.is_talk
        else button("Open session", Action.SESSION, agreement.id)
    )


def _plan_again(agreement: Agreement, session: Session, to: Person) -> ButtonElement | None:
    """Return the button that plans another one in place of a session, or first talk, that is cancelled."""
    if session.is_talk:
        return plan_talk_button(agreement, to) if can_plan_talk(agreement) else None
    return plan_button(agreement) if can_plan(agreement) else None


def _length(session: Session) -> str:
    """Return how long a first talk takes: that is agreed on nowhere else."""
    return f", for {session.minutes} minutes" if session.is_talk else ""


def move_button(agreement: Agreement, session: Session) -> ButtonElement:
    return button(
        "Move it",
        Action.MOVE,
        session.id,
        label_for_readers=f"Move {nth(agreement, session)} to another time",
    )


def not_held_button(agreement: Agreement, session: Session) -> ButtonElement:
    return button(
        "It didn't happen",
        Action.NOT_HELD,
        session.id,
        label_for_readers=f"{capital(nth(agreement, session))} didn't happen",
    )


def notes_button(
    agreement: Agreement, session: Session, words: str = "Write notes", *, from_recap: bool = False
) -> ButtonElement:
    return button(
        words,
        Action.NOTES,
        f"{agreement.id}/{session.id}{'/recap' if from_recap else ''}",
        label_for_readers=f"{words}: {nth(agreement, session)}",
    )


def impact_button(agreement: Agreement, session: Session) -> ButtonElement:
    return button(
        "What came of it",
        Action.IMPACT,
        session.id,
        label_for_readers=f"What came of {nth(agreement, session)}",
    )


def decisions_button(agreement: Agreement) -> ButtonElement:
    spoken = f"My decisions, with {name(agreement.mentor)} as my mentor"
    return button("My decisions", Action.DECISIONS, agreement.id, label_for_readers=spoken)


def calendar_button(agreement: Agreement, session: Session, to: Person) -> ButtonElement:
    spoken = f"Add the meeting with {name(agreement.other(to.id))} to my calendar"
    return button("Add to calendar", Action.CALENDAR, session.id, label_for_readers=spoken)


def file_button(session: Session, words: str = "Send me a file") -> ButtonElement:
    return button(words, Action.CALENDAR_FILE, session.id, label_for_readers=f"{words} for my calendar")


def undo_button(session: Session) -> ButtonElement:
    return button("Undo", Action.UNDO_CANCEL, session.id, label_for_readers="Undo: the session stands")


def not_counted(agreement: Agreement, session: Session, to: Person) -> str:
    """Return the sentence about a session that is cancelled: it was called off ahead, or it didn't happen."""
    which = f"{capital(nth_with(agreement, session, to))}, {time_of(agreement, session, to)}"
    if not session.is_talk and session.cancelled_at is not None and session.cancelled_at >= session.starts:
        return f"{which}, isn't counted: it didn't happen."
    return f"{which}, is cancelled."


def settles_at(agreement: Agreement, session: Session, now: datetime) -> datetime | None:
    """Return when a cancellation of the session, or an end of the agreement, can no longer be undone; None if none can.

    Until then a message may have to be drawn again, whatever it offers now.
    """
    acts = (session.cancelled_at, agreement.closed_at)
    return max((act + UNDO for act in acts if act is not None and undoable(act, now)), default=None)


@dataclass(frozen=True)
class Beside:
    """What a message about a session offers or says, and the agreement alone doesn't tell.

    Attributes:
        decisions: the mentee has written some.
        worth_checking: the agreed early-end rule is to be mentioned here.
        file_taken: they took a calendar file of this session, which shows an earlier time.
        files: a file can be sent to them, and is to be.
    """

    decisions: bool = False
    worth_checking: bool = False
    file_taken: bool = False
    files: bool = False


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class _About:
    """What the drawers of messages about one session share."""

    agreement: Agreement
    session: Session
    to: Person
    now: datetime

    def say(self, text: str, buttons: Sequence[ButtonElement | None] = ()) -> Message:
        shown = [one for one in buttons if one is not None]
        blocks: list[Block] = [paragraph(text)]
        if shown:
            blocks.append(ActionsBlock(elements=shown))
        return Message(text, blocks, settles_at(self.agreement, self.session, self.now))

    @property
    def other(self) -> str:
        return name(self.agreement.other(self.to.id))

    @property
    def what(self) -> str:
        return nth(self.agreement, self.session)

    @property
    def what_with(self) -> str:
        return nth_with(self.agreement, self.session, self.to)

    @property
    def last(self) -> str:
        """The limit, for whoever is told of a session ahead."""
        return last_of_all(self.agreement) if self.ahead and is_last(self.agreement, self.session) else ""

    @property
    def time(self) -> str:
        return time_of(self.agreement, self.session, self.to)

    @property
    def ahead(self) -> bool:
        return is_ahead(self.agreement, self.session, self.now)

    def not_counted(self) -> Message:
        return self.say(not_counted(self.agreement, self.session, self.to))

    def stands(self) -> Message:
        # Without its time, which may change later.
        return self.say(f"Undone: {self.what_with} stands.")


# --- what the other just did


def planned(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session planned."""
    about = _About(agreement, session, to, now)
    if session.cancelled:
        return about.not_counted()
    if session.moves:
        return about.say(f"{capital(about.what_with)} was planned, and has been moved since.")
    text = f"{about.other} planned {about.what}: {about.time}{_length(session)}.{about.last}"
    if session.is_talk:
        text = f"{text} It is for finding out what each of you expects; it is no session, and is never rated."
    return about.say(text, _answers(about))


def moved(
    agreement: Agreement,
    session: Session,
    to: Person,
    now: datetime,
    beside: Beside = NOTHING_BESIDE,
) -> Message:
    """Return what the other is told of a session moved: the old time beside the new."""
    about = _About(agreement, session, to, now)
    if session.cancelled:
        return about.not_counted()
    if session.set_by == to.id or session.moved_from is None:
        return about.say(f"{capital(about.what_with)} has been moved again since.")
    if session.moved_from == session.starts:
        text = f"{about.other} changed where {about.what} takes place. The time stays: {about.time}."
    else:
        before = when(session.moved_from, to, agreement.other(to.id))
        text = f"{about.other} moved {about.what}.\nBefore: {before}.\nNow: {about.time}."
    text = f"{text}{about.last}"
    if beside.file_taken and about.ahead:
        return about.say(f"{text}\n{OLD_FILE}", [file_button(session, NEW_FILE), *_answers(about)])
    return about.say(text, _answers(about))


def _answers(about: _About) -> list[ButtonElement | None]:
    session = about.session
    if not about.ahead or session.set_by == about.to.id:
        return []
    return [
        calendar_button(about.agreement, session, about.to),
        button(
            "That doesn't suit me",
            Action.DOESNT_SUIT,
            session.id,
            label_for_readers=f"The time of {about.what} doesn't suit me: find another",
        ),
        open_button(about.agreement, session) if session.place is not None or session.is_talk else None,
    ]


def logged(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session that was added after it happened."""
    about = _About(agreement, session, to, now)
    if session.cancelled:
        return about.not_counted()
    to_mentor = to.id == agreement.mentor.id
    buttons = [
        notes_button(agreement, session) if to_mentor and not erased(agreement, to.id) else None,
        plan_button(agreement, "Plan the next") if to_mentor and can_plan(agreement) else None,
        not_held_button(agreement, session) if disputable(agreement, session) else None,
    ]
    return about.say(f"{about.other} added {about.what}, which has already happened: {about.time}.", buttons)


def cancelled(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session called off."""
    about = _About(agreement, session, to, now)
    if not session.cancelled:
        return about.stands()
    if session.is_talk:
        text = f"{about.other} cancelled {about.what}: {about.time}."
        return about.say(text, [_plan_again(agreement, session, to)])
    if session.cancelled_at is not None and session.cancelled_at >= session.starts:
        return not_held(agreement, session, to, now)
    text = f"{about.other} cancelled {about.what}: {about.time}. {UNUSED}"
    return about.say(text, [_plan_again(agreement, session, to)])


def not_held(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the other is told of a session that didn't happen: no reason, no name."""
    about = _About(agreement, session, to, now)
    if not session.cancelled:
        return about.stands()
    text = f"{not_counted(agreement, session, to)} {UNUSED}"
    return about.say(text, [plan_button(agreement) if can_plan(agreement) else None])


def cancel_receipt(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what whoever cancelled is told, with Undo for ten minutes."""
    about = _About(agreement, session, to, now)
    if not session.cancelled:
        return about.stands()
    what = not_counted(agreement, session, to)
    if session.cancelled_by != to.id:
        return about.say(what)
    if not session.undo_open(now):
        return about.say(f"{what} {about.other} has been told.")
    if not can_undo(agreement, session, to, now):
        return about.say(what)
    told = f"{about.other} will be told in ten minutes, unless you undo it."
    return about.say(f"{what} {told}", [undo_button(session)])


# --- what the clock brings


def reminder(
    agreement: Agreement,
    session: Session,
    to: Person,
    now: datetime,
    beside: Beside = NOTHING_BESIDE,
) -> Message:
    """Return the reminder before a session: the mentor's way to the recap; nothing for the mentee to prepare."""
    about = _About(agreement, session, to, now)
    if session.cancelled:
        return about.not_counted()
    to_mentor = to.id == agreement.mentor.id
    opening = f"Coming up: {about.what_with}" if about.ahead else capital(about.what_with)
    said = [f"{opening}, {about.time}.{about.last}"]
    last = None if to_mentor else last_before(agreement, session)
    if about.ahead and not to_mentor:
        said.append("Nothing to prepare.")
    if about.ahead and last is not None:
        said.append("If you'd like, jot down what came of last time, for yourself or to share.")
    spoken = f"Open your recap with {about.other}"
    buttons = [
        button("Open recap", Action.RECAP, agreement.id, label_for_readers=spoken) if to_mentor else None,
        impact_button(agreement, last) if last is not None else None,
        move_button(agreement, session) if about.ahead else None,
        decisions_button(agreement) if beside.decisions and not to_mentor else None,
    ]
    drawn = about.say(" ".join(said), buttons)
    return with_check(drawn, agreement, to) if about.ahead and beside.worth_checking else drawn


def session_ended(agreement: Agreement, session: Session, to: Person, now: datetime) -> Message:
    """Return what the mentor is asked as a session ends."""
    about = _About(agreement, session, to, now)
    if session.cancelled:
        return about.not_counted()
    said = [f"{capital(about.what_with)} has ended."]
    gone = erased(agreement, to.id)
    if is_last(agreement, session):
        limit = agreement.terms.sessions
        said.append(f"It was the {'one' if limit == 1 else f'last of the {limit}'} that you agreed on.")
        said += [] if gone else ["A few lines now keep what mattered."]
    elif not gone:
        said.append("A few lines now will refresh your memory before the next.")
    ahead = agreement.planned_session
    follows = ahead is not None and agreement.number(ahead) == agreement.number(session) + 1
    if ahead is not None and follows and agreement.active:
        said.append(f"The next is planned: {time_of(agreement, ahead, to)}.")
    follows_now = can_plan(agreement) and session == agreement.standing_sessions[-1]
    buttons = [
        None if gone else notes_button(agreement, session),
        plan_button(agreement, "Plan the next") if follows_now else None,
        not_held_button(agreement, session) if disputable(agreement, session) else None,
    ]
    return about.say(" ".join(said), buttons)
