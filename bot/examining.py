"""What ``mentor doctor`` looks at on this machine: settings, the database, and its keys."""

from collections.abc import Callable

from bot.findings import Finding, Verdict, last_four
from bot.settings import SLACK, Settings
from storage import key_check, keys, opening, upgrade
from storage.database import Database
from storage.lock import file_of, without_password
from storage.refusals import CannotOpen

SETTINGS, DATABASE, KEYS = "Settings", "Database", "Keys"


def settings(given: Settings) -> Finding:
    """Say how the bot would start."""
    if not given.in_slack:
        return Finding(
            SETTINGS,
            Verdict.NOTE,
            "No Slack tokens are set: Mentor would run in a playground on this machine.",
            "To join a real Slack, set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and MENTOR_OPERATOR; .env.example says how.",
        )
    way = (
        f"HTTP mode at {given.host}, port {given.port}; SLACK_SIGNING_SECRET {last_four(given.slack_signing_secret)}"
        if given.signing_secret is not None
        else f"Socket Mode; SLACK_APP_TOKEN {last_four(given.slack_app_token)}"
    )
    where = (
        "" if given.slack_api_url == SLACK else f" Slack's Web API is taken to be at {given.slack_api_url}."
    )
    return Finding(
        SETTINGS,
        Verdict.GOOD,
        f"{way}, SLACK_BOT_TOKEN {last_four(given.slack_bot_token)}. Run by {given.mentor_operator}.{where}",
    )


def database(given: Settings) -> Finding:
    """Say whether the database can be opened, and has the tables of this version."""
    url = given.database
    file = file_of(url)
    where = str(file) if file is not None else without_password(url)
    try:
        found = opening.version_of(url)
    except CannotOpen as reason:
        mend = (
            "Check DATABASE_URL, and that this account may read and write it."
            if file
            else "Check DATABASE_URL, and that the server runs and lets this account in."
        )
        return Finding(DATABASE, Verdict.WRONG, reason.sentence, mend)
    if found is None:
        return Finding(
            DATABASE, Verdict.UNKNOWN, f"{where} has no tables yet. The first `mentor run` makes them."
        )
    if found == upgrade.HEAD:
        return Finding(DATABASE, Verdict.GOOD, f"{where}, its tables are those of this version ({found}).")
    if upgrade.knows(found):
        return Finding(
            DATABASE,
            Verdict.NOTE,
            f"{where}, its tables are at {found}; those of this version are at {upgrade.HEAD}.",
            "Back it up with `mentor backup`; then `mentor run` or `mentor migrate` brings it to this version.",
        )
    return Finding(
        DATABASE,
        Verdict.WRONG,
        f"{where} was written by a newer Mentor: its tables are at {found}, this one knows {upgrade.HEAD}.",
        "Update Mentor, or name another database in DATABASE_URL.",
    )


def master_keys(given: Settings, opened: Database, watch: Callable[[str, int, int | None], None]) -> Finding:
    """Say whether every data key can be opened with the master keys that are known."""
    source = "MENTOR_KEYS" if keys.is_set(given.keys) else str(opening.KEYS_FILE)
    known = opened.vault.masters.ids
    wrapped = key_check.wrapped(opened, watch)
    missing = [found.master for found in wrapped if found.master not in known]
    if missing:
        return Finding(
            KEYS,
            Verdict.WRONG,
            f"Master key {' and '.join(missing)}, which data keys are wrapped by, is not in {source}: Mentor will not start.",
            "Put it back from your backup, beside those that are there.",
        )
    count = sum(found.keys for found in wrapped)
    damaged = sum(len(found.damaged) for found in wrapped)
    if damaged:
        return Finding(
            KEYS,
            Verdict.WRONG,
            f"{damaged:,} of {count:,} data keys can't be opened.",
            "`mentor keys check` names them, and what can't be read for it. A backup may still have them whole.",
        )
    older = [found for found in wrapped if found.master != opened.vault.masters.first and found.keys]
    if older:
        return Finding(
            KEYS,
            Verdict.NOTE,
            f"Every data key opens. Of {count:,}, {sum(found.keys for found in older):,} still by master key "
            f"{' and '.join(found.master for found in older)}.",
            "`mentor keys rotate` wraps them with the first one.",
        )
    return Finding(
        KEYS, Verdict.GOOD, f"Master key {known[0]}, from {source}, opens every data key ({count:,})."
    )


def no_keys(given: Settings, reason: CannotOpen) -> Finding:
    """Say why no key is to be had."""
    try:
        idle = not keys.given(given.keys, opening.KEYS_FILE) and not opening.wrapped_by(given.database)
    except CannotOpen:
        idle = False
    if idle:
        return Finding(KEYS, Verdict.UNKNOWN, "There is no master key yet. The first `mentor run` makes one.")
    return Finding(
        KEYS,
        Verdict.WRONG,
        reason.sentence,
        "Before that Mentor will not start.",
    )
