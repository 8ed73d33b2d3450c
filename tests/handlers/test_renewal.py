"""Going on: the agreement that two yeses open is read, talked over, signed, declined and lapses, and is nobody's invitation."""

from datetime import timedelta

import pytest
from slack_sdk.models.views import View

from handlers import agreement as agreement_handlers
from handlers import closing as handlers
from handlers import declining, start
from handlers import terms as terms_handlers
from handlers.gestures import Nothing, Place
from mentoring.agreement import Outcome, Role, Terms
from mentoring.due import Kind
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from tests.handlers.company import Scenes
from tests.handlers.endings import FIXED, kinds, look_back, renewal, to_the_closing
from tests.handlers.meetings import read
from tests.handlers.stage import PURPOSE, Pair, Someone, buttons, shown, told, words

BOTH = "You and {} both said yes to going on."
OPEN = (
    f"{BOTH} A new agreement is open, with the terms of the last: talk them over, change what you like, and sign when it suits "
    "you. Anna signs first, Tom last; nothing starts before that, and without both signatures it lapses on {}."
)

WAITS = (
    f"{BOTH} The new agreement waits for your signature; without both signatures it lapses on 30 December."
)


@pytest.fixture
def renewed(pair: Pair, scenes: Scenes) -> Pair:
    """Both said yes, and were told; the new agreement is the pair's now."""
    scenes.live(pair, renew)
    return pair


def renew(pair: Pair) -> None:
    to_the_closing(pair)
    for who in (pair.mentor, pair.mentee):
        look_back(who, pair, go_on="yes")
    pair.stage.pass_time(FIXED + timedelta(days=1))
    renewal(pair)


def card(who: Someone) -> str:
    """The first card in Home."""
    who.stage.deliver()
    home = words(who.stage.homes[who.user_id]).removeprefix("Start a mentoring Help Privacy Settings ")
    return home.partition(" Tom Reed · you were")[0].partition(" Anna Bright · you were")[0]


def read_it(who: Someone) -> str:
    return words(opened(who))


def opened(who: Someone) -> View:
    value = who.newest(Kind.RESULT).buttons["Read the new agreement"]
    return shown(who.does(agreement_handlers.read_version, value))


def sign(who: Someone, pair: Pair) -> str:
    form = who.does(agreement_handlers.read_version, str(pair.agreement_id))
    return words(shown(who.submits(agreement_handlers.sign_agreement, form)))


def test_whoever_signs_first_reads_the_terms_of_the_last_with_the_purpose_of_the_last(renewed: Pair) -> None:
    text = read_it(renewed.mentee)
    assert text.startswith(
        "Read and sign You sign first, Tom last; nothing starts before that. The new agreement lapses on 30 December 2026. The "
        "terms of your last agreement, opened again because you both said yes to going on. What do I want from it?"
    )
    assert text.endswith(
        "A talk You could talk before you sign: 60 minutes to find out what each of you expects. It is no session, and is never "
        "rated. Plan a talk Suggest changes Decline Sign Not now"
    )
    assert PURPOSE in text
    assert "We meet for 1 session of 75 minutes" in text
    assert list(buttons(opened(renewed.mentee))) == ["Plan a talk", "Suggest changes", "Decline"]


def test_whoever_signs_last_reads_it_too(renewed: Pair) -> None:
    text = read_it(renewed.mentor)
    assert text.startswith(
        "Agreement The new agreement waits for Anna's signature; it lapses on 30 December 2026. Signed Anna: not yet\n"
        "Tom: not yet The terms of your last agreement, opened again because you both said yes to going on. Who"
    )
    assert list(buttons(opened(renewed.mentor))) == ["Plan a talk", "Suggest changes", "Decline"]


def test_home_shows_it_to_both_with_the_same_ways(renewed: Pair) -> None:
    assert card(renewed.mentor) == (
        "Anna Bright · you would be the mentor The new agreement waits for Anna's signature; it lapses on 30 December 2026. "
        "Agreement Suggest changes Plan a talk Decline"
    )
    assert card(renewed.mentee) == (
        "Tom Reed · you would be the mentee The new agreement waits for your signature; it lapses on 30 December 2026. "
        "Read Suggest changes Plan a talk Decline"
    )


