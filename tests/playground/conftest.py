"""A workspace, and an app of the tests' own in it."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.probe import Probe, connected
from tests.playground.workspace import MANIFEST, web_client


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A workspace without rates."""
    with Playground(MANIFEST, rates=False) as playground:
        yield playground


@pytest.fixture
def client(slack: Playground) -> WebClient:
    """A client with the bot token."""
    return web_client(slack)


@pytest.fixture
def dm(slack: Playground, client: WebClient) -> str:
    """Anna's DM with the app."""
    return str(client.conversations_open(users=slack.hands("anna").id)["channel"]["id"])


@pytest.fixture
def app(slack: Playground) -> Iterator[Probe]:
    """A probe that is connected."""
    probe = Probe(slack)
    with connected(probe):
        yield probe


@pytest.fixture
def hasty() -> Iterator[Probe]:
    """A probe in a workspace that waits a moment only for an ack, for tests in which none comes."""
    with Playground(MANIFEST, rates=False, ack_seconds=1.0) as playground:
        probe = Probe(playground)
        with connected(probe):
            yield probe
