"""Which agreement a word is about: the one meant, the only one that fits, or a picker."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from handlers.gestures import Answer, Gesture, Place, Show, Tell
from handlers.views.picker import picker
from handlers.views.text import name
from mentoring import retention
from mentoring.agreement import Agreement
from mentoring.ids import AgreementId, PersonId
from mentoring.refusal import NotFound
from storage import agreements

EVER = timedelta(days=36_500)
MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
"""A mention as Slack sends it with ``should_escape`` (docs.slack.dev/interactivity/implementing-slash-commands)."""


def choose(gesture: Gesture, word: str, fits: Callable[[Agreement], bool], none: str) -> Agreement | Answer:
    """Return the agreement that ``word`` is about now, or the answer that asks or explains.

    The gesture's value may be an agreement's id, a mention, or a part of the other's name. Open agreements go before
    closed ones; where several fit, a picker is shown whose buttons carry "word/agreement id".

    ``none`` is the sentence for someone for whom no agreement fits.

    Raises:
        NotFound: a button's agreement does not exist for this person.
    """
    me, wanted = gesture.person.id, gesture.value.strip()
    if wanted and gesture.place is not Place.COMMAND and MENTION.fullmatch(wanted) is None:
        named = _named(gesture, AgreementId(wanted))
        return _fitting(named, gesture, fits, none)
    with gesture.deps.database.reading() as tx:
        mine = agreements.of(tx, me, now=gesture.now, closed_since=gesture.now - EVER)
    if (typed := next((a for a in mine if a.id == wanted), None)) is not None:
        return _fitting(typed, gesture, fits, none)
    meant = [a for a in mine if is_with(a, me, wanted)]
    if wanted and not meant:
        return Tell(nobody(gesture.deps.command))
    fitting = [a for a in meant if fits(a)]
    candidates = [a for a in fitting if not a.over] or [a for a in fitting if a.signed is not None] or fitting
    if not candidates:
        return Tell(_why_not(meant, gesture, none, named=bool(wanted)))
    if len(candidates) == 1:
        return candidates[0]
    return Show(picker(word, candidates, gesture.person))


def _named(gesture: Gesture, agreement_id: AgreementId) -> Agreement:
    """Return the one agreement that a button names, of which something is left, without loading all others."""
    with gesture.deps.database.reading() as tx:
        agreement = agreements.current(tx, agreement_id, seen_by=gesture.person.id, now=gesture.now)
    if agreement.closed_at is not None and retention.empty(agreement):
        raise NotFound
    return agreement


def _fitting(
    agreement: Agreement, gesture: Gesture, fits: Callable[[Agreement], bool], none: str
) -> Agreement | Answer:
    if fits(agreement):
        return agreement
    return Tell(not_yet(gesture.deps.command) if agreement.proposed else none)


def _why_not(meant: Sequence[Agreement], gesture: Gesture, none: str, *, named: bool) -> str:
    command = gesture.deps.command
    if too_early(meant):
        return not_yet(command)
    if named:
        other = name(meant[0].other(gesture.person.id))
        return f"With {other} there is nothing for that now. `{command}` shows what there is."
    return none


def nobody(command: str) -> str:
    """Return the sentence about someone with whom there is nothing."""
    return f"You have no agreement with that person. `{command}` shows what there is."


def not_yet(command: str) -> str:
    """Return the sentence about what comes only after both signatures."""
    return f"Nothing is signed by both of you yet. `{command}` shows where it stands and what you can do."


def too_early(mine: Sequence[Agreement]) -> bool:
    """Tell whether all that is open waits for a signature."""
    open_ = [agreement for agreement in mine if not agreement.over]
    return bool(open_) and all(agreement.proposed for agreement in open_)


def is_with(agreement: Agreement, me: PersonId, wanted: str) -> bool:
    """Tell whether ``wanted``, a mention or a part of a name, means the other one; nothing wanted means anyone."""
    other = agreement.other(me)
    if (mention := MENTION.search(wanted)) is not None:
        return other.goes_by(mention[1])
    return wanted.lstrip("@").casefold() in other.name.casefold()
