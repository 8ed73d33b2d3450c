// The small things that stand within a line of text, the same in mrkdwn, rich text and markdown.
// `reader` is who looks: { zone, now, nameOf(userId), channelName(channelId) }.

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { dateTokens, shortMoment } from "./times.js";

/** Whether an address is one that a browser should follow. */
export const isSafe = (url) => /^(https?:|mailto:|tel:)/i.test(url ?? "");

/** A link that opens apart, or only its words if the address is not one a browser should follow. */
export function link(url, children) {
  if (!isSafe(url)) return h("span", { title: url }, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}

export function person(reader, userId) {
  const me = userId === reader.me;
  return h("span", { class: me ? "mention mention-me" : "mention" }, `@${reader.nameOf(userId) ?? userId}`);
}

export const channel = (reader, channelId, label) =>
  h("span", { class: "mention" }, `#${label || reader.channelName(channelId) || channelId}`);

export const broadcast = (range) => h("span", { class: "mention mention-me" }, `@${range}`);

export const group = (label) => h("span", { class: "mention" }, label.startsWith("@") ? label : `@${label}`);

/** An instant in the reader's zone; the fallback where it cannot be drawn. */
export function moment(reader, seconds, pattern, url, fallback) {
  const text = Number.isFinite(seconds) ? dateTokens(pattern, seconds, reader.zone, reader.now) : null;
  if (text === null) return fallback ?? "";
  const time = h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString(), title: shortMoment(seconds, reader.zone) },
    text,
  );
  return url ? link(url, time) : time;
}

export function emoji(name, skinTone, unicode) {
  const character = unicode ? fromCodePoints(unicode) : emojiOf(name, skinTone);
  if (!character) return `:${name}:`;
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
    character,
  );
}

function fromCodePoints(unicode) {
  try {
    return String.fromCodePoint(...unicode.split("-").map((point) => Number.parseInt(point, 16)));
  } catch {
    return null;
  }
}

/** Plain text with its :shortcodes: drawn. */
export function emojiText(text) {
  return text.split(/(:[a-z0-9_+-]+(?:::skin-tone-[2-6])?:)/g).map((part) => {
    const name = /^:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):$/.exec(part)?.[1];
    return name && emojiOf(name) ? emoji(name) : part;
  });
}
