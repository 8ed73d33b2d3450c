"""How a rule says no: with a sentence for the person who asked."""


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a failure of ours
    """The rules do not allow it; ``sentence`` tells the person why and what they can do.

    Attributes:
        sentence: one or two sentences, ready to be shown.
        at: the name of the input that should carry the sentence, if one is to blame.
    """

    def __init__(self, sentence: str, *, at: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.at = at


def while_paused(then: str, *, at: str | None = None) -> Refused:
    """Return the refusal of what waits for the end of a pause; ``then`` says what can be done after it."""
    return Refused(
        f"Your mentoring is paused. Resume it first, with `/mentor resume` or from Home; then {then}.", at=at
    )


class NotFound(Refused):
    """There is no such thing for this person: missing and forbidden read the same."""

    def __init__(self) -> None:
        super().__init__(
            "I can't find that any more. It may have moved on; `/mentor` shows what there is now."
        )
