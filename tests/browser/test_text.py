"""How texts are drawn: mrkdwn, rich text, Markdown, dates and blocks, asked of the page's own modules."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from playground.server import Playground
from tests.browser.echo import MANIFEST

DRAW = """async ([module, call, given]) => {
  const { patch } = await import('/page/dom.js');
  const { surface } = await import('/page/elements.js');
  const names = { U1: 'Tom Reed', U2: 'Anna Bright' };
  const reader = { me: 'U1', zone: 'America/New_York', now: 1795437600, nameOf: (id) => names[id], channelName: () => null };
  const on = surface({ user: 'U1', container: { message_ts: '1' }, reader, people: [], conversations: [], confirm: () => {} });
  const draw = (await import(`/page/${module}.js`))[call];
  const box = document.createElement('div');
  patch(box, [draw(given, call === 'drawBlocks' ? on : reader)]);
  for (const node of box.querySelectorAll('*')) {
    for (const name of ['class', 'title', 'target', 'rel', 'role', 'aria-label', 'aria-level', 'tabindex', 'dir']) node.removeAttribute(name);
  }
  return box.innerHTML;
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """A tab that can load the page's modules."""
    with Playground(manifest=MANIFEST) as slack:
        tab = browser.new_page()
        tab.goto(f"{slack.url}/page/page.css")
        yield tab
        tab.close()


def draw(modules: Page, module: str, call: str, given: Any) -> str:
    drawn: str = modules.evaluate(DRAW, [module, call, given])
    return drawn.replace("<span>", "").replace("</span>", "")


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        (
            "*bold* _italic_ ~gone~ `code`",
            "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>",
        ),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("* not bold * _ nor this _", "* not bold * _ nor this _"),
        ("&lt;b&gt; &amp; <b>", "&lt;b&gt; &amp; b"),
        ("&amp;lt;", "&amp;lt;"),
        ("<https://a.org/x_y_z|see _it_>", '<a href="https://a.org/x_y_z">see _it_</a>'),
        ("<https://a.org?a=1&amp;b=2>", '<a href="https://a.org?a=1&amp;b=2">https://a.org?a=1&amp;b=2</a>'),
        ("see https://a.org/b.", 'see <a href="https://a.org/b">https://a.org/b</a>.'),
        ("<javascript:alert(1)|press>", "press"),
        ("<mailto:a@b.org>", '<a href="mailto:a@b.org">a@b.org</a>'),
        ("<@U2> <@U9> <!here> <#C1|general>", "@Anna Bright @U9 @here #general"),
        (":tada: :not_an_emoji: 10:30:00", "🎉 :not_an_emoji: 10:30:00"),
        ("> one\n> two\nthree", "<blockquote>one\ntwo</blockquote>three"),
        ("&gt; one", "<blockquote>one</blockquote>"),
        (">>> one\ntwo", "<blockquote>one\ntwo</blockquote>"),
        ("a\n```x *y*\n  &lt;z```\nb", "a<pre><code>x *y*\n  &lt;z</code></pre>b"),
        ("• one\n• two", "• one• two"),
        ("<!date^1795539600^{date_short_pretty} at {time}|soon>", "Tomorrow at 12:00"),
        ("<!date^1795539600^on {date_long}|soon>", "on Tuesday 24 November 2026"),
        ("<!date^1795539600^{date_num} {time_secs}|soon>", "2026-11-24 12:00:00"),
        ("<!date^1795539600^{nonsense}|soon>", "soon"),
        ("<!date^x^{date}|soon>", "soon"),
        ("\ue0000\ue001", "0"),
        ("שלום *עולם*", "שלום <strong>עולם</strong>"),
    ],
)
def test_mrkdwn(modules: Page, written: str, drawn: str) -> None:
    found = draw(modules, "mrkdwn", "mrkdwn", written)

    assert without_times(found) == drawn


