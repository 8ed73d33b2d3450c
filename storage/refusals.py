"""How the database says no: to the operator at the start, and to people afterwards."""

from mentoring.refusal import Refused


class CannotOpen(Exception):  # noqa: N818 - it is a sentence for the operator
    """The database cannot be used; ``sentence`` tells the operator why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CannotRotate(Exception):  # noqa: N818 - it is a sentence for the operator
    """The master key cannot be rotated now; ``sentence`` tells the operator why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CannotCopy(Exception):  # noqa: N818 - it is a sentence for the operator
    """The database cannot be backed up, restored or copied; ``sentence`` tells the operator why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Busy(Refused):
    """The database did not get round to it in time. Nothing was saved."""

    words = "I'm busy for a moment, so nothing was saved. Please try again."

    def __init__(self) -> None:
        super().__init__(self.words)


class Unavailable(Busy):
    """The database cannot be reached, or not be written. Nothing was saved."""

    words = (
        "I can't get at my records at the moment, so nothing was saved. Please try again in a few minutes; if it stays like "
        "this, please tell whoever runs this bot."
    )


class Unclear(Unavailable):
    """The database was lost while it saved: it may have done so, or not."""

    words = (
        "I lost touch with my records in the moment of saving, so I can't tell whether it worked. Please try once more; "
        "nothing is saved twice."
    )


class Spoilt(Exception):  # noqa: N818 - it names an agreement's condition
    """An agreement is stored in a way that it can't be read; ``args`` holds its id, and nothing of what is in it."""


class Overtaken(Refused):
    """Someone else took the place in the same instant. Nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "Something else was saved in the same moment, so this wasn't. `/mentor` shows what there is now."
        )


class CannotSeal(Refused):
    """The data key of whoever wrote it cannot be opened. Nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "I can't keep what you write safe at the moment, so nothing was saved. Please tell whoever runs this bot that "
            "your key can't be opened."
        )
