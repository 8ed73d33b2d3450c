"""Forgetting, as the one who asks for it and the other one of the pair meet it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from handlers import agreement, closing, forgetting, home, notes, recap, routes, settings, start
from handlers.gestures import Answer, Place, Show
from handlers.views.forgetting import forget_form
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.undo import UNDO
from storage import agreements, people
from tests.handlers.endings import kinds, open_homes
from tests.handlers.meetings import hold, plan, read
from tests.handlers.signing import decline
from tests.handlers.slack import Send, StandIn, command
from tests.handlers.stage import NEW_YORK, TEAM, Pair, Someone, buttons, shown, told, words

GOES_AND_STAYS = (
    "Forget me I can forget you: at once, for good, and without asking why. If you would like a copy first, export what is yours and "
    "download it, for that file goes too. Export What goes Everything you wrote or scored: purposes, ratings, words, thanks, notes, decisions, what "
    "came of a session. Your settings, except those named below, and the key that locked your texts. My messages and files to you. A mentoring "
    "under way ends; invitations are withdrawn or declined. The other person reads of an ordinary ending, and what you wrote looks "
    "as if it had never been given. What stays Notes the other person may have written are theirs. So is the record that there was a "
    "mentoring, with whom and when, until their own time for it is over. It keeps your time zone, working hours and “quiet until”, so "
    "that times read to them as before. What others copied, what you wrote to me in Slack, and "
    "Slack's own records and exports are out of my reach. Older backups keep what was in them until they expire. Your texts in there are "
    "encrypted, and can't be read once whoever runs this bot has changed its master key and destroyed the old one. If you come back, "
    "you come as a newcomer: I won't know whether you wanted invitations, or anything else. Go on Keep everything"
)
CONFIRM = (
    "Forget me This happens as soon as you send it. It can't be undone, by you or by anyone. Type forget to confirm "
    "Closing this window changes nothing. Forget me Keep everything"
)
DONE = (
    "Forgotten It is done: I have forgotten you. My messages to you are being deleted from Slack; if there are many, that takes some "
    "minutes. Thank you for the time you spent here. /mentor is open to you at any time, as to anyone. Close"
)
ENDED = (
    "Anna Bright has ended your mentoring. No reason is asked or given: either of you could at any time, and ending early is a good "
    "result too. Thank you for the time you gave it."
)


def confirmation(who: Someone) -> Answer:
    return who.submits(forgetting.confirm_forget, who.types(forgetting.ask_forget))


def forget(who: Someone, word: str = "forget") -> Answer:
    return who.submits(forgetting.forget, confirmation(who), word=word)


def one_line(answer: Answer) -> str:
    return " ".join(read(answer).split())


# --- the two steps


def test_first_it_says_what_goes_and_what_stays_and_counts_nothing(signed: Pair) -> None:
    first = one_line(signed.mentee.types(forgetting.ask_forget))

    assert first == GOES_AND_STAYS
    assert one_line(signed.stranger.types(forgetting.ask_forget)) == first


def test_then_it_asks_for_a_word_and_then_it_is_done(signed: Pair) -> None:
    second = confirmation(signed.mentee)
    assert one_line(second) == CONFIRM

    assert one_line(signed.mentee.submits(forgetting.forget, second, word=" Forget. ")) == DONE
    with signed.stage.database.reading() as tx:
        assert people.by_account(tx, TEAM, "UANNA") is None


@pytest.mark.parametrize("typed", [None, "forge", "forget me not", "yes"])
def test_without_the_word_nothing_happens(signed: Pair, typed: str | None) -> None:
    with pytest.raises(Refused) as refused:
        signed.mentee.submits(forgetting.forget, confirmation(signed.mentee), word=typed)

    assert refused.value.at == "word"
    assert refused.value.sentence == "Please type the word forget, or close this window to keep everything."
    assert signed.agreement.active


def test_where_the_database_keeps_more_it_says_so() -> None:
    assert (
        "Older backups, and the database's log and free space, keep what was in them until they expire. Your texts in there are "
        "encrypted, and can't be read once whoever runs this bot has changed its master key and destroyed the old one."
    ) in words(forget_form(lingers=True))


def test_a_second_submission_changes_nothing_and_leaves_nobody_behind(signed: Pair) -> None:
    form = confirmation(signed.mentee)
    assert one_line(signed.mentee.submits(forgetting.forget, form, word="forget")) == DONE
    before = everything(signed)

    signed.mentee = signed.stage.someone("UANNA", "Anna Bright", None)
    assert one_line(signed.mentee.submits(forgetting.forget, form, word="forget")) == DONE

    assert everything(signed) == before


def everything(pair: Pair) -> dict[str, int]:
    """How many rows every table holds, once all that is due has been done."""
    pair.stage.deliver()
    with pair.stage.database.reading() as tx:
        return {
            name: tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }


def test_an_old_window_does_not_forget_whoever_has_begun_anew(signed: Pair) -> None:
    form = confirmation(signed.mentee)
    signed.mentee.submits(forgetting.forget, form, word="forget")
    signed.stage.pass_time(signed.stage.now)
    anna = signed.stage.someone("UANNA", "Anna Bright", None)
    again = Pair(signed.stage, signed.mentor, anna, signed.stranger)
    again.propose()

    assert one_line(anna.submits(forgetting.forget, form, word="forget")) == DONE

    assert again.agreement.proposed
    assert anna.person.user_id == "UANNA"


# --- the ways to it


def test_the_word_leads_to_it_everywhere(signed: Pair) -> None:
    assert routes.COMMANDS["forget"] is forgetting.ask_forget
    assert one_line(signed.mentee.does(routes.open_word, "forget/")) == GOES_AND_STAYS

    form = shown(signed.mentee.types(settings.settings))
    assert buttons(form)["Forget me"] == "forget"
    whole = shown(signed.mentee.does(settings.more_settings, "more", place=Place.MODAL, view=form))
    assert buttons(whole) == {"Export": "export/", "Forget me": "forget"}


def test_over_half_filled_settings_it_lies_on_top_and_takes_them_along_once_it_is_done(signed: Pair) -> None:
    over = signed.mentee.does(forgetting.ask_forget, "forget", place=Place.MODAL)
    assert isinstance(over, Show)
    assert over.push
    assert buttons(over.view) == {"Export": "export/"}

    assert shown(signed.mentee.submits(forgetting.confirm_forget, over)).clear_on_close is None
    assert shown(forget(signed.mentee)).clear_on_close is True


@pytest.mark.parametrize("said", ["forget", "Mentor forget", "Forget."])
def test_the_word_in_the_dm_gets_a_button(pair: Pair, said: str) -> None:
    said = said.replace("Mentor", "/mentor")
    gesture = pair.stranger.gesture(Place.MESSAGE, said)
    home.say_word(replace(gesture, body={**gesture.body, "event_id": "Ev1"}))

    reply = pair.stranger.newest(Kind.REPLY)
    assert reply.text.startswith("I can forget everything about you. First you read what that means.")
    assert reply.buttons == {"What goes, what stays": "forget/"}


# --- the other one of the pair


def test_the_other_one_reads_of_an_ordinary_ending_ten_minutes_later(signed: Pair) -> None:
    open_homes(signed)
    hold(signed)
    before = len(signed.mentor.messages)

    forget(signed.mentee)
    assert len(signed.mentor.messages) == before
    signed.stage.pass_time(signed.stage.now + UNDO)

    [message] = signed.mentor.messages[before:]
    assert message.kind is Kind.ENDED
    assert message.text.startswith(ENDED)
    assert "Anna Bright · you were the mentor" in words(signed.stage.homes["UTOM"])
    assert Kind.UNREACHABLE not in kinds(signed.mentor)


@pytest.mark.parametrize("by_mention", [True, False])
def test_the_others_windows_work_as_ever(signed: Pair, by_mention: bool) -> None:
    hold(signed)
    forget(signed.mentee)
    signed.stage.pass_time(signed.stage.now + UNDO)

    who = "<@UANNA|anna>" if by_mention else "Anna"
    for look in (recap.open_recap, notes.open_notes, agreement.show_agreement):
        assert isinstance(signed.mentor.types(look, who), Show), look
    assert "Anna Bright" in read(signed.mentor.types(home.show_card))
    assert told(signed.mentor.types(closing.ask_end, who)) == (
        "With Anna there is nothing for that now. `/mentor` shows what there is."
    )
    assert shown(signed.mentor.does(closing.look_back, str(signed.agreement_id)))


def test_the_other_one_cant_take_back_an_end_any_more(signed: Pair) -> None:
    opened = signed.mentor.does(closing.ask_end, str(signed.agreement_id))
    signed.mentor.submits(closing.end, opened)
    signed.stage.pass_time(UNDO / 2)

    forget(signed.mentee)

    with pytest.raises(Refused) as refused:
        signed.mentor.does(closing.undo_close, str(signed.agreement_id))
    assert refused.value.sentence == "Something has happened since, so this can't be undone."


def test_whoever_comes_back_can_be_invited_as_anyone(signed: Pair) -> None:
    forget(signed.mentee)
    signed.stage.pass_time(signed.stage.now + UNDO)

    form = signed.mentor.types(start.start)
    sent = signed.mentor.submits(start.propose, form, who="UANNA", role="mentor")

    assert "Anna" in read(sent)
    back = Someone(signed.stage, "UANNA")
    assert kinds(back)[-1] is Kind.INVITATION
    assert [a.id for a in mine(back)] != [signed.agreement_id]
    assert len(mine(back)) == 1
    assert len(mine(signed.mentor)) == 1


def mine(who: Someone) -> list[Any]:
    with who.stage.database.reading() as tx:
        return agreements.of(tx, who.person.id, now=who.stage.now)


# --- what was under way


def test_what_they_had_begun_meets_nothing(signed: Pair) -> None:
    plan(signed)
    begun = signed.mentee.gesture(Place.MESSAGE, str(signed.agreement_id))
    chosen = signed.mentee.gesture(Place.SUBMISSION)
    asked = signed.mentee.gesture(Place.COMMAND)

    forget(signed.mentee)

    for handler in (closing.ask_end, agreement.show_agreement):
        with pytest.raises(NotFound):
            handler(begun)
    with pytest.raises(NotFound):
        settings.change(chosen, reminders=False)
    assert "How to start" in read(home.show_card(asked))


def test_through_bolt_the_same_account_is_a_newcomer(signed: Pair, send: Send, slack: StandIn) -> None:
    forget(signed.mentee)

    assert send(command("UANNA", "")).status == 200

    assert "How to start" in words(slack.view)


# --- to invite them again


@pytest.mark.parametrize("gone", [True, False])
def test_whoever_invited_them_waits_as_after_any_no(pair: Pair, gone: bool) -> None:
    pair.propose()
    if gone:
        forget(pair.mentee)
    else:
        decline(pair.mentee, pair)
    pair.stage.pass_time(timedelta(days=1))

    form = pair.mentor.types(start.start)
    with pytest.raises(Refused) as refused:
        pair.mentor.submits(start.propose, form, who="UANNA", role="mentor")
    assert refused.value.sentence == "You can invite Anna again from 21 February 2027."

    anna = pair.stage.someone("UANNA", "Anna Bright", NEW_YORK)
    made = anna.submits(start.propose, anna.types(start.start), who="UTOM", role="mentor")
    assert "Tom" in read(made)


@pytest.mark.parametrize("gone", [True, False])
def test_an_invitation_out_of_sight_stays_without_an_answer(pair: Pair, gone: bool) -> None:
    settings.change(pair.mentee.gesture(Place.MESSAGE), invitations=False)
    pair.propose()
    if gone:
        forget(pair.mentee)

    form = pair.mentor.types(start.start)
    with pytest.raises(Refused) as refused:
        pair.mentor.submits(start.propose, form, who="UANNA", role="mentor")
    assert refused.value.sentence == (
        "You have already invited Anna; there is no answer yet. `/mentor` shows it."
    )
