"""Generated blocks pass, whoever generates them, and one mutation anywhere makes them fail."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from playground.blockkit import Surface, check_blocks, check_view

Json = dict[str, Any]


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=min(most, 12)) | st.just("é" * most)


def plain(most: int) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.just("plain_text"), "text": words(most)}, optional={"emoji": st.booleans()}
    )


def any_text(most: int) -> st.SearchStrategy[Json]:
    mrkdwn = {"type": st.just("mrkdwn"), "text": words(most)}
    return plain(most) | st.fixed_dictionaries(mrkdwn, optional={"verbatim": st.booleans()})


def options(most: int) -> st.SearchStrategy[list[Json]]:
    option = st.fixed_dictionaries(
        {"text": plain(75), "value": words(150)}, optional={"description": plain(75)}
    )
    return st.lists(option, min_size=1, max_size=min(most, 4), unique_by=lambda each: each["value"])


confirm = st.fixed_dictionaries(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    optional={"style": st.sampled_from(["primary", "danger"])},
)
button = st.fixed_dictionaries(
    {"type": st.just("button"), "text": plain(75)},
    optional={
        "url": st.just("https://a.example/" + "x" * 2982),
        "value": words(2000),
        "style": st.sampled_from(["primary", "danger"]),
        "confirm": confirm,
        "accessibility_label": words(75),
    },
)
image = st.fixed_dictionaries(
    {"type": st.just("image"), "alt_text": words(2000), "image_url": st.just("https://a.example/tea.png")}
)
datepicker = st.fixed_dictionaries(
    {"type": st.just("datepicker")},
    optional={"initial_date": st.dates().map(lambda day: day.isoformat()), "placeholder": plain(150)},
)
timepicker = st.fixed_dictionaries(
    {"type": st.just("timepicker")},
    optional={
        "initial_time": st.times().map(lambda time: f"{time:%H:%M}"),
        "timezone": st.timezone_keys(allow_prefix=False),
    },
)


@st.composite
def menu(draw: st.DrawFn) -> Json:
    offered = draw(options(100))
    chosen = draw(st.sampled_from(offered))
    group = {"label": draw(plain(75)), "options": offered}
    return draw(
        st.sampled_from(
            [
                {"type": "overflow", "options": offered},
                {"type": "radio_buttons", "options": offered, "initial_option": chosen},
                {"type": "checkboxes", "options": offered, "initial_options": offered},
                {"type": "static_select", "options": offered, "initial_option": chosen},
                {"type": "multi_static_select", "option_groups": [group], "initial_options": [chosen]},
            ]
        )
    )


@st.composite
def text_input(draw: st.DrawFn) -> Json:
    low, high = sorted(draw(st.tuples(st.integers(1, 3000), st.integers(1, 3000))))
    return {
        "type": "plain_text_input",
        "min_length": low,
        "max_length": high,
        "multiline": draw(st.booleans()),
    }


style = st.fixed_dictionaries({}, optional=dict.fromkeys(("bold", "italic", "strike", "code"), st.booleans()))
part = (
    st.fixed_dictionaries({"type": st.just("text"), "text": words(9_000)}, optional={"style": style})
    | st.fixed_dictionaries({"type": st.just("user"), "user_id": st.just("U1")}, optional={"style": style})
    | st.fixed_dictionaries({"type": st.just("link"), "url": st.just("https://a.example"), "text": words(75)})
    | st.fixed_dictionaries({"type": st.just("emoji"), "name": st.just("wave")})
)
rich_section = st.fixed_dictionaries(
    {"type": st.just("rich_text_section"), "elements": st.lists(part, max_size=3)}
)
rich_list = st.fixed_dictionaries(
    {
        "type": st.just("rich_text_list"),
        "style": st.sampled_from(["bullet", "ordered"]),
        "elements": st.lists(rich_section, max_size=2),
    },
    optional={"indent": st.integers(0, 8), "border": st.integers(0, 1)},
)
block = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("section"), "text": any_text(3000)},
        optional={
            "fields": st.lists(any_text(2000), min_size=1, max_size=10),
            "accessory": st.one_of(button, image, datepicker, timepicker, menu()),
            "expand": st.booleans(),
        },
    ),
    st.fixed_dictionaries({"type": st.just("header"), "text": plain(150)}),
    st.just({"type": "divider"}),
    st.fixed_dictionaries(
        {
            "type": st.just("context"),
            "elements": st.lists(any_text(3000) | image, min_size=1, max_size=10),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("actions"),
            "elements": st.lists(st.one_of(button, datepicker, menu()), min_size=1, max_size=4),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("input"),
            "label": plain(2000),
            "element": st.one_of(text_input(), datepicker, timepicker),
        },
        optional={"hint": plain(2000), "optional": st.booleans(), "dispatch_action": st.booleans()},
    ),
    st.fixed_dictionaries(
        {"type": st.just("rich_text"), "elements": st.lists(rich_section | rich_list, max_size=3)}
    ),
)


@st.composite
def payload(draw: st.DrawFn) -> list[Json]:
    """Blocks with a block_id each."""
    blocks = draw(st.lists(block, min_size=1, max_size=5))
    return [{**deepcopy(each), "block_id": str(n) * 200} for n, each in enumerate(blocks)]


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from nodes(each, (*path, key))


def wrongs(key: Any, node: Any) -> Iterator[Any]:
    yield None
    if isinstance(node, dict):
        yield {**node, "surprise": True}
        if "type" in node:
            yield {**node, "type": "surprise"}
            yield {name: each for name, each in node.items() if name != "type"}
    if key == "text" and isinstance(node, str):
        yield ""


def mutations(blocks: list[Json]) -> list[list[Json]]:
    """Return the blocks with one thing wrong, for every node: null, a field too many, a wrong type or none."""
    spoilt = []
    for (*way, last), node in ((path, node) for path, node in nodes(blocks) if path):
        for wrong in wrongs(last, node):
            copy: Any = deepcopy(blocks)
            holder = copy
            for key in way:
                holder = holder[key]
            holder[last] = wrong
            spoilt.append(copy)
    return spoilt


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(payload(), st.sampled_from(["message", "modal", "home"]))
def test_generated_blocks_pass(blocks: list[Json], surface: Surface) -> None:
    assert check_blocks(blocks, surface) == []


@quick
@given(payload(), st.data())
def test_one_mutation_fails(blocks: list[Json], data: st.DataObject) -> None:
    spoilt = data.draw(st.sampled_from(mutations(blocks)))

    assert check_blocks(spoilt, "message") != []


@quick
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.sampled_from(["type", "blocks", "text", "elements", "title"]), inner)
)))  # fmt: skip
def test_no_json_at_all_upsets_the_checks(value: object) -> None:
    assert isinstance(check_view(value), list)
    assert isinstance(check_blocks(value, "message"), list)


def test_what_the_sdk_builds_passes() -> None:
    choices = [sdk.Option(value=str(n), text=f"{n} weeks") for n in range(1, 4)]
    view = View(
        type="modal",
        title="Book a table",
        submit="Book",
        close="Not now",
        private_metadata="{}",
        blocks=[
            sdk.HeaderBlock(text="Table 3"),
            sdk.SectionBlock(text="*When?*", accessory=sdk.ButtonElement(text="Next slot", action_id="next")),
            sdk.ContextBlock(elements=[sdk.PlainTextObject(text="Europe/London")]),
            sdk.DividerBlock(),
            sdk.InputBlock(label="Day", element=sdk.DatePickerElement(initial_date="2026-12-01")),
            sdk.InputBlock(label="Time", element=sdk.TimePickerElement(initial_time="17:30", timezone="Europe/London")),
            sdk.InputBlock(label="How often", element=sdk.StaticSelectElement(options=choices, initial_option=choices[1])),
            sdk.InputBlock(label="Who", element=sdk.UserSelectElement(placeholder="Someone")),
            sdk.InputBlock(label="Place", optional=True, element=sdk.PlainTextInputElement(max_length=200)),
            sdk.RichTextBlock(elements=[sdk.RichTextSectionElement(elements=[
                sdk.RichTextElementParts.Text(text="Tea", style=sdk.RichTextElementParts.TextStyle(bold=True)),
            ])]),
            sdk.AlertBlock(text="This is the last table.", level="info"),
        ],
    )  # fmt: skip

    assert check_view(view.to_dict()) == []
