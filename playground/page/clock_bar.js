// The bar at the top: the workspace's time, moving it, and whether the app is there.

import { h } from "./dom.js";
import { ago, shortMoment, timeOf, zoneName } from "./times.js";
import { isUnderWay, moveClock, now, workspace } from "./workspace.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The whole bar; `shown` are the two people, `extras` stand at its end. */
export function drawClockBar(shown, extras) {
  const { clock, app } = workspace.state;
  const moving = clock.moving || isUnderWay("clock");
  return h(
    "header",
    { class: "bar", key: "bar" },
    h("h1", { class: "bar-title" }, h("img", { src: "/page/icon.svg", alt: "" }), "Playground"),
    h(
      "section",
      { class: "bar-clock", "aria-label": "The workspace’s clock" },
      times(shown),
      h(
        "div",
        { class: "bar-moves", role: "group", "aria-label": "Move the clock" },
        move("+1 hour", { seconds: HOUR }, moving),
        move("+1 day", { seconds: DAY }, moving),
        move("To the next thing due", { to_next: true }, moving || clock.next_due === null),
      ),
      h(
        "p",
        { class: "bar-state", role: "status" },
        moving ? [h("span", { class: "spinner" }), "moving…"] : next(clock, shown),
      ),
    ),
    h(
      "p",
      { class: `bar-app ${clock.bot_connected ? "is-connected" : ""}`, role: "status" },
      h("span", { class: "dot", "aria-hidden": "true" }),
      !workspace.reached
        ? "The playground does not answer. Trying again…"
        : `${app.name} ${clock.bot_connected ? "is connected" : "is not connected"}`,
    ),
    extras,
    workspace.trouble ? h("p", { class: "bar-trouble", role: "alert" }, workspace.trouble) : null,
  );
}

function times(shown) {
  const at = now();
  const own = shown.map((person) =>
    h(
      "span",
      { class: "bar-person", key: person.id },
      `${person.real_name.split(" ")[0]} `,
      h("b", {}, timeOf(at, person.tz)),
      ` ${zoneName(at, person.tz)}`,
    ),
  );
  return h(
    "div",
    { class: "bar-times" },
    h("time", { class: "bar-now", datetime: new Date(at * 1000).toISOString() }, `${shortMoment(at, "UTC")} UTC`),
    own,
  );
}

const move = (words, body, disabled) =>
  h(
    "button",
    {
      type: "button",
      class: "bar-button",
      "aria-disabled": disabled ? "true" : undefined,
      onclick: () => disabled || moveClock(body),
    },
    words,
  );

function next(clock, shown) {
  if (clock.next_due === null) return "Nothing is due";
  const title = shown.map((person) => `${shortMoment(clock.next_due, person.tz)} (${person.tz})`).join(" · ");
  return h("span", { title }, `Next thing due ${ago(clock.next_due, now())}`);
}
