// Block Kit's inputs as native controls (docs.slack.dev/reference/block-kit/block-elements). Each draws itself from its
// value and tells `change(value, {pause, enter})`; `change` sends it as typing or as an action, as its place demands.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { drawText } from "./mrkdwn.js";
import { dateOf, dateTime, shared, timeOfDay } from "./pickers.js";
import { richTextOf, wordsOf } from "./rich_text.js";

/** The value of `entry` (an element's part of view.state.values) as the gestures name it; null if empty. */
export function valueOf(entry) {
  if (!entry) return null;
  const { type } = entry;
  if (type === "checkboxes" || type === "multi_static_select") {
    return (entry.selected_options ?? []).map((option) => option.value);
  }
  if (type === "static_select" || type === "radio_buttons") return entry.selected_option?.value ?? null;
  if (type === "datetimepicker") return entry.selected_date_time ?? null;
  if (type === "rich_text_input") return entry.rich_text_value ?? null;
  return (
    entry.value ??
    entry.selected_date ??
    entry.selected_time ??
    entry.selected_user ??
    entry.selected_users ??
    entry.selected_channel ??
    entry.selected_channels ??
    entry.selected_conversation ??
    entry.selected_conversations ??
    null
  );
}

/** The value an element starts with, as the gestures name it; null if none. */
export function initialOf(element) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  return (
    element.initial_option?.value ??
    element.initial_value ??
    element.initial_date ??
    element.initial_time ??
    element.initial_date_time ??
    element.initial_user ??
    element.initial_users ??
    element.initial_channel ??
    element.initial_channels ??
    element.initial_conversation ??
    element.initial_conversations ??
    null
  );
}

/**
 * Draw an input element, or return null if its type is none.
 * `field`: { id, name, labelled, described, required, invalid, inForm, dispatches, value, change, forget, leave, surface }.
 */
export function drawInput(element, field) {
  const draw = DRAWN[element.type];
  return draw ? draw(element, field) : null;
}

const placeholder = (element) => element.placeholder?.text;

function textBox(element, field, { type = "text", ...extra } = {}) {
  const props = {
    ...shared(element, field),
    class: "text-input",
    dir: "auto",
    placeholder: placeholder(element),
    autocomplete: "off",
    value: field.value ?? "",
    oninput: (event) => field.change(event.target.value === "" ? null : event.target.value),
    onblur: field.leave,
    ...extra,
  };
  if (element.multiline) return h("textarea", { ...props, rows: 4 });
  return h("input", { ...props, type, onkeydown: (event) => enterDispatches(event, element, field) });
}

function enterDispatches(event, element, field) {
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (event.key !== "Enter" || event.isComposing || !field.dispatches || !triggers.includes("on_enter_pressed"))
    return;
  event.preventDefault();
  field.change(event.target.value === "" ? null : event.target.value, { enter: true, pause: 0 });
}

function plainText(element, field) {
  const left = element.max_length ? element.max_length - [...(field.value ?? "")].length : null;
  const count =
    left !== null && left <= Math.max(20, element.max_length / 10)
      ? h("span", { class: left < 0 ? "count count-over" : "count", role: "status" }, `${left} left`)
      : null;
  return [textBox(element, field), count];
}

function richText(element, field) {
  return textBox(
    { ...element, multiline: true },
    {
      ...field,
      value: wordsOf(field.value),
      change: (typed, how) => field.change(richTextOf(typed), how),
    },
  );
}

/** Options and option groups as one list of { label, options }. */
const groupsOf = (element) => element.option_groups ?? [{ label: null, options: element.options ?? [] }];

function select(element, field, groups) {
  const option = (each) => h("option", { value: each.value, key: `o${each.value}` }, withEmoji(each.text.text));
  const empty = h("option", { value: "", key: "empty" }, placeholder(element) ?? "Choose…");
  const drawn = groups.map((group, place) =>
    group.label
      ? h("optgroup", { label: group.label.text, key: `g${place}` }, group.options.map(option))
      : group.options.map(option),
  );
  return h(
    "select",
    {
      ...shared(element, field),
      class: field.value ? "select" : "select select-empty",
      value: field.value ?? "",
      onchange: (event) => field.change(event.target.value || null, { pause: 0 }),
    },
    empty,
    drawn,
  );
}

