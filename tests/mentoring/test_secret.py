import json
import pickle

import pytest

from mentoring.secret import LOST, UNREADABLE, Secret, unless_lost

HIDDEN = "she said she would leave"


def test_a_secret_never_shows_itself() -> None:
    secret = Secret(HIDDEN)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", "%s" % secret, repr([secret])]  # noqa: UP031
    assert all(HIDDEN not in text for text in shown)
    assert repr(secret) == "(secret)"


def test_a_secret_is_neither_pickled_nor_json() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(HIDDEN))
    with pytest.raises(TypeError):
        json.dumps(Secret(HIDDEN))


def test_a_secret_is_revealed_on_purpose_and_equal_by_what_it_hides() -> None:
    assert Secret(HIDDEN).reveal() == HIDDEN
    assert Secret(HIDDEN) == Secret(HIDDEN)
    assert Secret(HIDDEN) != Secret("other")
    assert Secret(HIDDEN) != HIDDEN
    assert len({Secret(1), Secret(1), Secret(2)}) == 2


def test_what_is_lost_is_known_though_anyone_may_write_its_words() -> None:
    theirs = Secret(UNREADABLE)

    assert theirs == LOST
    assert [unless_lost(secret) for secret in (theirs, LOST, None)] == [theirs, None, None]
