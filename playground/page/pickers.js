// Dates and times as native pickers, which can be typed into as well.

import { h, isHalfTyped } from "./dom.js";
import { instantOf, wallTime, zoneName } from "./times.js";

const PICKING_PAUSE = 700; // milliseconds: a date typed by keys passes through dates nobody meant

/** What every input has. */
export const shared = (element, field) => ({
  id: field.id,
  "aria-label": field.name,
  "aria-labelledby": field.labelled,
  "aria-describedby": field.described,
  "aria-invalid": field.invalid ? "true" : undefined,
  "aria-required": field.required ? "true" : undefined,
  autofocus: element.focus_on_load,
});

function picker(type, element, field, extra = {}) {
  return h("input", {
    ...shared(element, field),
    type,
    class: "text-input picker",
    value: field.value ?? "",
    onchange: (event) => picked(event.target, field),
    onkeydown: (event) => pickedByEnter(event, field),
    onblur: (event) => leavePicker(event.target, field),
    ...extra,
  });
}

function picked(input, field) {
  if (isHalfTyped(input)) field.forget();
  else field.change(input.value || null, { pause: field.dispatches ? PICKING_PAUSE : undefined });
}

/** Enter sends what was picked, where it would not send a whole form. */
function pickedByEnter(event, field) {
  if (event.key !== "Enter" || field.inForm) return;
  event.preventDefault();
  field.leave();
}

/** What was left half typed is not kept. */
function leavePicker(input, field) {
  if (isHalfTyped(input)) input.value = field.value ?? "";
  field.leave();
}

export const dateOf = (element, field) => picker("date", element, field);

export function dateTime(element, field) {
  const { zone } = field.surface.reader;
  const at = field.value ?? field.surface.reader.now;
  const input = (drawn) =>
    picker(
      "datetime-local",
      element,
      {
        ...drawn,
        value: field.value === null ? "" : wallTime(field.value, zone).slice(0, 16),
        change: (wall, how) => field.change(wall && instantOf(wall, zone), how),
      },
      { class: "text-input picker picker-wide" },
    );
  return withZone(input, field, `${zoneName(at, zone)}, ${zone.replaceAll("_", " ")}`);
}

export function timeOfDay(element, field) {
  const input = (drawn) => picker("time", element, drawn);
  return element.timezone ? withZone(input, field, element.timezone.replaceAll("_", " ")) : input(field);
}

/** A picker of a time with its zone beside it, which is read out with it. */
function withZone(draw, field, words) {
  const id = `${field.id}/zone`;
  const described = [field.described, id].filter(Boolean).join(" ");
  return h("span", { class: "with-zone" }, draw({ ...field, described }), h("span", { class: "zone", id }, words));
}