const asOption = (value, text) => ({ value, text: { type: "plain_text", text } });

function peopleGroups(field) {
  const people = field.surface.people.filter((person) => !person.deleted || [field.value].flat().includes(person.id));
  return [{ label: null, options: people.map((person) => asOption(person.id, person.real_name)) }];
}

const conversationGroups = (field) => [
  { label: null, options: field.surface.conversations.map(({ id, name }) => asOption(id, name)) },
];

/** One choice or several, each with its description. */
function choices(element, field, { many, groups = groupsOf(element), compact = false }) {
  const chosen = many ? (field.value ?? []) : [field.value];
  const pick = (value, on) => {
    if (!many) return field.change(value, { pause: 0 });
    return field.change(inOrder(groups, on ? [...chosen, value] : chosen.filter((other) => other !== value)), {
      pause: 0,
    });
  };
  const row = (option) => choice(option, { many, field, on: chosen.includes(option.value), pick });
  const rows = groups.map((group) => [
    group.label ? h("div", { class: "choice-group" }, group.label.text) : null,
    group.options.map(row),
  ]);
  return h(
    "div",
    {
      id: field.id,
      role: many ? "group" : "radiogroup",
      class: compact ? "choices choices-compact" : "choices",
      "aria-label": field.name,
      "aria-labelledby": field.labelled,
      "aria-describedby": field.described,
      "aria-invalid": field.invalid && !many ? "true" : undefined,
      "aria-required": field.required && !many ? "true" : undefined,
    },
    rows,
  );
}

const inOrder = (groups, values) =>
  groups.flatMap((group) => group.options.map((option) => option.value)).filter((value) => values.includes(value));

function choice(option, { many, field, on, pick }) {
  const { surface } = field;
  return h(
    "label",
    { class: "choice", key: option.value },
    h("input", {
      type: many ? "checkbox" : "radio",
      id: `${field.id}/${option.value}`,
      name: many ? undefined : field.id,
      value: option.value,
      checked: on,
      "aria-invalid": field.invalid && many ? "true" : undefined,
      onchange: (event) => pick(option.value, event.target.checked),
    }),
    h(
      "span",
      { class: "choice-words" },
      h("span", {}, drawText(option.text, surface.reader)),
      option.description
        ? h("span", { class: "choice-description" }, drawText(option.description, surface.reader))
        : null,
    ),
  );
}

const DRAWN = {
  plain_text_input: plainText,
  rich_text_input: richText,
  email_text_input: (element, field) => textBox(element, field, { type: "email" }),
  url_text_input: (element, field) => textBox(element, field, { type: "url" }),
  number_input: (element, field) =>
    textBox(element, field, { inputmode: element.is_decimal_allowed ? "decimal" : "numeric" }),
  static_select: (element, field) => select(element, field, groupsOf(element)),
  users_select: (element, field) => select(element, field, peopleGroups(field)),
  channels_select: (element, field) => select(element, field, []),
  conversations_select: (element, field) => select(element, field, conversationGroups(field)),
  multi_static_select: (element, field) => choices(element, field, { many: true, compact: true }),
  multi_users_select: (element, field) =>
    choices(element, field, { many: true, compact: true, groups: peopleGroups(field) }),
  multi_channels_select: (element, field) => choices(element, field, { many: true, compact: true, groups: [] }),
  multi_conversations_select: (element, field) =>
    choices(element, field, { many: true, compact: true, groups: conversationGroups(field) }),
  radio_buttons: (element, field) => choices(element, field, { many: false }),
  checkboxes: (element, field) => choices(element, field, { many: true }),
  datepicker: dateOf,
  timepicker: timeOfDay,
  datetimepicker: dateTime,
};
