"""Everything that runs while the bot does, begun in order and ended in reverse."""

import logging
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from slack_bolt import App

from bot.app import build, gesture_client, shared_context
from bot.clock import Clock, PlaygroundClock
from bot.delivery import Delivery
from bot.doubt import DOUBT_SECONDS
from bot.figures import Figures
from bot.health import Health, Running
from bot.joining import Joined, join
from bot.link import Link
from bot.pace import Pace
from bot.sending import Sender, client_for
from bot.settings import Settings
from bot.watch import PATIENCE_SECONDS, SILENCE_SECONDS
from bot.workspaces import Workspaces
from handlers.deps import Deps
from mentoring.operator import KeyPlace, Operator
from storage import installations
from storage.database import Database

log = logging.getLogger(__name__)

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@contextmanager
def serving(
    settings: Settings,
    database: Database,
    lost: Callable[[], None] = lambda: None,
    *,
    doubt_seconds: float = DOUBT_SECONDS,
    silence_seconds: float = SILENCE_SECONDS,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Iterator[Joined]:
    """Join the workspace of the settings' tokens and serve it until the block ends.

    1. Tell whoever asks on this machine how things stand, if a port is set for that.
    2. Ask Slack who we are, waiting for the network if need be.
    3. Take the time over, from the playground if the Web API is on this machine.
    4. Keep the bot's token in the vault, where delivery takes it from.
    5. Begin delivery, so that nothing waits for the first gesture.
    6. Open the websocket, or without an app-level token listen for Slack's requests. Ended in reverse: what is in hand is
       answered, then what is under way is delivered. A gesture that hangs is waited for only after that.

    ``lost`` is called once Slack stays silent on the websocket whatever is tried: for ``silence_seconds``, and ``patience_seconds`` more.
    ``doubt_seconds`` is how long after its attempt a message that may have arrived is looked up.

    Raises:
        WrongSettingError: Slack refuses a token, or an address to listen at can't be had.
    """
    if settings.local:
        _go_directly()
    api_url, context = settings.slack_api_url, shared_context(settings.slack_api_url)
    bot_token, app_token = settings.bot_token, settings.app_token
    bot = client_for(bot_token, api_url=api_url, context=context)
    app = None if app_token is None else client_for(app_token, api_url=api_url, context=context)
    clock = PlaygroundClock(api_url) if settings.local else Clock()
    figures = Figures()
    with ExitStack() as stack:
        looking = _looked_at(settings, Health(database, figures), stack)
        joined = join(bot, app)
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
        pace = Pace(settings.mentor_pace)
        delivery = Delivery(deps, workspaces, clock, pace, figures, doubt_seconds=doubt_seconds)
        bolt = build(deps, joined.tested, token=bot_token, client=gesture_client(api_url, context))
        clock.start(delivery.wake)
        stack.callback(clock.stop)
        link = answering = None
        if app is not None and joined.websocket is not None:
            link = Link(
                bolt,
                app,
                joined.websocket,
                figures.gesture,
                lost=lost,
                silence_seconds=silence_seconds,
                patience_seconds=patience_seconds,
            )
            stack.callback(link.join)
        elif settings.signing_secret is not None:
            answering = _requests(settings, settings.signing_secret, bolt, figures, stack)
        delivery.start()
        stack.callback(delivery.stop)
        if link is not None:
            if settings.slack_signing_secret is not None:
                log.info("SLACK_APP_TOKEN is set, so this is Socket Mode: SLACK_SIGNING_SECRET is not used.")
            stack.callback(link.close)
            link.open()
        elif answering is not None:
            at = stack.enter_context(answering)
            log.info("Listening for Slack's requests at %s.", at)
        looking.watch(Running(joined.team_id, workspaces, delivery, clock, link.silence if link else None))
        log.info("Connected to workspace %s (%s).", joined.team, joined.team_id)
        stack.callback(log.info, "Stopping: what is in hand is finished first.")
        yield joined


def _looked_at(settings: Settings, looking: Health, stack: ExitStack) -> Health:
    """Return what looks at the bot; whoever asks on this machine is told, if there is a port for that."""
    if settings.health is not None:
        # Most bots listen to nobody, and start without a web server's imports.
        from bot import health_http  # noqa: PLC0415

        at = stack.enter_context(health_http.listening(looking, *settings.health))
        log.info("Health and figures are at %s, for this machine alone.", at)
    return looking


def _requests(
    settings: Settings, secret: str, bolt: App, figures: Figures, stack: ExitStack
) -> AbstractContextManager[str]:
    """Return what listens for Slack's requests; the threads that answer them end with ``stack``."""
    from bot import http_mode  # noqa: PLC0415 - as above

    pool = stack.enter_context(http_mode.threads())
    return http_mode.listening(bolt, secret, settings.host, settings.port, pool, tell=figures.gesture)


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
