"""Changes of a signed agreement: the old terms hold until both have signed, and what came to nothing is told once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers import agreement as agreement_handlers
from handlers import closing, declining, home
from handlers import terms as handlers
from handlers.gestures import Nothing, Place
from mentoring import rhythm
from mentoring.agreement import Agreement, Terms, VersionOutcome
from mentoring.due import Kind
from mentoring.ids import AgreementId
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from storage import agreements
from tests.handlers.company import Scenes
from tests.handlers.meetings import hold, plan
from tests.handlers.signing import TUESDAY
from tests.handlers.stage import PURPOSE, Pair, Someone, buttons, shown, words
from tests.handlers.talking import form, suggest

CANARY = "canary-4711"
OPENS = "Signed by both on 23 November 2026."


@pytest.fixture
def agreed(pair: Pair, scenes: Scenes) -> Pair:
    """Both have signed, in today's wording."""
    scenes.live(pair, Pair.sign, terms=Terms(wording=2, place=Secret("The Blue Door")))
    return pair


def card(who: Someone) -> str:
    return words(shown(who.types(home.show_card)))


def looked_up(who: Someone, pair: Pair) -> Any:
    return shown(who.does(agreement_handlers.show_agreement, str(pair.agreement_id)))


def read(who: Someone, pair: Pair) -> Any:
    return shown(who.does(agreement_handlers.read_version, str(pair.agreement_id)))


def signs(who: Someone, pair: Pair) -> str:
    receipt = words(shown(who.submits(agreement_handlers.sign_agreement, read(who, pair))))
    pair.stage.deliver()
    return receipt


def change(pair: Pair, made: Callable[[Agreement], Agreement]) -> None:
    """Let something happen to the agreement that other tests are about."""
    made_by = pair.mentor.person.id
    with pair.stage.database.writing() as tx:
        agreement = agreements.current(
            tx,
            AgreementId(str(pair.agreement_id)),
            seen_by=made_by,
            now=pair.stage.now,
        )
        agreements.save(tx, made(agreement), pair.stage.now)
    pair.stage.deliver()


def pause(pair: Pair) -> None:
    change(pair, lambda a: rhythm.pause(a, by=a.mentor.id, now=pair.stage.now))


def resume(pair: Pair) -> None:
    change(pair, lambda a: rhythm.resume(a, by=a.mentor.id, now=pair.stage.now))


# --- from the suggestion to both signatures


def test_the_form_says_that_the_old_holds_and_a_first_session_is_no_term_any_more(agreed: Pair) -> None:
    view = form(agreed.mentor, agreed, opened=True)

    text = words(view)
    assert text.startswith(
        "Change the agreement Change what you would like to be different. Anna reads it beside the old terms and signs first; "
        "you sign last. Until you have both signed, what you agreed stays in force. How many sessions?"
    )
    assert "First session" not in text
    assert "Usual place, when the rating is asked, and the early-end rule stay as they are" in words(
        form(agreed.mentor, agreed)
    )


