// Block Kit's blocks (docs.slack.dev/reference/block-kit/blocks). A block of an unknown type says so.

import { h, icon, ICONS } from "./dom.js";
import { drawElement, fieldOf, placeOf, smallImage } from "./elements.js";
import { link } from "./inline.js";
import { drawInput } from "./inputs.js";
import { drawMarkdown } from "./markdown.js";
import { drawText } from "./mrkdwn.js";
import { drawRichText } from "./rich_text.js";

/** All blocks of a message or view. `on` is the surface they stand on. */
export function drawBlocks(blocks, on) {
  return (blocks ?? []).map((block, place) => {
    const draw = DRAWN[block.type];
    const drawn = draw
      ? draw(block, on)
      : h("p", { class: "unknown" }, `A block of the type “${block.type}” is not known here.`);
    return h("div", { class: `block block-${block.type}`, key: block.block_id ?? `at ${place}` }, drawn);
  });
}

const words = (object, on, className = "text") =>
  object ? h("div", { class: className, dir: "auto" }, drawText(object, on.reader)) : null;

function section(block, on) {
  const fields = block.fields?.length
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => words(field, on)),
      )
    : null;
  const id = `${on.user}/${on.id}/${block.block_id}/words`.replace(/\s/g, "_");
  const accessory = block.accessory
    ? h("div", { class: "accessory" }, drawElement(block.accessory, block, on, { labelled: id }))
    : null;
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-words", id: accessory ? id : undefined }, words(block.text, on), fields),
    accessory,
  );
}

function context(block, on) {
  return h(
    "div",
    { class: "context" },
    block.elements.map((element) =>
      element.type === "image" ? smallImage(element, "context-image") : words(element, on, "context-text"),
    ),
  );
}

function alert(block, on) {
  const level = block.level ?? "default";
  const mark = { success: ICONS.check, warning: ICONS.alert, error: ICONS.alert }[level] ?? ICONS.info;
  return h(
    "div",
    { class: `alert alert-${level}`, role: level === "error" ? "alert" : "note" },
    icon(mark),
    words(block.text, on),
  );
}

function image(block, on) {
  const title = block.title ? h("figcaption", {}, drawText(block.title, on.reader)) : null;
  return h(
    "figure",
    { class: "image" },
    title,
    h("img", { src: block.image_url ?? block.slack_file?.url, alt: block.alt_text, loading: "lazy" }),
  );
}

const GROUPED = new Set([
  "radio_buttons",
  "checkboxes",
  "multi_static_select",
  "multi_users_select",
  "multi_channels_select",
  "multi_conversations_select",
]);

function input(block, on) {
  const { element } = block;
  const id = placeOf(on, block, element);
  const error = on.errors[block.block_id];
  const described =
    [block.hint ? `${id}/hint` : "", error ? `${id}/error` : ""].filter(Boolean).join(" ") || undefined;
  const grouped = GROUPED.has(element.type);
  const field = fieldOf(element, block, on, {
    described,
    labelled: grouped ? `${id}/label` : undefined,
    required: !block.optional,
    invalid: Boolean(error),
  });
  const label = [
    drawText(block.label, on.reader),
    block.optional ? h("span", { class: "optional" }, " (optional)") : null,
  ];
  const drawn = drawInput(element, field) ?? h("p", { class: "unknown" }, `Unknown element: ${element.type}`);
  return h(
    "div",
    { class: error ? "field field-wrong" : "field" },
    grouped ? h("div", { class: "label", id: `${id}/label` }, label) : h("label", { class: "label", for: id }, label),
    drawn,
    error ? h("p", { class: "field-error", id: `${id}/error` }, icon(ICONS.alert), error) : null,
    block.hint ? h("p", { class: "hint", id: `${id}/hint` }, drawText(block.hint, on.reader)) : null,
  );
}

