// Times in a person's own zone, by Intl alone. Instants are Unix seconds; wall times are "YYYY-MM-DDTHH:MM".

const formats = new Map();

function format(zone, options) {
  const name = `${zone} ${JSON.stringify(options)}`;
  if (!formats.has(name)) formats.set(name, makeFormat(zone, options));
  return formats.get(name);
}

function makeFormat(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", hourCycle: "h23", ...options });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hourCycle: "h23", ...options });
  }
}

const WALL = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};

/** The wall clock of `zone` at an instant, to the second. */
export function wallTime(seconds, zone) {
  const part = Object.fromEntries(
    format(zone, WALL)
      .formatToParts(new Date(seconds * 1000))
      .map(({ type, value }) => [type, value]),
  );
  return `${part.year.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`;
}

const asUtc = (wall) => Date.parse(`${wall.length === 16 ? `${wall}:00` : wall}Z`) / 1000;

const offsetAt = (seconds, zone) => asUtc(wallTime(seconds, zone)) - Math.floor(seconds);

/** The instant of a wall time in `zone`: the first of two in a fold; in a gap moved forward by the gap. */
export function instantOf(wall, zone) {
  const naive = asUtc(wall);
  if (Number.isNaN(naive)) return null;
  const before = offsetAt(naive - 86400, zone);
  const after = offsetAt(naive + 86400, zone);
  const fitting = [naive - before, naive - after].filter((at) => naive - at === offsetAt(at, zone));
  return fitting.length ? Math.min(...fitting) : naive - before;
}

export const timeOf = (seconds, zone) => wallTime(seconds, zone).slice(11, 16);

export const dayOf = (seconds, zone) => wallTime(seconds, zone).slice(0, 10);

const dayNumber = (seconds, zone) => Date.parse(dayOf(seconds, zone)) / 86400000;

// Versions of Intl differ in whether a comma follows the weekday; here none does.
const dateIn = (seconds, zone, options) =>
  format(zone, options)
    .format(new Date(seconds * 1000))
    .replace(",", "");

/** "Tue 1 Dec, 09:00". */
export function shortMoment(seconds, zone) {
  return `${dateIn(seconds, zone, { weekday: "short", day: "numeric", month: "short" })}, ${timeOf(seconds, zone)}`;
}

/** The zone's name at that instant: "GMT", "EST", "CET", or in the long style "Central European Standard Time". */
export function zoneName(seconds, zone, style = "short") {
  const names = ["en-US", "en-GB"].map((locale) => {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone || "UTC", timeZoneName: style }).formatToParts(
      new Date(seconds * 1000),
    );
    return parts.find((part) => part.type === "timeZoneName").value;
  });
  // Each locale knows the short names of its own continent only, and says GMT+1 for the others.
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0];
}

const relativeDay = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" };

function pretty(seconds, zone, now) {
  return relativeDay[dayNumber(seconds, zone) - dayNumber(now, zone)];
}

const DATES = {
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date_long_full: { day: "numeric", month: "long", year: "numeric" },
  date_slash: { day: "2-digit", month: "2-digit", year: "numeric" },
  day_divider: { weekday: "long", day: "numeric", month: "long" },
};

/** The line between two days of messages: "Today", "Yesterday" or "Monday 23 November". */
export function dayDivider(seconds, zone, now) {
  const relative = pretty(seconds, zone, now);
  if (relative) return relative;
  const sameYear = dayOf(seconds, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return dateIn(seconds, zone, sameYear ? DATES.day_divider : DATES.date_long);
}

/** "in 3 days", "5 minutes ago". */
export function ago(seconds, now) {
  const away = seconds - now;
  const units = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const [unit, length] = units.find(([, size]) => Math.abs(away) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }).format(Math.round(away / length), unit);
}

/**
 * Slack's date tokens (docs.slack.dev/messaging/formatting-message-text, "Date formatting") in the reader's zone.
 * Returns null where a token is not known, so that the caller shows the fallback.
 */
export function dateTokens(pattern, seconds, zone, now) {
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (token, name, place) => {
    const drawn = drawToken(name, seconds, zone, now);
    if (drawn === null) known = false;
    // "today" is capitalised only where it opens the sentence, as Slack does.
    return place > 0 && Object.values(relativeDay).includes(drawn) ? drawn.toLowerCase() : drawn;
  });
  return known ? text : null;
}

function drawToken(name, seconds, zone, now) {
  if (name === "date_num") return dayOf(seconds, zone);
  if (name === "time") return timeOf(seconds, zone);
  if (name === "time_secs") return wallTime(seconds, zone).slice(11);
  if (name === "ago") return ago(seconds, now);
  if (name === "day_divider_pretty") return dayDivider(seconds, zone, now);
  const plain = name.replace(/_pretty$/, "");
  if (!(plain in DATES)) return null;
  if (name !== plain && pretty(seconds, zone, now)) return pretty(seconds, zone, now);
  return dateIn(seconds, zone, DATES[plain]);
}