def without_times(drawn: str) -> str:
    before, opened, rest = drawn.partition("<time")
    if not opened:
        return drawn
    inside, _, after = rest.partition(">")[2].partition("</time>")
    return before + inside + after


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("# Title\ntext", "<p>Title</p><p>text</p>"),
        (
            "**a** *b* ~~c~~ `d` __e__ _f_",
            "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code> <strong>e</strong> <em>f</em></p>",
        ),
        ("***both***", "<p><strong><em>both</em></strong></p>"),
        (
            "[a](https://b.org) <https://c.org>",
            '<p><a href="https://b.org">a</a> <a href="https://c.org">https://c.org</a></p>',
        ),
        ("[a](javascript:x)", "<p>a</p>"),
        ("- a\n- b\n  - c\n- d", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("```py\nx = 1\n```\nafter", "<pre><code>x = 1</code></pre><p>after</p>"),
        ("> quoted\n> more", "<blockquote><p>quoted\nmore</p></blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        (
            "| a | b |\n|---|:-:|\n| 1 | *2* |",
            '<div><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
            "<tbody><tr><td>1</td><td><em>2</em></td></tr></tbody></table></div>",
        ),
        (r"\*plain\*", "<p>*plain*</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
    ],
)
def test_markdown(modules: Page, written: str, drawn: str) -> None:
    assert draw(modules, "markdown", "drawMarkdown", written) == drawn


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(elements)}


def test_rich_text(modules: Page) -> None:
    block = {
        "type": "rich_text",
        "elements": [
            section(text("plain "), text("both", bold=True, italic=True), {"type": "user", "user_id": "U2"}),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 2,
                "elements": [section(text("<item>"))],
            },
            section(text("said"), kind="rich_text_quote"),
            section(text("a\n b"), kind="rich_text_preformatted"),
            section(
                {"type": "link", "url": "https://a.org"},
                {"type": "emoji", "name": "wave"},
                {"type": "broadcast", "range": "here"},
                {"type": "novelty"},
            ),
        ],
    }

    assert draw(modules, "rich_text", "drawRichText", block) == (
        "<p>plain <strong><em>both</em></strong>@Anna Bright</p>"
        '<ol start="3"><li>&lt;item&gt;</li></ol>'
        "<blockquote>said</blockquote><pre><code>a\n b</code></pre>"
        '<p><a href="https://a.org">https://a.org</a>👋@hereUnknown: novelty</p>'
    )


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "hologram"}, "A block of the type “hologram” is not known here."),
        ({"type": "section", "text": {"type": "plain_text", "text": "*as is* :wave:"}}, "*as is* 👋"),
        ({"type": "section", "text": {"type": "plain_text", "text": ":wave:", "emoji": False}}, ":wave:"),
        ({"type": "actions", "elements": [{"type": "lever", "action_id": "a"}]}, "Unknown element: lever"),
        (
            {"type": "alert", "level": "warning", "text": {"type": "mrkdwn", "text": "*Mind*"}},
            "<strong>Mind</strong>",
        ),
        ({"type": "image", "image_url": "https://a.org/i.png", "alt_text": "A cup"}, 'alt="A cup"'),
        (
            {
                "type": "table",
                "rows": [
                    [{"type": "raw_text", "text": "Head"}],
                    [{"type": "raw_number", "value": 4, "text": "4 kg"}],
                ],
            },
            "<td>4 kg</td>",
        ),
    ],
)
def test_blocks(modules: Page, block: dict[str, Any], words: str) -> None:
    assert words in draw(modules, "blocks", "drawBlocks", [{"block_id": "b", **block}])


@pytest.mark.parametrize(
    ("zone", "wall", "seconds"),
    [
        ("Europe/London", "2026-03-29T01:30", 1774747800),  # in the gap: an hour on, 02:30 in summer time
        ("Europe/London", "2026-10-25T01:30", 1792888200),  # in the fold: the first, in summer time
        ("Europe/London", "2026-10-25T02:30", 1792895400),
        ("America/New_York", "2026-03-08T02:30", 1772955000),
        ("Australia/Lord_Howe", "2026-10-04T02:15", 1791042300),  # a gap of half an hour
        ("Asia/Kathmandu", "2026-06-01T00:00", 1780251300),
        ("Etc/UTC", "1970-01-01T00:00", 0),
    ],
)
def test_wall_times_become_instants(modules: Page, zone: str, wall: str, seconds: int) -> None:
    ask = "async ([wall, zone]) => (await import('/page/times.js')).instantOf(wall, zone)"

    assert modules.evaluate(ask, [wall, zone]) == seconds