def test_it_is_signed_by_the_mentee_and_then_by_the_mentor(renewed: Pair) -> None:
    assert sign(renewed.mentee, renewed) == (
        "Signed You have signed. Tom reads it now and signs last; without that the new agreement lapses on 30 December 2026. Close"
    )
    message = renewed.mentor.newest(Kind.SIGNED)
    assert message.text == (
        "Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your signature the new "
        "agreement lapses on 30 December."
    )
    assert list(message.buttons) == ["Read", "Suggest changes", "Decline"]
    hers, his = renewed.mentee.newest(Kind.RESULT), renewed.mentor.newest(Kind.RESULT)
    assert (hers.text, list(hers.buttons)) == (
        f"{BOTH.format('Tom Reed')} You have signed. It's Tom's turn now; without both signatures the new agreement lapses on 30 "
        "December.",
        ["Agreement", "Decline after all"],
    )
    assert (his.text, list(his.buttons)) == (
        WAITS.format("Anna Bright"),
        ["Read the new agreement", "Suggest changes", "Recap"],
    )
    assert sign(renewed.mentor, renewed).startswith("Signed You and Anna have both signed.")

    assert renewed.agreement.active
    signed = f"{BOTH} You have both signed a new agreement."
    for who, other, more in (
        (renewed.mentor, "Anna Bright", ["Agreement", "Recap"]),
        (renewed.mentee, "Tom Reed", ["Agreement"]),
    ):
        result = who.newest(Kind.RESULT)
        assert (result.text, list(result.buttons)) == (signed.format(other), more)
        assert result.buttons["Agreement"] == renewed.agreement_id
        assert kinds(who)[-1] is Kind.AGREED


def test_terms_that_the_mentee_wrote_stay_theirs_and_read_the_same(pair: Pair) -> None:
    pair.propose(by=Role.MENTEE, terms=Terms(sessions=1, place=Secret("The Orangery")))
    to_the_closing(pair)
    for who in (pair.mentor, pair.mentee):
        look_back(who, pair, go_on="yes")
    pair.stage.pass_time(FIXED + timedelta(days=1))
    new = renewal(pair)

    assert (new.newest.author, new.terms.place) == (pair.mentee.person.id, Secret("The Orangery"))
    assert card(pair.mentee).endswith("Read Suggest changes Plan a talk Decline")
    for who in (pair.mentor, pair.mentee):
        assert list(buttons(opened(who))) == ["Plan a talk", "Suggest changes", "Decline"]
    pair.stage.pass_time(timedelta(days=8))
    sign(pair.mentee, pair)
    assert pair.mentor.newest(Kind.SIGNED).text == (
        "Anna Bright has signed, with a purpose in their own words. If you sign too, it starts; without your signature the new "
        "agreement lapses on 7 January."
    )
    pair.stage.pass_time(timedelta(days=9))
    assert pair.mentor.newest(Kind.PROPOSAL_REMINDER).text == (
        "Anna has signed, and it waits for your signature. The new agreement lapses on 7 January; this is the only reminder."
    )


def test_it_is_talked_over(renewed: Pair) -> None:
    form = renewed.mentor.does(terms_handlers.open_suggest, str(renewed.agreement_id))
    more = {block["block_id"] for block in shown(form).to_dict()["blocks"] if block["type"] == "input"}
    field = next(name for name in more if name.startswith("sessions"))
    renewed.mentor.submits(terms_handlers.suggest, form, **{field: "3"})

    suggested = renewed.mentee.newest(Kind.SUGGESTED)
    assert suggested.text == (
        "Tom Reed suggests other terms: up to 3 × 75 minutes. Changed: the limits. You sign first, Tom last; without both "
        "signatures the new agreement lapses on 30 December."
    )
    hers, his = renewed.mentee.newest(Kind.RESULT), renewed.mentor.newest(Kind.RESULT)
    assert (hers.text, list(hers.buttons)) == (
        WAITS.format("Tom Reed"),
        ["Read the new agreement", "Suggest changes"],
    )
    assert (his.text, list(his.buttons)) == (
        f"{BOTH.format('Anna Bright')} You suggested other terms. Anna reads them and signs first; without both signatures the new "
        "agreement lapses on 30 December.",
        ["Agreement", "Decline", "Recap"],
    )


@pytest.mark.parametrize("decliner", ["mentor", "mentee"])
def test_either_declines_it_and_the_other_is_told_when_undo_is_over(renewed: Pair, decliner: str) -> None:
    who, other = (
        (renewed.mentor, renewed.mentee) if decliner == "mentor" else (renewed.mentee, renewed.mentor)
    )
    mine, theirs = ("Tom", "Anna") if decliner == "mentor" else ("Anna", "Tom")
    form = who.does(declining.ask_decline, str(renewed.agreement_id))
    assert read(who.submits(declining.decline, form)) == (
        f"Done You declined. {theirs} is told in ten minutes, without a reason. Until then you can take it back, here or in your "
        "messages. Undo Close"
    )
    full = {"Anna": "Anna Bright", "Tom": "Tom Reed"}
    result = who.newest(Kind.RESULT)
    assert result.text == (
        f"{BOTH.format(full[theirs])} You declined the new agreement; {theirs} is told in ten minutes."
    )
    assert next(iter(result.buttons)) == "Undo"
    before = other.newest(Kind.RESULT)
    assert before.text == OPEN.format(full[mine], "30 December")

    renewed.stage.pass_time(timedelta(minutes=10))
    assert other.newest(Kind.DECLINED).text == (
        f"{full[mine]} has declined the new agreement. No reason is asked or given, and there is nothing for you to do."
    )
    ended = "The new agreement wasn't signed by both in the end."
    assert other.newest(Kind.RESULT).text == f"{BOTH.format(full[mine])} {ended}"
    assert who.newest(Kind.RESULT).text == f"{BOTH.format(full[theirs])} {ended}"


