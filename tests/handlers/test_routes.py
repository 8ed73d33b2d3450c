"""Gestures through a real Bolt app: who answers, where, and with how many calls."""

import pytest

from handlers import routes, start
from handlers.ids import Action, Form
from handlers.views.about import WORDS
from handlers.views.reading import notice
from mentoring.due import Kind
from tests.handlers.slack import Send, StandIn, acked, click, command, submission
from tests.handlers.stage import INTRODUCTION, Pair, shown, words

NOT_FOUND = "I can't find that any more. It may have moved on; /mentor shows what there is now."
CANARY = "canary-4711"


def test_a_command_opens_a_window_with_one_call(send: Send, slack: StandIn) -> None:
    assert acked(send(command("UTOM", "start <@UANNA|anna>"))) == {}

    assert slack.methods == ["views.open"]
    assert slack.calls[0][1]["trigger_id"] == "1.2.abc"
    assert slack.view["callback_id"] == Form.START
    (who,) = (block for block in slack.view["blocks"] if block.get("block_id") == "who")
    assert who["element"]["initial_user"] == "UANNA"


def test_a_sentence_for_a_command_needs_no_call(send: Send, slack: StandIn) -> None:
    answer = acked(send(command("UMAYA", "end")))

    assert slack.calls == []
    assert answer["response_type"] == "ephemeral"
    told = answer["text"].splitlines()
    assert told[0] == "You have no mentoring to end. `/mentor` shows what there is."
    assert " ".join(told[1:]) == INTRODUCTION
    assert words(answer["blocks"]) == answer["text"].replace("`", "")


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("", "I'm Mentor."),
        ("help", "I'm Mentor."),
        ("  HELP  ", "I'm Mentor."),
        ("privacy", "Who can read what"),
        ("settings", "Reminders"),
        ("recpa", "There is no word “recpa”. Did you mean /mentor recap ?"),
        ("xyzzy", "There is no word “xyzzy”."),
        ("report", "There is no word “report”."),
    ],
)
def test_every_word_opens_what_it_says(send: Send, slack: StandIn, said: str, first: str) -> None:
    """Maya is here for the first time, so each also says what this is, once."""
    assert acked(send(command("UMAYA", said))) == {}

    assert slack.methods == ["views.open"]
    assert words(slack.view["blocks"]).startswith(first)
    assert words(slack.view["blocks"]).count(INTRODUCTION) == 1


@pytest.mark.parametrize("word", ["session", "notes", "recap", "feedback", "decisions", "agreement", "end"])
def test_a_word_that_makes_no_sense_now_says_so_kindly(send: Send, slack: StandIn, word: str) -> None:
    answer = acked(send(command("UMAYA", word)))

    assert slack.calls == []
    assert answer["response_type"] == "ephemeral"
    assert answer["text"].endswith(".")


def test_every_word_action_and_form_has_its_handler() -> None:
    assert set(routes.COMMANDS) == {"", *WORDS}
    assert set(routes.ACTIONS) == set(Action)
    read_only = {form for form in Form if form.endswith("_view")} - {Form.RECAP}
    assert set(routes.SUBMISSIONS) == set(Form) - read_only


def test_a_button_in_a_window_draws_that_window_again(send: Send, slack: StandIn, pair: Pair) -> None:
    form = shown(pair.mentor.types(start.start))

    assert acked(send(click("UTOM", Action.START_TERMS, "open", view=form, role="mentee"))) == {}

    assert slack.methods == ["views.update"]
    assert slack.calls[0][1]["view_id"] == "V1"
    labels = [b["label"]["text"] for b in slack.view["blocks"] if b["type"] == "input"]
    assert labels == [
        "With whom?",
        "My role",
        "What do I want from it?",
        "First session",
        "Usual place",
        "How many sessions?",
        "Minutes of a session",
        "How often?",
        "When is the mentee asked for a rating?",
        "Early-end rule",
    ]


def test_a_button_in_a_message_is_saved_and_answered_without_a_call(
    send: Send, slack: StandIn, pair: Pair
) -> None:
    pair.propose()

    assert acked(send(click("UANNA", Action.NO_INVITATIONS, str(pair.agreement_id)))) == {}

    assert slack.calls == []
    assert pair.mentee.newest(Kind.INVITATION).text == (
        "You chose to get no more invitations, so this one needs no answer. You can switch them on again in the settings. "
        f"{INTRODUCTION}"
    )


