// Slack's mrkdwn: *bold*, _italic_, ~strike~, `code`, fenced code, > quotes and <tokens>
// (docs.slack.dev/messaging/formatting-message-text).

import { h } from "./dom.js";
import { broadcast, channel, emojiText, group, link, moment, person } from "./inline.js";

// Tokens and code are set aside under private-use characters, so that their insides are not read as formatting.
const ASIDE = /\uE000(\d+)\uE001/;

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The text object {type, text, emoji, verbatim} as nodes. */
export function drawText(object, reader) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", reader, { verbatim: object.verbatim });
  return object.emoji === false ? [object.text] : emojiText(object.text ?? "");
}

/** mrkdwn as nodes, line by line. */
export function mrkdwn(text, reader, { verbatim = false } = {}) {
  const clean = text.replace(/[\uE000\uE001]/g, "").replace(/\r\n?/g, "\n");
  const parts = clean.split(/```([\s\S]+?)```/g);
  return parts.flatMap((part, place) => {
    if (place % 2) return h("pre", {}, h("code", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    const words = part.replace(place > 0 ? /^\n/ : "", "").replace(place < parts.length - 1 ? /\n$/ : "", "");
    return words ? lines(words.split("\n"), reader, verbatim) : [];
  });
}

const QUOTE = /^(?:>|&gt;) ?/;
const QUOTE_REST = /^(?:>>>|&gt;&gt;&gt;) ?/;
const BULLET = /^\s*[•◦▪‣–-] /;

function lines(all, reader, verbatim) {
  const drawn = [];
  for (let place = 0; place < all.length;) {
    const line = all[place];
    if (QUOTE_REST.test(line)) {
      const rest = [line.replace(QUOTE_REST, ""), ...all.slice(place + 1)];
      return [...drawn, h("blockquote", {}, lines(rest, reader, verbatim))];
    }
    const kind = kindOf(line);
    let end = place + 1;
    if (kind !== "bullet")
      while (end < all.length && kindOf(all[end]) === kind && !QUOTE_REST.test(all[end])) end += 1;
    drawn.push(drawRun(kind, all.slice(place, end), reader, verbatim));
    place = end;
  }
  return drawn;
}

const kindOf = (line) => (QUOTE.test(line) ? "quote" : BULLET.test(line) ? "bullet" : "plain");

function drawRun(kind, run, reader, verbatim) {
  if (kind === "quote")
    return h(
      "blockquote",
      {},
      lines(
        run.map((line) => line.replace(QUOTE, "")),
        reader,
        verbatim,
      ),
    );
  const words = inline(run.join("\n"), reader, verbatim);
  return kind === "bullet" ? h("span", { class: "bullet-line" }, words) : h("span", { class: "run" }, words);
}

function inline(text, reader, verbatim) {
  const aside = [];
  const keep = (node) => `\uE000${aside.push(node) - 1}\uE001`;
  const set = text
    .replace(/`([^`\n]+)`/g, (_, code) => keep(h("code", {}, unescape(code))))
    .replace(/<([^<>\n]+)>/g, (_, token) => keep(drawToken(token, reader)));
  const linked = verbatim
    ? set
    : set.replace(/https?:\/\/[^\s<>\uE000\uE001]+[^\s<>\uE000\uE001.,;:!?)"'*_~]/g, (url) =>
        keep(link(unescape(url), unescape(url))),
      );
  return styled(linked, aside);
}

const STYLES = [
  ["strong", /(?<![\p{L}\p{N}*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/u],
  ["em", /(?<![\p{L}\p{N}_])_(?![\s_])([^\n]*?[^\s_])_(?![\p{L}\p{N}_])/u],
  ["s", /(?<![\p{L}\p{N}~])~(?![\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/u],
];

function styled(text, aside) {
  const found = STYLES.map(([tag, pattern]) => ({ tag, match: pattern.exec(text) })).filter(({ match }) => match);
  if (!found.length) return plain(text, aside);
  const { tag, match } = found.reduce((first, other) => (other.match.index < first.match.index ? other : first));
  const end = match.index + match[0].length;
  return [
    ...plain(text.slice(0, match.index), aside),
    h(tag, {}, styled(match[1], aside)),
    ...styled(text.slice(end), aside),
  ];
}

function plain(text, aside) {
  return text.split(ASIDE).flatMap((part, place) => (place % 2 ? aside[Number(part)] : emojiText(unescape(part))));
}

function drawToken(token, reader) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : unescape(token.slice(bar + 1));
  if (target.startsWith("@")) return person(reader, target.slice(1));
  if (target.startsWith("#")) return channel(reader, target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, url] = target.split("^");
    return moment(reader, Number(seconds), unescape(pattern ?? ""), url && unescape(url), label);
  }
  if (target.startsWith("!subteam^")) return group(label || target.slice(9));
  if (/^!(here|channel|everyone)/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!")) return label || unescape(`<${token}>`);
  const url = unescape(target);
  return link(url, label ? emojiText(label) : url.replace(/^mailto:/, ""));
}