def test_a_decline_is_undone_from_the_message_that_told_of_two_yeses(renewed: Pair) -> None:
    form = renewed.mentee.does(declining.ask_decline, str(renewed.agreement_id))
    renewed.mentee.submits(declining.decline, form)
    undo = renewed.mentee.newest(Kind.RESULT).buttons["Undo"]
    window = renewed.mentee.does(handlers.undo_close, undo, place=Place.MODAL)

    assert read(window) == "Taken back The new agreement is open again. Tom was told nothing. Close"
    assert renewed.mentee.newest(Kind.RESULT).text == OPEN.format("Tom Reed", "30 December")
    renewed.stage.pass_time(timedelta(hours=1))
    assert Kind.DECLINED not in kinds(renewed.mentor)


def test_a_decline_before_the_result_was_told_stays_untold_until_undo_is_over(pair: Pair) -> None:
    """Anna hears of the result at once, at 12:45; in London it is evening, and Tom has not been told yet when she declines."""
    to_the_closing(pair)
    for who in (pair.mentor, pair.mentee):
        look_back(who, pair, go_on="yes")
    pair.stage.pass_time(FIXED + timedelta(hours=15, minutes=10))
    renewal(pair)
    form = pair.mentee.does(declining.ask_decline, str(pair.agreement_id))
    pair.mentee.submits(declining.decline, form)
    pair.stage.pass_time(timedelta(minutes=5))

    result = pair.mentor.newest(Kind.RESULT)
    assert result.text == OPEN.format("Anna Bright", "30 December")
    pair.stage.pass_time(timedelta(minutes=10))
    assert pair.mentor.newest(Kind.RESULT).text == (
        f"{BOTH.format('Anna Bright')} The new agreement wasn't signed by both in the end."
    )
    assert kinds(pair.mentor)[-2:] == [Kind.RESULT, Kind.DECLINED]


def test_it_lapses_for_both_in_the_same_words_after_one_reminder(renewed: Pair) -> None:
    renewed.stage.pass_time(timedelta(days=8))
    reminder = renewed.mentee.newest(Kind.PROPOSAL_REMINDER)
    assert reminder.text == (
        "The new agreement with Tom Reed still waits for your signature. Ignoring it is fine; it lapses on 30 December, and this "
        "is the only reminder."
    )
    assert list(reminder.buttons) == ["Read", "Suggest changes", "Decline"]
    assert Kind.PROPOSAL_REMINDER not in kinds(renewed.mentor)
    renewed.stage.pass_time(timedelta(days=8))

    assert renewed.agreement.outcome is Outcome.LAPSED
    for who, other in ((renewed.mentor, "Anna Bright"), (renewed.mentee, "Tom Reed")):
        assert who.newest(Kind.LAPSED).text == (
            f"The new agreement with {other} has lapsed: it wasn't signed by both in time. There is nothing for you to do."
        )
        assert who.newest(Kind.RESULT).text.endswith("The new agreement wasn't signed by both in the end.")
    assert renewed.mentee.newest(Kind.PROPOSAL_REMINDER).text == (
        "The new agreement with Tom has lapsed. There is nothing for you to do."
    )


def test_nobody_can_withdraw_it_and_no_more_invitations_leaves_it_in_sight(renewed: Pair) -> None:
    for who in (renewed.mentor, renewed.mentee):
        with pytest.raises(NotFound):
            who.does(agreement_handlers.withdraw, str(renewed.agreement_id))
    assert renewed.mentee.does(agreement_handlers.no_invitations) == Nothing()
    assert card(renewed.mentee).startswith(
        "Tom Reed · you would be the mentee The new agreement waits for your"
    )


def test_words_that_come_too_early_say_where_it_stands(renewed: Pair) -> None:
    sentence = "Nothing is signed by both of you yet. `/mentor` shows where it stands and what you can do."
    assert told(renewed.mentee.types(handlers.ask_end)) == sentence
    assert told(renewed.mentor.does(handlers.ask_end, str(renewed.agreement_id))) == sentence


def test_nobody_invites_whom_they_said_yes_to(renewed: Pair) -> None:
    form = shown(renewed.mentor.types(start.start))
    with pytest.raises(Refused) as caught:
        renewed.mentor.submits(start.propose, form, who="UANNA", role="mentor")
    assert (caught.value.sentence, caught.value.at) == (
        "You and Anna have a new agreement to sign already. `/mentor` shows it.",
        "who",
    )
