"""What a whole life of an agreement leaves behind: every DM that either got, and both Homes, whenever they are looked at.

A life is a function that goes through it. Its diary is compared with the one in ``transcripts/``: for each of the two the DMs as
``Someone.transcript`` writes them, then each Home with the moment at which it read so.
"""

from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.pair import LONDON, Pair, Someone, moment, shown

TRANSCRIPTS = Path(__file__).parent / "transcripts"
ALWAYS = "Start a mentoring\nHelp\nPrivacy\nSettings\n"
STARTS_AT = "When does it start?"


@dataclass
class Life:
    """A pair on its way, and what their Homes read at the moments that matter."""

    pair: Pair
    homes: dict[str, list[str]] = field(default_factory=lambda: {"tom": [], "anna": []})

    @property
    def tom(self) -> Someone:
        return self.pair.tom

    @property
    def anna(self) -> Someone:
        return self.pair.anna

    def agree(
        self, *, sessions: int = 2, first_session: str | None = "Thu 26 Nov 16:30", **terms: str
    ) -> None:
        """Let both sign on the Monday, and open their Homes for the first time."""
        first = None if first_session is None else moment(first_session, LONDON)
        self.pair.agree(first_session=first, **{"How many sessions?": str(sessions)}, **terms)
        for person in (self.tom, self.anna):
            person.look_at_home()

    def at(self, text: str, year: int = 2026) -> None:
        """Let time pass until this moment in London, and look at both Homes."""
        self.pair.at(text, LONDON, year)
        self.look()

    def look(self) -> None:
        """Keep what both Homes read now, where it is something new."""
        for name, person in (("tom", self.tom), ("anna", self.anna)):
            read = person.home.words.removeprefix(ALWAYS)
            if not self.homes[name] or self.homes[name][-1].partition("\n")[2] != read:
                now = self.pair.slack.workspace.clock.now()
                self.homes[name].append(f"{shown(now, person.zone)}\n{read}")

    def plan_next(self, by: Someone, starts: str, year: int = 2026) -> None:
        """Let someone plan the next session, at this moment in London."""
        by.command("/mentor session")
        by.click("Plan a session")
        by.fill(STARTS_AT, moment(starts, LONDON, year))
        by.submit()
        by.close()

    def rate(self, label: str) -> None:
        """Let Anna answer the question that she was asked last."""
        self.anna.click(label)

    def look_back(self, by: Someone, **words: str) -> None:
        """Let someone look back; ``words`` are ``review``, ``thanks`` and ``go_on``, by the form's labels."""
        other = "Anna" if by is self.tom else "Tom"
        labels = {
            "review": "A review, for yourself",
            "thanks": f"Thanks to pass on to {other}",
            "go_on": "Go on together?",
        }
        by.command("/mentor")
        by.click("Look back")
        for field_, said in words.items():
            by.fill(labels[field_], said)
        by.submit()
        assert by.receipt.startswith("Kept: Kept.")

    @property
    def diary(self) -> str:
        """All of it, Tom's side and then Anna's."""
        return "".join(
            f"# {title}\n\n{person.transcript}\n## Home\n\n" + "\n\n".join(self.homes[name]) + "\n\n"
            for name, title, person in (("tom", "Tom", self.tom), ("anna", "Anna", self.anna))
        )


def written(name: str) -> str:
    """The diary of a life as it was written down and read."""
    return (TRANSCRIPTS / f"{name}.txt").read_text("utf-8")
