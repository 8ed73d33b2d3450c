"""Help and privacy."""

from dataclasses import replace

from handlers import home
from handlers.start import start
from handlers.views import about
from mentoring.operator import KeyPlace, Operator
from mentoring.people import Retention
from storage import people
from tests.handlers.stage import INTRODUCTION, Pair, shown, words


def test_whoever_asks_before_the_first_message_learns_first_what_this_is(pair: Pair) -> None:
    assert words(shown(pair.mentor.types(home.help_))).startswith(
        f"Help {INTRODUCTION} /mentor where you stand"
    )
    assert words(shown(pair.mentor.types(start))).startswith(f"Start a mentoring {INTRODUCTION} With whom?")

    pair.sign()

    assert words(shown(pair.mentor.types(start))).startswith("Start a mentoring With whom?")


def test_the_help_names_every_word(pair: Pair) -> None:
    pair.sign()
    text = " ".join(words(shown(pair.mentor.types(home.help_))).split())

    assert text == (
        "Help /mentor where you stand, with the buttons that fit /mentor start @someone invite someone to a mentoring, as mentor or mentee "
        "/mentor session plan, move, cancel or log a session /mentor notes the mentor's own notes "
        "/mentor recap @someone your look back before a session, as the mentor "
        "/mentor feedback the mentee's ratings: give, change or take back "
        "/mentor decisions what you have decided as a mentee, for you alone /mentor agreement what you signed; from there you change, pause or end it "
        "/mentor pause pause a mentoring for a while; what waits keeps its time /mentor resume go on after a pause "
        "/mentor end end a mentoring, at any time and without a reason /mentor privacy who can read what "
        "/mentor settings your hours, reminders, quiet times, invitations, and how long your texts are kept "
        "/mentor export everything that is yours, as an encrypted file "
        "/mentor forget have everything about you forgotten /mentor help these lines "
        "Everything can be done from this app's Home too. In a message to this app the same words work without the slash. "
        "Close"
    )


def test_the_command_goes_by_its_name_in_the_settings(pair: Pair) -> None:
    pair.stage.deps = replace(pair.stage.deps, command="/coach")

    for answer in (pair.mentor.types(home.help_), pair.mentor.types(home.show_card)):
        assert "/mentor" not in words(shown(answer))
        assert "/coach" in words(shown(answer))


def test_privacy_says_who_can_read_what_and_no_more(pair: Pair) -> None:
    assert words(shown(pair.mentor.types(home.privacy))) == (
        "Privacy Who can read what The agreement, its purpose and the sessions: the mentor and the mentee.\n"
        "A rating: the mentee; the mentor too, from the reminder before the next session on (with none ahead, a week or more after the last).\n"
        "Words beside a rating, and what came of a session: as the mentee chooses each time, for both or for the mentee alone.\n"
        "Decisions that the mentee writes down: the mentee alone is shown them.\n"
        "The mentor may keep private notes about the mentee here: the mentor alone is shown them.\n"
        "At the end, a review: whoever wrote it, alone. Thanks: both, once they are passed on. Whether to go on together: only two "
        "yeses are told. "
        "What others could see What you write in windows like this one is never put into a message. What you type into a chat "
        "stays in Slack. Whoever can export this workspace's direct messages may see that you use this bot, with whom and "
        "when.\nTexts and scores are stored encrypted; the key is in a file on the bot's own machine. The database and that key "
        "are held by Ruth of Example Community, who could technically read what is stored. How long Each of the two chooses how long their "
        "own texts are kept after their last mentoring together: 30, 90 or 180 days, and 90 "
        "unless they change it in their settings. For yours it is 90 days now. They are told a week before anything goes. With the word forget everything of "
        "one's own goes at once. What the other one wrote is theirs, and backups that were made before keep what was in them for as "
        "long as they exist. A score from one mentee can't be anonymous. Close"
    )


def test_a_bot_that_nobody_is_named_for_runs_on_this_machine(pair: Pair) -> None:
    pair.stage.deps = replace(pair.stage.deps, operator=Operator())
    here = "The database and that key are held by whoever started this bot on this machine, who could technically"

    assert here in words(shown(pair.mentor.types(home.privacy)))
    form = pair.mentor.types(start)
    assert "This bot is run by whoever started it on this machine." in words(shown(form))


def test_privacy_is_true_of_where_the_key_is_and_of_ones_own_choice(pair: Pair) -> None:
    operator = Operator("Ruth of Example Community", KeyPlace.SETTINGS)
    pair.stage.deps = replace(pair.stage.deps, operator=operator)
    with pair.stage.deps.database.writing() as tx:
        people.set_settings(tx, pair.mentor.person.id, pair.stage.now, retention=Retention.HALF_YEAR)

    said = words(shown(pair.mentor.types(home.privacy)))
    assert "the key is in the bot's settings, apart from the database. The database and that key are" in said
    assert "For yours it is 180 days now." in said


def test_every_word_of_the_help_is_answered_in_the_dm() -> None:
    assert set(about.SPOKEN) == set(about.WORDS) - {"help"}