def test_a_mentors_change_is_signed_by_both_and_then_holds(agreed: Pair) -> None:
    receipt = suggest(agreed.mentor, agreed, minutes="60")

    assert words(shown(receipt)) == (
        "Sent Your suggestion is on its way to Anna. Anna reads it beside the old terms and signs first; then it's your turn. "
        "Until you have both signed, what you agreed stays in force. Without both signatures the change lapses on 7 December "
        "2026. Close"
    )
    told = agreed.mentee.newest(Kind.SUGGESTED)
    assert told.text == (
        "Tom Reed suggests a change: up to 5 × 60 minutes. Changed: the limits. What you agreed stays in force until you have "
        "both signed; without that the change lapses on 7 December."
    )
    assert list(told.buttons) == ["Read", "Suggest changes", "Decline"]
    assert words(read(agreed.mentee, agreed)).startswith(
        "Read and sign You sign first, Tom last. Until then what you agreed stays in force. The change lapses on 7 December "
        f"2026. Version 2 of the terms, by Tom, 23 November 2026. Changed: the limits. The old text stands beside the new. "
        f"What do I want from it? {PURPOSE}"
    )

    assert signs(agreed.mentee, agreed) == (
        "Signed You have signed. Tom reads it now and signs last; without that the change lapses on 7 December 2026. Until "
        "then what you agreed stays in force. Close"
    )
    hers = agreed.mentee.newest(Kind.SUGGESTED)
    assert (hers.text, list(hers.buttons)) == (
        "You have signed. It's Tom's turn now; without both signatures the change lapses on 7 December.",
        ["Agreement", "Decline after all"],
    )
    told = agreed.mentor.newest(Kind.SIGNED)
    assert told.text == (
        "Anna Bright has signed the change that you suggested. What you agreed stays in force until you have signed too; "
        "without your signature the change lapses on 7 December."
    )
    assert list(told.buttons) == ["Read", "Suggest changes", "Withdraw"]
    assert words(read(agreed.mentor, agreed)).startswith(
        "Read and sign Anna has signed. With your signature these terms are in force; until then the old ones are. The change lapses"
    )

    assert agreed.agreement.terms.minutes == 75
    assert signs(agreed.mentor, agreed) == (
        "Signed You and Anna have both signed. The new terms are in force from now on. Close"
    )
    assert agreed.agreement.terms.minutes == 60
    for one, other in ((agreed.mentor, "Anna Bright"), (agreed.mentee, "Tom Reed")):
        message = one.newest(Kind.AGREED)
        assert message.text == (
            f"You and {other} have both signed new terms: up to 5 × 60 minutes. They are in force from now on. Changed: the "
            "limits."
        )
        assert list(message.buttons) == ["Agreement"]
    first = next(m for m in agreed.mentor.messages if m.kind is Kind.AGREED)
    assert first.text.startswith("You and Anna Bright have both signed: up to 5 × 75 minutes.")
    assert agreed.mentee.newest(Kind.SUGGESTED).text == "Tom's suggestion: signed by both."


def test_a_mentees_change_is_signed_by_sending(agreed: Pair) -> None:
    suggest(agreed.mentee, agreed, sessions="4", purpose=CANARY)

    told = agreed.mentor.newest(Kind.SUGGESTED)
    assert told.text == (
        "Anna Bright suggests a change, and has signed it: up to 4 × 75 minutes. Changed: the purpose, the limits. What you "
        "agreed stays in force until you have signed too; without that the change lapses on 7 December."
    )
    assert f"Purpose (changed) So far: {PURPOSE} Suggested: {CANARY}" in words(read(agreed.mentor, agreed))
    signs(agreed.mentor, agreed)
    assert agreed.agreement.purpose == Secret(CANARY)
    assert CANARY not in str([m.blocks for m in (*agreed.mentor.messages, *agreed.mentee.messages)])


def test_the_window_shows_what_is_in_force_and_the_change_that_waits(agreed: Pair) -> None:
    suggest(agreed.mentor, agreed, place="Kew Gardens")

    hers = looked_up(agreed.mentee, agreed)
    assert words(hers).startswith(
        f"Agreement {OPENS} The change waits for your signature; it lapses on 7 December 2026. A change that waits Version 2 "
        "of the terms, by Tom, 23 November 2026. Changed: the place. The old text stands beside the new. Place (changed) So "
        "far: The Blue Door Suggested: Kew Gardens Read and sign Suggest changes Decline In force What you agreed, and what is "
        "in force until you have both signed the change. Pause End Signed Anna: Monday 23 November, 09:00 in New York\n"
        "Tom: Monday 23 November, 09:00 in New York Who"
    )
    assert "Place Where we usually meet: The Blue Door Feedback" in words(hers)
    assert list(buttons(hers)) == ["Read and sign", "Suggest changes", "Decline", "Pause", "End"]
    his = looked_up(agreed.mentor, agreed)
    assert words(his).startswith(
        f"Agreement {OPENS} No answer yet from Anna; the change lapses on 7 December 2026. A change that waits"
    )
    assert list(buttons(his)) == ["Suggest changes", "Withdraw", "Pause", "End"]

    signs(agreed.mentee, agreed)

    assert words(looked_up(agreed.mentee, agreed)).startswith(
        f"Agreement {OPENS} No answer yet from Tom; the change lapses on 7 December 2026."
    )
    assert list(buttons(looked_up(agreed.mentee, agreed))) == [
        "Suggest changes",
        "Decline after all",
        "Pause",
        "End",
    ]
    assert "No answer" not in words(looked_up(agreed.mentor, agreed))


