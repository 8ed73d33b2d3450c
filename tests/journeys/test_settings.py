"""Reminders off: what the other one does and the question after a session still arrive; a release does not wait for them."""

from tests.journeys.pair import LONDON, NEW_YORK, Pair, Someone, moment, shown

FIRST = moment("Thu 26 Nov 16:30", LONDON)


def switch_reminders_off(person: Someone) -> None:
    person.command("/mentor settings")
    person.fill("Reminders", "No reminders")
    person.submit()


def since_both_signed(person: Someone) -> list[tuple[str, str]]:
    """When each DM since then came, and its beginning."""
    return [(shown(dm.at, person.zone), " ".join(dm.text.split()[:4])) for dm in person.sent[2:]]


def test_without_reminders_the_rest_still_arrives(pair: Pair) -> None:
    tom, anna = pair.tom, pair.anna
    pair.agree(first_session=FIRST)
    switch_reminders_off(anna)
    pair.at("Thu 26 Nov 18:00")
    tom.click("Plan the next")
    tom.submit()
    tom.close()
    pair.at("Thu 3 Dec 09:30", NEW_YORK)
    anna.click("4")
    # His reminder is due at 17:00 on the ninth, as hers would be five hours later; the release is due with the first.
    switch_reminders_off(tom)
    pair.at("Wed 9 Dec 16:55")
    tom.command("/mentor recap")
    assert "\nRating: Not yet\n" in tom.receipt
    pair.at("Wed 9 Dec 17:05")
    tom.command("/mentor recap")
    assert "\nRating: 4 of 5 ●●●●○\n" in tom.receipt
    pair.at("Thu 10 Dec 18:00")

    assert since_both_signed(anna) == [
        ("Thu 26 Nov 13:00", "Tom planned session 2"),
        ("Mon 30 Nov 09:00", "On a scale of"),
    ]
    assert since_both_signed(tom) == [
        ("Wed 25 Nov 17:00", "Coming up: session 1"),
        ("Thu 26 Nov 17:45", "Session 1 of 5"),
        ("Thu 10 Dec 17:45", "Session 2 of 5"),
    ]


def test_privacy_says_who_can_read_what_before_anything_is_signed(pair: Pair) -> None:
    pair.anna.command("/mentor privacy")
    words = pair.anna.modal.words
    pair.propose()
    pair.anna.close()
    pair.anna.click("Read")

    for sentence in (
        "Whoever can export this workspace's direct messages may see that you use this bot, with whom and when.",
        "The database and that key are held by Ada Marsh, ada@example.org, who could technically read what is stored.",
        "A score from one mentee can't be anonymous.",
    ):
        assert sentence in words
        assert sentence in pair.anna.modal.words
    assert "Tom may keep private notes about Anna here: Tom alone is shown them." in pair.anna.modal.words
