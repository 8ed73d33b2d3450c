// rich_text blocks (docs.slack.dev/reference/block-kit/blocks/rich-text-block) and text typed into rich_text_input.

import { h } from "./dom.js";
import { broadcast, channel, emoji, group, link, moment, person } from "./inline.js";

/** A rich_text object as nodes; following lists of deeper indent stand within the item before them. */
export function drawRichText(block, reader) {
  const drawn = [];
  for (const part of block.elements ?? []) {
    if (part.type === "rich_text_list") drawn.push(drawList(part, reader));
    else if (part.type === "rich_text_quote") drawn.push(h("blockquote", {}, pieces(part, reader)));
    else if (part.type === "rich_text_preformatted") drawn.push(h("pre", {}, h("code", {}, pieces(part, reader))));
    else if (part.type === "rich_text_section")
      drawn.push(h("p", { class: "rich-line", dir: "auto" }, pieces(part, reader)));
    else drawn.push(h("p", { class: "unknown" }, `Unknown rich text: ${part.type}`));
  }
  return drawn;
}

function drawList(list, reader) {
  const items = (list.elements ?? []).map((item) => h("li", {}, pieces(item, reader)));
  const props = { class: `rich-list indent-${Math.min(list.indent ?? 0, 8)}${list.border ? " bordered" : ""}` };
  if (list.style === "ordered") return h("ol", { ...props, start: (list.offset ?? 0) + 1 }, items);
  return h("ul", props, items);
}

const pieces = (part, reader) => (part.elements ?? []).map((element) => withStyle(element, piece(element, reader)));

function piece(element, reader) {
  if (element.type === "text") return element.text;
  if (element.type === "link") return link(element.url, element.text || element.url);
  if (element.type === "user") return person(reader, element.user_id);
  if (element.type === "channel") return channel(reader, element.channel_id);
  if (element.type === "usergroup") return group(element.usergroup_id);
  if (element.type === "team") return group(element.team_id);
  if (element.type === "broadcast") return broadcast(element.range);
  if (element.type === "emoji") return emoji(element.name, element.skin_tone, element.unicode);
  if (element.type === "date") {
    return moment(reader, element.timestamp, element.format, element.url, element.fallback);
  }
  if (element.type === "color") return drawColour(element.value);
  return h("span", { class: "unknown" }, `Unknown: ${element.type}`);
}

function drawColour(value) {
  const swatch = h("span", { class: "swatch", made: (node) => node.style.setProperty("background-color", value) });
  return h("span", { class: "colour" }, swatch, value);
}

const STYLE_TAGS = [
  ["code", "code"],
  ["strike", "s"],
  ["underline", "u"],
  ["highlight", "mark"],
  ["italic", "em"],
  ["bold", "strong"],
];

function withStyle(element, node) {
  return STYLE_TAGS.reduce((inner, [style, tag]) => (element.style?.[style] ? h(tag, {}, inner) : inner), node);
}

/** What a person typed into a rich_text_input, as the rich_text object that Slack would send. */
export function richTextOf(typed) {
  if (!typed) return null;
  const elements = [{ type: "rich_text_section", elements: [{ type: "text", text: typed }] }];
  return { type: "rich_text", elements };
}

/** The words of a rich_text object, to be typed on in a text box. */
export function wordsOf(richText) {
  const words = (part) => part.text ?? part.url ?? (part.elements ?? []).map(words).join("");
  return (richText?.elements ?? []).map(words).join("\n");
}
