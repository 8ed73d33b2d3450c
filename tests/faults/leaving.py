"""Scenes in which someone takes along what is theirs, or is forgotten; and what must be so afterwards."""

import io
import re
from datetime import timedelta

import pyzipper  # type: ignore[import-untyped]  # it has no types

from storage.clearing import SETTLED_AFTER
from tests.faults.remains import archives, of_ghost, remains, traces_of
from tests.faults.scenes import Amiss, Scene, agreed, anna, asked, submit, time_passes, tom
from tests.journeys.driver import Bot
from tests.journeys.pair import Pair, Someone

A_DAY = timedelta(days=1, minutes=1)
"""After that the file of an export is gone, and its person has been told so."""
UNTIL_FORGOTTEN = 30
"""Real seconds for which Slack does not show what stands in the DM: longer than it takes to be forgotten. A bot started anew asks again."""
PASSPHRASE = re.compile(r"\b(?:[a-z]{5}-){6}[a-z]{5}\b")
EXPORTED = ["export.json", "mentoring-1.md", "you.md"]
NAME = "Anna Bright"


def to_be_exported(pair: Pair) -> None:
    """Tom has read what an export is."""
    agreed(pair)
    pair.tom.command("/mentor export")


def export_to_be_doubted(pair: Pair) -> None:
    """Slack will let the file stand in the DM, and not say so."""
    to_be_exported(pair)
    pair.slack.misbehave.drop_after_accept("files.completeUploadExternal")


def almost_removed(pair: Pair) -> None:
    to_be_exported(pair)
    pair.tom.submit()
    pair.tom.close()
    pair.slack.move(timedelta(hours=23, minutes=55))


def to_be_forgotten(pair: Pair) -> None:
    """Anna has signed and rated, has an export in her DM and a message of which nobody knows so far, and has typed the word."""
    asked(pair)
    pair.tom.look_at_home()
    pair.anna.click("4")
    pair.anna.command("/mentor export")
    pair.anna.submit()
    pair.anna.close()
    pair.slack.misbehave.drop_after_accept()
    pair.slack.misbehave.ratelimit("conversations.history", UNTIL_FORGOTTEN)
    pair.anna.say("session")
    pair.slack.misbehave.wait_until_struck()
    pair.anna.command("/mentor forget")
    pair.anna.submit()
    pair.anna.fill("Type forget to confirm", "forget")


def forgotten(pair: Pair) -> None:
    to_be_forgotten(pair)
    pair.anna.submit()
    pair.anna.close()


def all_has_settled(pair: Pair) -> None:
    """Time passes until the DM of someone who is gone is looked through."""
    pair.slack.move(SETTLED_AFTER)


def one_file(pair: Pair, bot: Bot) -> Amiss:
    """Afterwards one file is in Tom's DM, which the passphrase opens if he was shown one, and no copy anywhere; a day later it is gone."""

    def amiss() -> list[str]:
        found = brought(pair.tom) + ["an archive is kept"] * archives(bot)
        pair.slack.move(A_DAY)
        return found + ["a file is left"] * len(files_of(pair.tom))

    return amiss


def brought(person: Someone) -> list[str]:
    """Say what is wrong with the export that someone was brought, and with the window before them.

    A passphrase is shown in the answer to the form alone: where that was lost, the form sent once more says so.
    """
    contents = files_of(person)
    if len(contents) != 1:
        return [f"{len(contents)} files"]
    modal = person.modal
    if modal.title == "Made already":
        return []
    passphrase = PASSPHRASE.search(modal.words)
    if passphrase is None:
        return [f"a window: {modal.title}"]
    with pyzipper.AESZipFile(io.BytesIO(contents[0])) as zipped:
        zipped.setpassword(passphrase[0].encode())
        names = sorted(name for name in zipped.namelist() if zipped.read(name))
    return [] if names == EXPORTED else [f"the archive holds {names}"]


def no_file(pair: Pair, bot: Bot) -> Amiss:
    """Afterwards no file is in Tom's DM, and no archive in the database."""
    return lambda: ["a file is left"] * (len(files_of(pair.tom)) + archives(bot))


def files_of(person: Someone) -> list[bytes]:
    return [file.content for message in person.messages for file in message.files]


def nothing_of_anna(pair: Pair, bot: Bot) -> Amiss:
    """Afterwards nothing of Anna's is in the database or her DM, her Home is a newcomer's, and Tom has read once of an ordinary ending."""
    her_id = pair.anna.hands.id
    traces = traces_of(bot, her_id, pair.slack.workspace.state.panes[her_id].channel)

    def amiss() -> list[str]:
        found = remains(bot, traces) + of_ghost(bot, NAME)
        found += [f"a message: {message.text}" for message in pair.anna.messages if message.by_app]
        told = sum(f"{NAME} has ended your mentoring." in message.text for message in pair.tom.messages)
        found += [] if told == 1 else [f"Tom was told {told} times"]
        return found + ([] if pair.anna.home.words == pair.maya.look_at_home() else [pair.anna.home.words])

    return amiss


LEAVING = (
    Scene("an export is made", to_be_exported, submit(tom), tom, one_file),
    Scene("an export is in doubt, and looked up", export_to_be_doubted, submit(tom), tom, one_file),
    Scene("an export is removed a day later", almost_removed, time_passes, None, no_file),
    Scene("someone is forgotten", to_be_forgotten, submit(anna), anna, nothing_of_anna),
    Scene(
        "the DM of someone who is gone is looked through", forgotten, all_has_settled, None, nothing_of_anna
    ),
)
