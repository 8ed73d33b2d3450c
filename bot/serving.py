"""Everything that runs while the bot does, begun in order and ended in reverse."""

import logging
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bot.app import build, gesture_client, shared_context
from bot.clock import Clock, PlaygroundClock
from bot.delivery import Delivery
from bot.http_mode import listening
from bot.joining import Joined, join
from bot.link import Link
from bot.pace import Pace
from bot.sending import Sender, client_for
from bot.settings import Settings
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.operator import KeyPlace, Operator
from storage import installations
from storage.database import Database

log = logging.getLogger(__name__)

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@contextmanager
def serving(settings: Settings, database: Database) -> Iterator[Joined]:
    """Join the workspace of the settings' tokens and serve it until the block ends.

    1. Ask Slack who we are, waiting for the network if need be.
    2. Take the time over, from the playground if the Web API is on this machine.
    3. Keep the bot's token in the vault, where delivery takes it from.
    4. Begin delivery, so that nothing waits for the first gesture.
    5. Open the websocket, or without an app-level token listen for Slack's requests. Ended in reverse: what is in hand is
       answered, then what is under way is delivered.

    Raises:
        WrongSettingError: Slack refuses a token, or the address to listen at can't be had.
    """
    if settings.local:
        _go_directly()
    api_url, context = settings.slack_api_url, shared_context(settings.slack_api_url)
    bot_token, app_token = settings.bot_token, settings.app_token
    bot = client_for(bot_token, api_url=api_url, context=context)
    app = None if app_token is None else client_for(app_token, api_url=api_url, context=context)
    joined = join(bot, app)
    clock = PlaygroundClock(api_url) if settings.local else Clock()
    database.patiently(lambda tx: installations.keep(tx, joined.team_id, bot_token))
    with_files = [joined.team_id] if joined.takes_files else []
    workspaces = Workspaces(_senders(database, joined.team_id, api_url, context), with_files)
    deps = Deps(
        database,
        clock.now,
        command=settings.mentor_command,
        operator=Operator(settings.mentor_operator, _key_place(settings)),
        takes_files=workspaces.takes_files,
    )
    delivery = Delivery(deps, workspaces, clock, Pace(settings.mentor_pace))
    bolt = build(deps, joined.tested, token=bot_token, client=gesture_client(api_url, context))
    with ExitStack() as stack:
        clock.start(delivery.wake)
        stack.callback(clock.stop)
        delivery.start()
        stack.callback(delivery.stop)
        if app is not None and joined.websocket is not None:
            if settings.slack_signing_secret is not None:
                log.info("SLACK_APP_TOKEN is set, so this is Socket Mode: SLACK_SIGNING_SECRET is not used.")
            link = Link(bolt, app, joined.websocket)
            stack.callback(link.close)
            link.client.connect()
        elif settings.signing_secret is not None:
            at = stack.enter_context(listening(bolt, settings.signing_secret, settings.host, settings.port))
            log.info("Listening for Slack's requests at %s.", at)
        log.info("Connected to workspace %s (%s).", joined.team, joined.team_id)
        stack.callback(log.info, "Stopping: what is in hand is finished first.")
        yield joined


def _key_place(settings: Settings) -> KeyPlace:
    return KeyPlace.FILE if settings.keys is None else KeyPlace.SETTINGS


def _senders(
    database: Database, ours: str, api_url: str, context: ssl.SSLContext | None
) -> Callable[[str], Sender | None]:
    """Return what finds who sends to a workspace, with the token in the vault: to ``ours`` alone.

    Others may have been joined before; with the tokens of the settings the bot answers in this one.
    """

    def find(team: str) -> Sender | None:
        if team != ours:
            return None
        with database.reading() as tx:
            token = installations.token(tx, team)
        return None if token is None else Sender(client_for(token, api_url=api_url, context=context))

    return find


def _go_directly() -> None:
    """Keep slack_sdk from asking a proxy for this very machine: it heeds no ``NO_PROXY``."""
    for name in PROXIES:
        os.environ.pop(name, None)
