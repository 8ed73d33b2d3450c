"""The command line's look at everything: ``mentor doctor``. Nothing is changed, and it may run beside the bot."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import examining, manifest
from bot.clock import Clock
from bot.findings import Finding, Verdict
from bot.progress import watching
from bot.starting import read_settings, sentences
from mentoring.operator import Operator
from storage import due, key_check, opening
from storage.refusals import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_sdk import WebClient

    from bot.settings import Settings
    from storage.database import Database

STYLES = {Verdict.GOOD: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "bold red", Verdict.UNKNOWN: "dim"}
NO_TOKENS = (
    "There are no tokens, so nothing was asked of Slack: neither about scopes, the way in, the clock and marks of messages, nor "
    "whether it would take every window and message."
)
NO_ANSWER = "The bot's token is not good, or Slack can't be reached."


def doctor() -> None:
    """Look at settings, database, keys, and what Slack says, and tell what is wrong and how to mend it. Exit code 1 if anything is."""
    with sentences():
        given = read_settings()
        with watching() as watch:
            findings = list(examined(given, watch))
        Console(highlight=False).print(_table(findings))
        wrong = [finding for finding in findings if finding.verdict is Verdict.WRONG]
        typer.echo(_conclusion(findings, len(wrong)))
    if wrong:
        raise typer.Exit(1)


def _conclusion(findings: list[Finding], wrong: int) -> str:
    untried = sum(finding.verdict is Verdict.UNKNOWN for finding in findings)
    said = "Nothing is wrong." if not wrong else f"{wrong} thing{' is' if wrong == 1 else 's are'} wrong."
    return f"{said} {untried} could not be tried." if untried else said


def _table(findings: list[Finding]) -> Table:
    table = Table("", "", "", box=None, show_header=False, pad_edge=False)
    table.columns[1].no_wrap = table.columns[0].no_wrap = True
    for finding in findings:
        said = f"{finding.found}\n→ {finding.mend}" if finding.mend else finding.found
        table.add_row(Text(finding.verdict, STYLES[finding.verdict]), finding.what, Text(said))
    return table


def examined(given: Settings, watch: Callable[[str, int, int | None], None]) -> Iterator[Finding]:
    """Look at one thing after another."""
    yield examining.settings(given)
    found = examining.database(given)
    with ExitStack() as stack:
        database = None
        if found.verdict is Verdict.GOOD:
            try:
                database = stack.enter_context(opening.beside(given.database, master_keys=given.keys))
            except CannotOpen as reason:
                yield found
                yield examining.no_keys(given, reason)
            else:
                running = " A Mentor is using it." if key_check.bots(database) else ""
                yield found._replace(found=found.found + running)
                yield examining.master_keys(given, database, watch)
        else:
            yield found
            yield Finding(
                examining.KEYS, Verdict.UNKNOWN, "They are looked at in a database of this version."
            )
        yield from _of_slack(given, database, watch)


def _of_slack(
    given: Settings, database: Database | None, watch: Callable[[str, int, int | None], None]
) -> Iterator[Finding]:
    # Whoever has no tokens needs none of it.
    from bot import examining_slack as slack  # noqa: PLC0415

    if not given.in_slack:
        yield Finding("Slack", Verdict.UNKNOWN, NO_TOKENS)
        return
    client = slack.client(given, given.bot_token)
    found, tested = slack.token(given, client)
    yield found
    if tested is None:
        yield Finding(slack.SCOPES, Verdict.UNKNOWN, NO_ANSWER)
    else:
        yield slack.scopes(tested, manifest.read())
    yield slack.way_in(given)
    if tested is None:
        for what in (slack.CLOCK, slack.MARKS, slack.DRAWINGS):
            yield Finding(what, Verdict.UNKNOWN, NO_ANSWER)
        return
    yield slack.clock(tested, Clock().now())
    yield _marks(client, database, str(tested["team_id"]))
    yield _drawings(given, client, watch)


def _marks(client: WebClient, database: Database | None, team_id: str) -> Finding:
    from bot import examining_slack as slack  # noqa: PLC0415

    if database is None:
        return Finding(
            slack.MARKS,
            Verdict.UNKNOWN,
            "The message sent last can be looked at once there is a database of this version.",
        )
    with database.reading() as tx:
        row = due.newest_sent(tx, team_id)
    return slack.marks(client, row)


def _drawings(given: Settings, client: WebClient, watch: Callable[[str, int, int | None], None]) -> Finding:
    from bot import examining_slack as slack  # noqa: PLC0415
    from handlers.gallery.drawings import drawings  # noqa: PLC0415

    watch("Drawing", 0, None)
    everything = drawings(Operator(given.mentor_operator))
    looked_at = 0

    def asked(done: int) -> None:
        nonlocal looked_at
        looked_at = done
        watch("Asking Slack", done, len(everything))

    def wait(seconds: float) -> None:
        watch(f"Waiting {seconds:.0f} s, as Slack asks", looked_at, len(everything))
        slack.pause(seconds)

    return slack.drawings(client, everything, asked, wait)