def test_cards_offer_the_change_to_whoever_must_sign_it(agreed: Pair) -> None:
    assert f"{OPENS}\nNext session: none planned yet" in card(agreed.mentor)
    suggest(agreed.mentor, agreed, minutes="60")

    assert f"{OPENS} The change waits for your signature; it lapses on 7 December 2026." in card(
        agreed.mentee
    )
    assert list(buttons(shown(agreed.mentee.types(home.show_card))))[:6] == [
        "Read the change",
        "Sessions",
        "Feedback",
        "Decisions",
        "Agreement",
        "Start a mentoring",
    ]
    assert f"{OPENS} No answer yet from Anna; the change lapses on 7 December 2026." in card(agreed.mentor)
    assert "Read the change" not in card(agreed.mentor)


def test_a_limit_below_the_sessions_held_is_refused_at_its_field(agreed: Pair) -> None:
    hold(agreed)
    plan(agreed, TUESDAY + timedelta(days=14))

    with pytest.raises(Refused) as refusal:
        suggest(agreed.mentee, agreed, sessions="1")

    assert (refusal.value.sentence, refusal.value.at) == (
        "2 sessions are held or planned already, so please agree on at least 2.",
        "sessions",
    )


def test_what_was_suggested_before_more_sessions_were_used_is_shown_with_the_reason(agreed: Pair) -> None:
    suggest(agreed.mentee, agreed, sessions="1")
    old = read(agreed.mentor, agreed)
    hold(agreed)
    plan(agreed, TUESDAY + timedelta(days=1))

    view = shown(agreed.mentor.submits(agreement_handlers.sign_agreement, old))

    assert words(view).startswith(
        "Read and sign 2 sessions are held or planned already, so please agree on at least 2. Anna has signed."
    )
    assert "Suggest changes" in buttons(view)
    assert agreed.agreement.terms.sessions == 5


# --- what comes to nothing


def test_its_author_takes_a_change_back(agreed: Pair) -> None:
    suggest(agreed.mentee, agreed, sessions="4")
    button = buttons(looked_up(agreed.mentee, agreed))["Withdraw"]

    done = shown(agreed.mentee.does(handlers.withdraw_change, button, place=Place.MODAL))
    assert words(done) == "Done You withdrew the change. What you agreed with Tom stays in force. Close"
    assert agreed.mentee.does(handlers.withdraw_change, button) == Nothing()

    told = agreed.mentor.newest(Kind.CHANGE_WITHDRAWN)
    assert (told.text, list(told.buttons)) == (
        "Anna Bright has withdrawn the change. What you agreed stays in force; there is nothing for you to do.",
        ["Agreement"],
    )
    old = agreed.mentor.newest(Kind.SUGGESTED)
    assert (old.text, old.buttons) == ("Anna's suggestion: withdrawn.", {})
    assert card(agreed.mentor).startswith(f"Mentor Anna Bright · you are the mentor {OPENS}\nNext session")


def test_what_follows_a_change_that_came_and_went_is_sent_all_the_same(agreed: Pair) -> None:
    view = form(agreed.mentor, agreed)
    suggest(agreed.mentee, agreed, sessions="4")
    agreed.mentee.does(handlers.withdraw_change, f"{agreed.agreement_id}/2")

    answer = agreed.mentor.submits(handlers.suggest, view, minutes="60")

    assert words(shown(answer)).startswith("Sent Your suggestion is on its way to Anna.")
    newest = agreed.agreement.newest
    assert (newest.number, newest.terms.sessions, newest.terms.minutes) == (3, 5, 60)


