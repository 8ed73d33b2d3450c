"""Notes and recap: from one session's note to another's, and the recap searched and paged."""

from benchmarks.journey import Journey
from handlers.ids import Action


def with_two_sessions(pair: Journey) -> None:
    """Two sessions with notes, read and looked through."""
    pair.meet()
    pair.begin()
    first, second = pair.first_session(), pair.first_session()
    starts = pair.agreement.session(second).starts
    cursor = str(int(starts.timestamp()))
    pair.command("notes", pair.tom, "notes")
    pair.choose_inside("another session's note", pair.tom, Action.NOTES_SESSION, first)
    pair.command("recap, by its word", pair.tom, "recap")
    pair.press_inside("search the recap", pair.tom, Action.RECAP_SEARCH, "sleep", recap_search="sleep")
    pair.press_inside("the recap's earlier page", pair.tom, Action.RECAP_EARLIER, cursor)
    pair.press_inside("the recap's newest page", pair.tom, Action.RECAP_NEWEST, "newest")
    pair.submit("send a search", pair.tom, recap_search="sleep")
    pair.press("recap, picked", pair.tom, f"{Action.PICK}_0", f"recap/{pair.agreement.id}")
    pair.press("recap, by a word's button", pair.tom, Action.OPEN_WORD, "recap")
