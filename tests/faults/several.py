"""Several bots on one PostgreSQL, each a process of its own, beside one playground."""

import base64
import os
import re
from pathlib import Path

from playground.server import Playground
from storage.wrapping import new_key
from tests.faults.process import Faulty
from tests.journeys.driver import READY, Bot

DELIVERS = re.compile(r"^(\S+ \S+) INFO bot\.delivery: This Mentor delivers from now on\.$", re.MULTILINE)
TOOK = re.compile(r"^.* in [\d.]+ ms\.$", re.MULTILINE)


class Member(Bot):
    """One of several bots; it is started once."""

    def begin(self) -> None:
        """Start it, and don't wait."""
        self._process = self._begin(self._home, {**os.environ, **self._settings}, self.log_file)

    def joined(self) -> None:
        """Wait until it takes gestures.

        Raises:
            TimeoutError: it does not; the message holds its log.
        """
        self.wait_for("INFO bot.serving: Connected to workspace ", READY)

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    @property
    def delivers_since(self) -> str:
        """When it last began to deliver, as its log says it; empty if it never did."""
        return max(DELIVERS.findall(self.log), default="")

    @property
    def gestures(self) -> list[str]:
        """A line for each gesture that it took."""
        return TOOK.findall(self.log)

    def _gone(self) -> None:
        self._process = None


class Crew:
    """The bots that run, with the same settings and the same master key."""

    def __init__(self, slack: Playground, home: Path, url: str) -> None:
        self._slack = slack
        self._home = home
        self._settings = {"DATABASE_URL": url, "MENTOR_KEYS": base64.b64encode(new_key()).decode()}
        self.members: list[Member] = []
        self.past: list[Member] = []

    def start(self, number: int) -> None:
        """Start so many more, all at once, and return once they take gestures and one delivers."""
        new = []
        for _ in range(number):
            home = self._home / str(len(self.members) + len(self.past))
            home.mkdir(parents=True)
            new.append(Member(self._slack, home, Faulty, **self._settings))
            self.members.append(new[-1])
        for member in new:
            member.begin()
        for member in new:
            member.joined()
        self._all_open()
        self._slack.wait_for_clock()

    def kill(self, member: Member) -> None:
        """End one of them at once, as a power cut does."""
        self.members.remove(member)
        self.past.append(member)
        member.kill()
        self._all_open()

    def end(self) -> None:
        """End them all."""
        for member in self.members:
            member.kill()

    @property
    def delivering(self) -> Member:
        """The one that began to deliver last."""
        return max(self.members, key=lambda member: member.delivers_since)

    @property
    def troubles(self) -> list[str]:
        """What any of them logged as an error."""
        return [line for member in (*self.past, *self.members) for line in member.troubles]

    def _all_open(self) -> None:
        number = len(self.members)
        if not self._slack.wait_until(lambda slack: slack.connections.count == number, READY):
            raise TimeoutError(f"there are not {number} websockets")
