// The markdown block: standard Markdown as far as Slack draws it
// (docs.slack.dev/reference/block-kit/blocks/markdown-block). All headings have one size there.

import { h } from "./dom.js";
import { emojiText, link } from "./inline.js";

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Markdown text as nodes. */
export function drawMarkdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const drawn = [];
  let at = 0;
  while (at < lines.length) {
    const [node, next] = drawNext(lines, at);
    if (node) drawn.push(node);
    at = next;
  }
  return drawn;
}

function drawNext(lines, at) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  const heading = HEADING.exec(line);
  if (heading)
    return [h("p", { class: "md-heading", role: "heading", "aria-level": "4" }, inline(heading[1])), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (line.startsWith(">")) return quote(lines, at);
  if (ITEM.test(line)) return list(lines, at, ITEM.exec(line)[1].length);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-"))
    return table(lines, at);
  return paragraph(lines, at);
}

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", {}, h("code", {}, lines.slice(at + 1, end).join("\n"))), end + 1];
}

function quote(lines, at) {
  let end = at;
  while (end < lines.length && lines[end].startsWith(">")) end += 1;
  return [
    h(
      "blockquote",
      {},
      drawMarkdown(
        lines
          .slice(at, end)
          .map((line) => line.replace(/^> ?/, ""))
          .join("\n"),
      ),
    ),
    end,
  ];
}

function list(lines, at, indent) {
  const first = ITEM.exec(lines[at]);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (!item || item[1].length < indent) break;
    if (item[1].length > indent + 1 && items.length) {
      const [nested, next] = list(lines, end, item[1].length);
      items.at(-1).push(nested);
      end = next;
    } else {
      if (Boolean(item[2]) !== Boolean(first[2])) break;
      items.push(listItem(item[4]));
      end += 1;
    }
  }
  const drawn = items.map((parts) => h("li", {}, parts));
  return [first[2] ? h("ul", {}, drawn) : h("ol", { start: first[3] }, drawn), end];
}

function listItem(text) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!task) return [inline(text)];
  return [
    h("input", { type: "checkbox", disabled: true, checked: task[1] !== " ", "aria-label": task[2] }),
    " ",
    inline(task[2]),
  ];
}

function table(lines, at) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => inline(cell.trim().replaceAll("\\|", "|")));
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const head = h(
    "tr",
    {},
    cells(lines[at]).map((cell) => h("th", { scope: "col" }, cell)),
  );
  const body = lines.slice(at + 2, end).map((line) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h("td", {}, cell)),
    ),
  );
  return [
    h(
      "div",
      { class: "table-box", tabindex: "0", role: "group", "aria-label": "Table" },
      h("table", {}, h("thead", {}, head), h("tbody", {}, body)),
    ),
    end,
  ];
}

function paragraph(lines, at) {
  let end = at + 1;
  while (
    end < lines.length &&
    lines[end].trim() &&
    !/^(>|#{1,6}\s|```|~~~)/.test(lines[end]) &&
    !ITEM.test(lines[end])
  )
    end += 1;
  return [h("p", { class: "run" }, inline(lines.slice(at, end).join("\n"))), end];
}

const INLINE = [
  [/`([^`]+)`/, (found) => h("code", {}, found[1])],
  [
    /!?\[([^\]]*)\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s+"[^"]*")?\)/,
    (found) => link(found[2], inline(found[1] || found[2])),
  ],
  [/\*\*\*([^*]+)\*\*\*/, (found) => h("strong", {}, h("em", {}, inline(found[1])))],
  [
    /\*\*(?=\S)((?:[^*]|\*(?!\*))+?)\*\*|(?<!\w)__(?=\S)([^_]+?)__(?!\w)/,
    (found) => h("strong", {}, inline(found[1] ?? found[2])),
  ],
  [/\*(?=\S)([^*\n]+?)\*|(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)/, (found) => h("em", {}, inline(found[1] ?? found[2]))],
  [/~~(?=\S)([^~]+?)~~/, (found) => h("s", {}, inline(found[1]))],
  [
    /<(https?:\/\/[^>\s]+)>|(https?:\/\/[^\s<>]*[^\s<>.,;:!?)"'*_~])/,
    (found) => link(found[1] ?? found[2], found[1] ?? found[2]),
  ],
  [/\\([\\`*_{}[\]()#+\-.!|>~])/, (found) => found[1]],
];

function inline(text) {
  let first = null;
  for (const [pattern, draw] of INLINE) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { found, draw };
  }
  if (!first) return emojiText(text);
  const { found, draw } = first;
  return [
    ...emojiText(text.slice(0, found.index)),
    draw(found),
    ...inline(text.slice(found.index + found[0].length)),
  ];
}