function table(block, on) {
  const settings = block.column_settings ?? [];
  const cell = (each) => (each.type === "rich_text" ? drawRichText(each, on.reader) : each.text);
  const look = (place) =>
    `${settings[place]?.align ? `align-${settings[place].align}` : ""}${settings[place]?.is_wrapped ? " wrapped" : ""}`;
  const [head, ...body] = block.rows;
  const row = (cells, tag, props) =>
    h(
      "tr",
      {},
      cells.map((each, place) => h(tag, { class: look(place), ...props }, cell(each))),
    );
  const rows = [
    h("thead", {}, row(head, "th", { scope: "col" })),
    h(
      "tbody",
      {},
      body.map((cells) => row(cells, "td")),
    ),
  ];
  return h("div", { class: "table-box", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {}, rows));
}

function video(block, on) {
  return h(
    "div",
    { class: "card" },
    h("div", { class: "card-title" }, link(block.title_url ?? block.video_url, drawText(block.title, on.reader))),
    h(
      "a",
      { href: block.title_url ?? block.video_url, target: "_blank", rel: "noopener noreferrer" },
      h("img", { src: block.thumbnail_url, alt: block.alt_text }),
    ),
    words(block.description, on),
  );
}

function card(block, on) {
  return h(
    "div",
    { class: "card" },
    block.hero_image
      ? h("img", { class: "card-hero", src: block.hero_image.image_url, alt: block.hero_image.alt_text })
      : null,
    h(
      "div",
      { class: "card-head" },
      block.icon ? smallImage(block.icon, "context-image") : null,
      h("div", {}, words(block.title, on, "card-title"), words(block.subtitle, on, "context-text")),
    ),
    words(block.body, on),
    words(block.subtext, on, "context-text"),
    block.actions ? actions({ ...block, elements: block.actions }, on) : null,
  );
}

function container(block, on) {
  const title = block.rich_text_title
    ? drawRichText(block.rich_text_title, on.reader)
    : drawText(block.title, on.reader);
  const head = [h("span", { class: "card-title" }, title), words(block.subtitle, on, "context-text")];
  const inside = drawBlocks(block.child_blocks, on);
  if (!block.is_collapsible) return h("div", { class: "card" }, h("div", { class: "card-head" }, head), inside);
  return h("details", { class: "card", open: !block.default_collapsed }, h("summary", {}, head), inside);
}

const TASK_STATES = { pending: "To do", in_progress: "Under way", complete: "Done", error: "Failed" };

function task(block, on) {
  return h(
    "div",
    { class: "card" },
    h(
      "div",
      { class: "card-head" },
      h("span", { class: "card-title" }, block.title),
      h("span", { class: "badge" }, TASK_STATES[block.status] ?? block.status),
    ),
    block.details ? drawRichText(block.details, on.reader) : null,
    block.output ? drawRichText(block.output, on.reader) : null,
    block.sources?.length
      ? h(
          "p",
          { class: "context-text" },
          block.sources.map((source) => [link(source.url, source.text ?? source.url), " "]),
        )
      : null,
  );
}

const actions = (block, on) =>
  h(
    "div",
    { class: "actions" },
    (block.elements ?? []).map((element) => drawElement(element, block, on)),
  );

const DRAWN = {
  actions,
  alert,
  card,
  carousel: (block, on) =>
    h(
      "div",
      { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
      block.elements.map((each) => card(each, on)),
    ),
  container,
  context,
  context_actions: actions,
  divider: () => h("hr"),
  file: (block) => h("p", { class: "unknown" }, `A file (${block.external_id}); files are not drawn here.`),
  header: (block, on) => h("h3", { class: "heading" }, drawText(block.text, on.reader)),
  image,
  input,
  markdown: (block) => h("div", { class: "text markdown" }, drawMarkdown(block.text)),
  plan: (block, on) =>
    h(
      "div",
      { class: "card" },
      h("div", { class: "card-title" }, block.title),
      (block.tasks ?? []).map((each) => task(each, on)),
    ),
  rich_text: (block, on) => h("div", { class: "text rich-text" }, drawRichText(block, on.reader)),
  section,
  table,
  task_card: task,
  video,
};