def test_a_change_is_declined_at_once_and_without_a_sentence(agreed: Pair) -> None:
    suggest(agreed.mentor, agreed, sessions="4")
    button = agreed.mentee.newest(Kind.SUGGESTED).buttons["Decline"]

    form_ = shown(agreed.mentee.does(declining.ask_decline_change, button))
    assert words(form_) == (
        "Decline the change No reason is needed. What you agreed stays in force, and Tom is told at once. A sentence for Tom "
        "Only Tom will be shown it, here and never in a message. It can stay empty. Decline Not now"
    )
    done = shown(agreed.mentee.submits(declining.decline, form_))
    assert words(done) == (
        "Done You declined the change that Tom suggested. What you agreed stays in force, and Tom is told at once. Close"
    )
    assert words(shown(agreed.mentee.submits(declining.decline, form_))) == words(done)
    assert words(shown(agreed.mentee.does(declining.ask_decline_change, button))) == words(done)

    told = agreed.mentor.newest(Kind.CHANGE_DECLINED)
    assert (told.text, list(told.buttons)) == (
        "Anna Bright would rather keep to what you agreed, so it stays in force. There is nothing for you to do.",
        ["Agreement"],
    )
    old = agreed.mentee.newest(Kind.SUGGESTED)
    assert (old.text, old.buttons) == (
        "You declined the change that Tom suggested. What you agreed stays in force.",
        {},
    )
    assert agreed.agreement.newest.outcome is VersionOutcome.DECLINED
    assert len([m for m in agreed.mentor.messages if m.kind is Kind.CHANGE_DECLINED]) == 1


def test_the_sentence_with_a_decline_is_shown_to_its_addressee_alone_and_never_in_a_message(
    agreed: Pair,
) -> None:
    suggest(agreed.mentor, agreed, sessions="4")
    signs(agreed.mentee, agreed)
    form_ = shown(agreed.mentee.does(declining.ask_decline_change, f"{agreed.agreement_id}/2"))
    agreed.mentee.submits(declining.decline, form_, reply=f" {CANARY} ")

    told = agreed.mentor.newest(Kind.CHANGE_DECLINED)
    assert told.text == (
        "Anna Bright would rather keep to what you agreed, so it stays in force. Anna wrote you a sentence with it. There is "
        "nothing for you to do."
    )
    assert list(told.buttons) == ["Read the sentence", "Agreement"]
    assert agreed.mentor.newest(Kind.SIGNED).text == "Your suggestion to Anna: declined."
    assert CANARY not in str([m.blocks for m in (*agreed.mentor.messages, *agreed.mentee.messages)])
    shown_ = shown(agreed.mentor.does(declining.read_reply, told.buttons["Read the sentence"]))
    assert words(shown_) == f"From Anna Anna wrote to you: {CANARY} Close"
    for one in (agreed.mentee, agreed.mentor):
        assert CANARY not in words(looked_up(one, agreed))
    for one in (agreed.mentee, agreed.stranger):
        with pytest.raises(NotFound):
            one.does(declining.read_reply, told.buttons["Read the sentence"])
    with pytest.raises(NotFound):
        agreed.mentor.does(declining.read_reply, f"{agreed.agreement_id}/first")


def test_its_author_does_not_decline_a_change_nor_the_other_withdraw_it(agreed: Pair) -> None:
    suggest(agreed.mentor, agreed, sessions="4")

    with pytest.raises(NotFound):
        agreed.mentor.does(declining.ask_decline_change, f"{agreed.agreement_id}/2")
    with pytest.raises(NotFound):
        agreed.mentee.does(handlers.withdraw_change, f"{agreed.agreement_id}/2")


@pytest.mark.parametrize("signed", [True, False])
def test_a_change_that_is_not_signed_is_reminded_of_once_and_lapses(agreed: Pair, signed: bool) -> None:
    suggest(agreed.mentor, agreed, sessions="4")
    if signed:
        signs(agreed.mentee, agreed)
    signer = agreed.mentor if signed else agreed.mentee
    agreed.stage.pass_time(timedelta(days=8))

    reminder = signer.newest(Kind.PROPOSAL_REMINDER)
    assert reminder.text == (
        "Anna has signed the change, and it waits for your signature. The change lapses on 7 December; this is the only "
        "reminder."
        if signed
        else "The change that Tom Reed suggested still waits for your signature. Leaving it is fine: what you agreed stays in "
        "force. The change lapses on 7 December, and this is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Suggest changes", "Withdraw" if signed else "Decline"]
    agreed.stage.pass_time(timedelta(days=8))

    assert agreed.mentor.newest(Kind.CHANGE_LAPSED).text == (
        "The change that you suggested to Anna Bright has lapsed: it wasn't signed by both in time. What you agreed stays in "
        "force."
    )
    hers = [m.text for m in agreed.mentee.messages if m.kind is Kind.CHANGE_LAPSED]
    assert hers == (
        [
            "The change that Tom Reed suggested has lapsed: it wasn't signed by both in time. What you agreed stays in force."
        ]
        if signed
        else []
    )
    assert (
        agreed.mentee.newest(Kind.SUGGESTED).text
        == "Tom's suggestion has lapsed. What you agreed stays in force."
    )
    assert agreed.agreement.terms.sessions == 5