def test_a_refusal_in_a_message_is_for_the_one_who_clicked(send: Send, slack: StandIn, pair: Pair) -> None:
    pair.propose()

    stolen = click("UMAYA", Action.DECLINE, str(pair.agreement_id), response_url=f"{slack.url}/response")
    assert acked(send(stolen)) == {}

    ((method, asked),) = slack.calls
    assert method == "response"
    assert asked["response_type"] == "ephemeral"
    assert asked["replace_original"] is False
    assert words(asked["blocks"]) == NOT_FOUND
    assert pair.agreement.proposed


def test_a_refusal_in_home_is_a_small_window(send: Send, slack: StandIn) -> None:
    body = click("UMAYA", Action.DECLINE, "nothing")
    del body["message"], body["response_url"]
    body["view"] = {"type": "home", "id": "V1", "callback_id": "", "blocks": [], "state": {"values": {}}}

    assert acked(send(body)) == {}

    assert slack.methods == ["views.open"]
    assert words(slack.view) == f"Mentor {NOT_FOUND} Close"


def test_a_refusal_in_a_window_is_pushed_onto_it(send: Send, slack: StandIn) -> None:
    assert acked(send(click("UMAYA", Action.DECLINE, "nothing", view=notice("Here", "A window.")))) == {}

    assert slack.methods == ["views.push"]
    assert words(slack.view) == f"Mentor {NOT_FOUND} Close"


def test_a_refused_submission_keeps_what_was_typed(send: Send, slack: StandIn, pair: Pair) -> None:
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UTOM", role="mentor", place=CANARY)))

    sentence = "That's you. Please choose the person you would like to work with."
    assert answer == {"response_action": "errors", "errors": {"who": sentence}}
    assert slack.calls == []


def test_a_submission_replaces_its_window(send: Send, slack: StandIn, pair: Pair) -> None:
    form = shown(pair.mentor.types(start.start))

    answer = acked(send(submission("UTOM", form, who="UANNA", role="mentor")))

    assert answer["response_action"] == "update"
    assert answer["view"]["title"]["text"] == "Sent"
    assert slack.calls == []


def test_a_form_without_inputs_is_replaced_by_the_refusal(send: Send, pair: Pair) -> None:
    view = notice("Old", "A form of long ago.")
    view.callback_id = "gone_form"

    answer = acked(send(submission("UTOM", view)))

    assert answer["response_action"] == "update"
    assert words(answer["view"]) == f"Mentor {NOT_FOUND} Close"


def test_a_button_of_long_ago_says_that_it_has_moved_on(send: Send, slack: StandIn) -> None:
    assert acked(send(click("UTOM", "gone", "x", view=notice("Here", "A window.")))) == {}

    assert words(slack.view) == f"Mentor {NOT_FOUND} Close"


def test_a_picked_word_goes_to_whom_it_was_picked_for(send: Send, slack: StandIn, pair: Pair) -> None:
    pair.sign()

    picked = click("UTOM", f"{Action.PICK}_0", f"agreement/{pair.agreement_id}", view=notice("Pick", "One."))
    assert acked(send(picked)) == {}

    assert slack.methods == ["views.update"]
    assert slack.view["callback_id"] == Form.AGREEMENT


def test_closing_a_window_is_just_acknowledged(send: Send, slack: StandIn) -> None:
    body = {**submission("UTOM", notice("Here", "A window.")), "type": "view_closed", "is_cleared": False}

    assert acked(send(body)) == {}
    assert slack.calls == []


def test_a_word_that_a_button_makes_up_is_not_found(send: Send, slack: StandIn) -> None:
    assert acked(send(click("UTOM", Action.OPEN_WORD, "report/", view=notice("Here", "A window.")))) == {}

    assert words(slack.view) == f"Mentor {NOT_FOUND} Close"


def test_a_command_without_text_is_the_bare_command(send: Send, slack: StandIn) -> None:
    body = command("UMAYA", "")
    del body["text"]

    assert acked(send(body)) == {}

    assert slack.view["callback_id"] == Form.CARD
