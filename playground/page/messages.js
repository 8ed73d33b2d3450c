// The conversation with the app: days, authors, messages, and the line that says who sees what.

import { drawBlocks } from "./blocks.js";
import { h, icon, ICONS } from "./dom.js";
import { surface } from "./elements.js";
import { drawFiles } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { dayDivider, dayOf, shortMoment, timeOf } from "./times.js";
import { isTouched, workspace } from "./workspace.js";

const GROUPING = 5 * 60; // seconds: later messages of the same author get their name again

/** A square with a person's initials, in a colour of their own; the app's, who is nobody in the list, stands before all. */
export function avatar(id, name, small = false) {
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const place = workspace.state.people.findIndex((person) => person.id === id);
  const hue = (265 + place * 137.508) % 360; // the golden angle keeps neighbours apart
  return h(
    "span",
    { class: small ? "avatar avatar-small" : "avatar", "aria-hidden": "true", hue: String(hue) },
    initials,
  );
}

/** All messages of one person's conversation with the app. */
export function drawMessages(pane, seen) {
  const drawn = [];
  let before = null;
  for (const message of pane.messages) {
    const day = dayOf(Number(message.ts), seen.reader.zone);
    if (!before || dayOf(Number(before.ts), seen.reader.zone) !== day) {
      const words = dayDivider(Number(message.ts), seen.reader.zone, seen.reader.now);
      drawn.push(h("div", { class: "day", key: `day ${day} ${message.ts}` }, h("span", {}, words)));
      before = null;
    }
    drawn.push(drawMessage(message, follows(message, before), seen));
    before = message;
  }
  return drawn;
}

function follows(message, before) {
  return (
    before !== null &&
    before.user === message.user &&
    !before.ephemeral &&
    !message.ephemeral &&
    Number(message.ts) - Number(before.ts) < GROUPING
  );
}

const drawings = new WeakMap(); // message -> { made, drawing }: a long conversation is not drawn anew at every key

function drawMessage(message, grouped, seen) {
  const made = `${seen.user} ${seen.reader.zone} ${grouped} ${Math.floor(seen.reader.now / 60)}`;
  const known = drawings.get(message);
  const touched = isTouched(`${seen.user}/${message.ts}/`);
  if (known?.made === made && !touched) return known.drawing;
  const drawing = drawAnew(message, grouped, seen);
  if (touched) drawings.delete(message);
  else drawings.set(message, { made, drawing });
  return drawing;
}

function drawAnew(message, grouped, seen) {
  const sent = Number(message.ts);
  const { zone } = seen.reader;
  const name = message.is_bot ? seen.app.name : (seen.reader.nameOf(message.user) ?? message.user);
  const time = h(
    "time",
    { class: "when", datetime: new Date(sent * 1000).toISOString(), title: shortMoment(sent, zone) },
    timeOf(sent, zone),
  );
  const head = h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, name),
    message.is_bot ? h("span", { class: "badge" }, "App") : null,
    time,
  );
  return h(
    "article",
    {
      class: `message${grouped ? " message-grouped" : ""}${message.ephemeral ? " message-ephemeral" : ""}`,
      key: message.ts,
      "aria-label": `${name}, ${timeOf(sent, zone)}`,
      "aria-busy": message.busy ? "true" : undefined,
    },
    message.ephemeral ? h("p", { class: "only-you" }, icon(ICONS.eye), "Only visible to you") : null,
    h(
      "div",
      { class: "message-row" },
      grouped ? h("span", { class: "gutter" }, timeOf(sent, zone)) : avatar(message.user, name),
      h("div", { class: "message-body" }, grouped ? null : head, body(message, seen), drawFiles(message.files)),
    ),
  );
}

function body(message, seen) {
  const edited = message.edited ? h("span", { class: "edited" }, "(edited)") : null;
  if (!message.blocks?.length && (message.text || !message.files?.length))
    return h("div", { class: "text", dir: "auto" }, mrkdwn(message.text ?? "", seen.reader), " ", edited);
  const on = surface({
    ...seen,
    container: { message_ts: message.ts },
    values: message.state?.values,
    busy: message.busy,
  });
  return [drawBlocks(message.blocks, on), edited];
}