def test_a_change_waits_through_a_pause(agreed: Pair) -> None:
    suggest(agreed.mentor, agreed, sessions="4")
    old = read(agreed.mentee, agreed)
    pause(agreed)

    waiting = agreed.mentee.newest(Kind.SUGGESTED)
    assert (waiting.text, list(waiting.buttons)) == (
        "Tom's suggestion waits until your mentoring goes on: it is paused.",
        ["Agreement"],
    )
    hers = looked_up(agreed.mentee, agreed)
    assert list(buttons(hers)) == ["Decline", "Resume", "End"]
    assert "Read the change" not in card(agreed.mentee)
    with pytest.raises(
        Refused,
        match=r"^Your mentoring is paused\. Resume it first, with `/mentor resume` or from Home; "
        r"then this change can be signed\.$",
    ):
        agreed.mentee.submits(agreement_handlers.sign_agreement, old)
    with pytest.raises(
        Refused,
        match=r"^Your mentoring is paused\. Resume it first, with `/mentor resume` or from Home; "
        r"then the agreement can be changed\.$",
    ):
        form(agreed.mentee, agreed)
    assert words(read(agreed.mentee, agreed)).startswith("Agreement Paused since 23 November 2026.")

    resume(agreed)
    assert list(agreed.mentee.newest(Kind.SUGGESTED).buttons) == ["Read", "Suggest changes", "Decline"]


def test_an_early_end_leaves_a_change_behind(agreed: Pair) -> None:
    suggest(agreed.mentor, agreed, sessions="4")
    agreed.mentor.submits(closing.end, shown(agreed.mentor.types(closing.ask_end)))
    agreed.stage.pass_time(timedelta(minutes=11))

    old = agreed.mentee.newest(Kind.SUGGESTED)
    assert (old.text, old.buttons) == ("Tom's suggestion is no longer open.", {})
    with pytest.raises(Refused, match=r"^This agreement is no longer open, so its terms can't be changed\.$"):
        form(agreed.mentee, agreed)


def test_what_was_signed_in_an_older_wording_goes_on_reading_as_it_did(pair: Pair) -> None:
    pair.sign(Terms(sessions=1, wording=1))

    text = words(looked_up(pair.mentor, pair))

    assert "Limits We meet for 1 session of 75 minutes, every two weeks. It stops after the last one" in text
    assert (
        "The answer stays sealed until the reminder before the next session; until then Anna can change it or take it back. "
        "From then on Tom can read the score, and any words that Anna chose to share."
    ) in text
    assert "Ending early If two scores in a row are 2 or less" in text


def test_one_session_has_no_rhythm_and_no_two_scores(pair: Pair) -> None:
    pair.sign(Terms(sessions=1, wording=2))

    text = words(looked_up(pair.mentor, pair))

    assert "Limits We meet for 1 session of 75 minutes. It stops after that, so that it never goes on" in text
    assert (
        "Feedback After the session, two days later and in working hours, Anna is asked one question: on a scale of 1 to 5, "
        "how valuable a use of your time was the session? The answer stays sealed until the agreement comes to its close, a "
        "week later at the earliest. Until then Anna can change it or take it back; from then on Tom is shown the score"
    ) in text
    assert "Ending early Either of us can end it at any time" in text


def test_a_newer_wording_is_shown_beside_the_older_one(pair: Pair) -> None:
    pair.sign(Terms(wording=1))
    suggest(pair.mentor, pair, minutes="60")

    text = words(read(pair.mentee, pair))

    assert "Changed: the limits. The old text stands beside the new." in text
    assert (
        "Feedback (changed) So far: After each session that took place, two days later and in working hours, Anna is asked one "
        "question: on a scale of 1 to 5, how valuable a use of your time was the session? The answer stays sealed until the "
        "reminder before the next session; until then Anna can change it or take it back. From then on Tom can read the score"
    ) in text
