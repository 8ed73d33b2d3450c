"""blocks.validate: Block Kit's rules, asked about something that goes nowhere.

Arguments, answers and errors: docs.slack.dev/reference/methods/blocks.validate. Of its rate it says that special limits apply,
without a figure; ours is that of auth.test, of which Slack's pages say the same.
"""

from playground.arguments import Arguments, pointer
from playground.blockkit import Problem, check_blocks, check_view
from playground.errors import SlackError
from playground.workspace import Json

WAYS = ("blocks", "message", "view")


def validate(arguments: Arguments) -> Json:
    """Answer that Slack takes the blocks, the message or the view.

    Raises:
        SlackError: ``invalid_blocks``, ``invalid_message`` or ``invalid_view`` with every broken rule; or ``invalid_arguments``.
    """
    given = [way for way in WAYS if arguments.given(way)]
    if len(given) != 1:
        sentence = "must provide exactly one of `blocks`, `view`, or `message`"
        raise SlackError("invalid_arguments", response_metadata={"messages": [sentence]})
    (way,) = given
    content = arguments.parsed(way, f"invalid_{way}")
    if problems := _problems(way, content):
        raise SlackError(f"invalid_{way}", errors=[_told(way, problem) for problem in problems])
    return {"ok": True}


def _problems(way: str, content: object) -> list[Problem]:
    if way == "view":
        return check_view(content)
    if way == "message":
        content = content.get("blocks") if isinstance(content, dict) else None
    return check_blocks(content, "message")


def _told(way: str, problem: Problem) -> Json:
    """Return a problem with its place: of ``blocks`` that begins with a number."""
    path = problem.path.removeprefix("blocks") if way == "blocks" else problem.path
    return {"code": "failed_constraint", "message": problem.rule, "pointer": f"/{pointer(path)}"}
