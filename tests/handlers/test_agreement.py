"""An agreement in the hands of its pair: read, signed, looked up, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers import agreement as handlers
from handlers import closing as closing_handlers
from handlers import declining, terms
from handlers.views.reading import notice
from handlers.views.wordings import WORDING
from mentoring.agreement import Role, State, Terms
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.handlers.signing import TUESDAY, read, sign
from tests.handlers.stage import INTRODUCTION, PURPOSE, Pair, buttons, shown, words

CANARY = "canary-4711"
IN_BOTH = "Tuesday 1 December, 16:30 in London · 11:30 in New York"
HER_TIME = "Tuesday 1 December, 11:30 in New York · 16:30 in London"


def test_whoever_signs_first_reads_every_clause_and_who_can_read_what(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY, place=Secret("The <!channel> café"), wording=WORDING))

    view = read(pair.mentee, pair)

    drawn = view.to_dict()
    assert [drawn[part]["text"] for part in ("title", "submit", "close")] == [
        "Read and sign",
        "Sign",
        "Not now",
    ]
    assert list(buttons(view)) == ["Plan a first talk", "Suggest changes", "Decline"]
    assert words(view) == (
        "Read and sign You sign first, Tom last; nothing starts before that. The invitation lapses on 7 December "
        "2026. Version 1 of the terms, by Tom, 23 November 2026. What do I want from it? The agreement opens with these words. Only you and Tom are shown them. "
        "Who Mentor: Tom Reed\nMentee: Anna Bright "
        "Confidentiality What we say to each other, and what is written here, stays between us in the strictest confidence. "
        "The only exceptions are those that the law makes: illegal acts, the order of a court, and a serious risk of harm to "
        "someone. This bot is run by Ruth of Example Community. "
        "Commitment A decision that Anna makes binds Anna alone. Tom offers experience and questions, not instructions, and "
        "nobody keeps count. "
        "Limits We meet for up to 5 sessions of 75 minutes, every two weeks. It stops after the last one, so that it never "
        "goes on out of habit or politeness; going on would take a new agreement that both of us want. "
        f"First session {HER_TIME} Place Where we usually meet: The <!channel> café "
        "Feedback After each session that took place, two days later and in working hours, Anna is asked one question: on a "
        "scale of 1 to 5, how valuable a use of your time was the session? The answer stays sealed until the reminder before "
        "the next session; with none planned, for two weeks after the last one at the least; after the very last, until the "
        "agreement comes to its close, a week later at the earliest. Until then Anna can change it or take it back; from then "
        "on Tom is shown the score, and any words that Anna chose to share. With one mentee a score can't be anonymous. "
        "Ending early If two scores in a row are 2 or less, we look together at whether this is still worth the time. Either "
        "of us can end it at any time, with two clicks, without a reason and without fault. Ending early is a good result "
        "too. "
        "Who can read what The agreement, its purpose and the sessions: Tom and Anna.\n"
        "A rating: Anna; Tom too, from the reminder before the next session on (with none ahead, a week or more after the last).\n"
        "Words beside a rating, and what came of a session: as Anna chooses each time, for both or for Anna alone.\n"
        "Decisions that Anna writes down: Anna alone is shown them.\n"
        "Tom may keep private notes about Anna here: Tom alone is shown them.\n"
        "At the end, a review: whoever wrote it, alone. Thanks: both, once they are passed on. Whether to go on together: only two "
        "yeses are told. "
        "What others could see What you write in windows like this one is never put into a message. What you type into a chat "
        "stays in Slack. Whoever can export this workspace's direct messages may see that you use this bot, with whom and "
        "when.\nTexts and scores are stored encrypted; the key is in a file on the bot's own machine. The database and that key "
        "are held by Ruth of Example Community, who could technically read what is stored. How long Each of the two chooses how long their "
        "own texts are kept after their last mentoring together: 30, 90 or 180 days, and 90 "
        "unless they change it in their settings. They are told a week before anything goes. With the word forget everything of "
        "one's own goes at once. What the other one wrote is theirs, and backups that were made before keep what was in them for as "
        "long as they exist. A score from one mentee can't be anonymous. "
        "A first talk You could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is never rated. Plan a first talk Suggest changes Decline Sign Not now"
    )


def test_the_mentee_signs_first_and_the_mentor_last(pair: Pair) -> None:
    pair.propose()

    assert sign(pair.mentee, pair, purpose=f" {CANARY} ") == (
        "Signed You have signed. Tom reads it now and signs last; without that the invitation lapses on 7 December 2026. Close"
    )
    hers = pair.mentee.newest(Kind.INVITATION)
    assert hers.text == (
        "You have signed. It's Tom's turn now; without both signatures the invitation lapses on 7 December. "
        f"{INTRODUCTION}"
    )
    assert list(hers.buttons) == ["Agreement", "Decline after all"]
    his = pair.mentor.newest(Kind.SIGNED)
    assert his.text.startswith(
        "Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your signature the "
        "invitation lapses on 7 December."
    )
    assert list(his.buttons) == ["Read", "Suggest changes", "Withdraw"]

    view = read(pair.mentor, pair)
    assert words(view).startswith(
        f"Read and sign Anna has signed. With your signature it starts. The invitation lapses on 7 December 2026. Version 1 of the terms, by you, 23 November 2026. Who Mentor: Tom Reed\n"
        f"Mentee: Anna Bright Purpose In Anna's own words: {CANARY}"
    )
    assert sign(pair.mentor, pair) == (
        "Signed You and Anna have both signed. Next, either of you can plan the first session. Plan a session Close"
    )

    assert pair.agreement.state is State.ACTIVE
    for one, other in ((pair.mentee, "Tom Reed"), (pair.mentor, "Anna Bright")):
        message = one.newest(Kind.AGREED)
        assert message.text == (
            f"You and {other} have both signed: up to 5 × 75 minutes. Next: plan your first session; either of you can."
        )
        assert list(message.buttons) == ["Plan a session", "Agreement"]
        assert not any(CANARY in str(one) for one in one.messages)
    assert pair.mentee.newest(Kind.INVITATION).text == f"Tom's invitation: signed by both. {INTRODUCTION}"
    assert pair.mentor.newest(Kind.SIGNED).text == f"Your invitation to Anna: signed by both. {INTRODUCTION}"


def test_the_first_session_named_is_planned_by_the_second_signature(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY))
    sign(pair.mentee, pair, purpose=PURPOSE)

    assert sign(pair.mentor, pair) == (
        f"Signed You and Anna have both signed. Your first session is on {IN_BOTH}. Close"
    )
    message = pair.mentee.newest(Kind.AGREED)
    assert message.text == (
        f"You and Tom Reed have both signed: up to 5 × 75 minutes. Next: session 1 on {HER_TIME}."
    )
    assert list(message.buttons) == ["Add to calendar", "Sessions", "Agreement"]
    pair.stage.pass_time(TUESDAY + timedelta(hours=3))
    message = pair.mentee.newest(Kind.AGREED)
    assert message.text == "You and Tom Reed have both signed: up to 5 × 75 minutes."
    assert list(message.buttons) == ["Sessions", "Agreement"]


def test_a_first_session_that_has_passed_is_planned_anew(pair: Pair) -> None:
    pair.propose(terms=Terms(first_session=TUESDAY))
    sign(pair.mentee, pair, purpose=PURPOSE)
    pair.stage.pass_time(TUESDAY - timedelta(minutes=1))
    passed = "This time has passed, so the first session needs a new one once you have both signed."
    assert passed not in words(read(pair.mentor, pair))
    pair.stage.pass_time(TUESDAY + timedelta(minutes=1))

    assert f"First session {IN_BOTH} {passed} Feedback" in words(read(pair.mentor, pair))
    assert sign(pair.mentor, pair) == (
        "Signed You and Anna have both signed. The time named for the first session has passed, so it needs a new one; either "
        "of you can plan it. Plan a session Close"
    )
    assert passed not in words(read(pair.mentor, pair))
    for one in (pair.mentor, pair.mentee):
        message = one.newest(Kind.AGREED)
        assert message.text.endswith(
            "The time named for the first session had passed, so it needs a new one; either of you can plan it."
        )
        assert list(message.buttons) == ["Plan a session", "Agreement"]


def test_a_purpose_of_blanks_is_refused_at_its_field(pair: Pair) -> None:
    pair.propose()

    with pytest.raises(Refused) as refusal:
        sign(pair.mentee, pair, purpose=" \u0000\u200b ".replace("\u200b", "\n"))

    assert (refusal.value.sentence, refusal.value.at) == (
        "Please say in a few words what you want from it; the agreement opens with them.",
        "purpose",
    )


def test_signing_twice_signs_once(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)
    first = pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)
    second = pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)

    assert shown(first).to_dict() == shown(second).to_dict()
    assert len([m for m in pair.mentor.messages if m.kind is Kind.SIGNED]) == 1


def test_the_mentor_cannot_sign_first(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentor, pair)

    assert view.submit is None
    assert words(view).startswith(
        "Agreement No answer yet from Anna; the invitation lapses on 7 December 2026. Signed Anna: not yet\nTom: not yet"
    )
    assert list(buttons(view)) == ["Plan a first talk", "Suggest changes", "Withdraw"]


def test_an_invitation_withdrawn_meanwhile_is_not_signed(pair: Pair) -> None:
    pair.propose()
    view = read(pair.mentee, pair)
    pair.mentor.does(handlers.withdraw, str(pair.agreement_id))

    with pytest.raises(Refused, match=r"^This invitation is no longer open, so it can't be signed\.$"):
        pair.mentee.submits(handlers.sign_agreement, view, purpose=PURPOSE)


def test_what_was_signed_can_be_looked_up_with_both_dates(pair: Pair) -> None:
    pair.sign()
    pair.stage.pass_time(timedelta(days=3))

    view = shown(pair.mentee.types(handlers.show_agreement))

    assert words(view).startswith(
        "Agreement Signed by both on 23 November 2026. Change the agreement Pause End Signed Anna: Monday 23 November, 09:00 in New York\n"
        "Tom: Monday 23 November, 09:00 in New York Who Mentor: Tom Reed\nMentee: Anna Bright "
        f"Purpose In Anna's own words: {PURPOSE} Confidentiality"
    )
    assert list(buttons(view)) == ["Change the agreement", "Pause", "End"]


def test_a_long_purpose_is_read_as_it_was_written(pair: Pair) -> None:
    odd = "& <!channel> <@UTOM> &lt; *not bold* :tada: مرحبا " * 60
    pair.propose()
    sign(pair.mentee, pair, purpose=odd[:3000])

    assert odd[:3000].strip() in words(read(pair.mentor, pair))


# --- someone else's


@pytest.mark.parametrize(
    "handler",
    [
        handlers.show_agreement,
        handlers.read_version,
        declining.ask_decline,
        handlers.withdraw,
        closing_handlers.ask_end,
        closing_handlers.undo_close,
    ],
)
def test_a_stolen_id_tells_nothing(pair: Pair, handler: Callable[..., Any]) -> None:
    pair.propose()
    before = pair.agreement

    for one in (str(pair.agreement_id), "no such id"):
        with pytest.raises(NotFound):
            pair.stranger.does(handler, one)

    assert pair.agreement == before


@pytest.mark.parametrize(
    "handler", [handlers.sign_agreement, closing_handlers.end, declining.decline, terms.suggest]
)
def test_a_stolen_form_tells_nothing(pair: Pair, handler: Callable[..., Any]) -> None:
    pair.propose()
    form = read(pair.mentee, pair)

    with pytest.raises(NotFound):
        pair.stranger.submits(handler, form, purpose=CANARY)
    with pytest.raises(NotFound):
        pair.stranger.submits(handler, notice("Here", "A window without ids."))

    assert pair.agreement.proposed
    assert pair.agreement.purpose is None


def test_the_proposer_cannot_decline_nor_the_other_withdraw(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE)

    with pytest.raises(NotFound):
        pair.mentee.does(declining.ask_decline, str(pair.agreement_id))
    with pytest.raises(NotFound):
        pair.mentor.does(handlers.withdraw, str(pair.agreement_id))
