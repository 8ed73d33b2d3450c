// The page: two people, the clock, and the keys that work everywhere.

import { drawClockBar } from "./clock_bar.js";
import { h, icon, ICONS, patch } from "./dom.js";
import { enterPane, lastPane, noteScroll, settleFocus, settleScroll, watchFocus } from "./focus.js";
import { drawPane } from "./pane.js";
import { openWorkspace, showPeople, workspace } from "./workspace.js";

const root = document.getElementById("page");
let drawing = false;
let shownPlace = 0; // which of the two a narrow window shows
let helpOpen = false;

/** Draw soon, once, however many things changed. */
function redraw() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

function shownPeople() {
  const { state, panes } = workspace;
  return panes.filter((id) => id in state.panes).map((id) => state.people.find((person) => person.id === id));
}

function draw() {
  const { state, reached } = workspace;
  if (!state) {
    const words = reached ? "Opening the workspace…" : "The playground does not answer. Trying again…";
    patch(root, [h("p", { class: "waiting", role: "status" }, words)]);
    return;
  }
  const people = shownPeople();
  const users = people.map((person) => person.id);
  const focused = document.activeElement;
  noteScroll(users);
  document.title = `${state.app.name} · Playground`;
  patch(root, [
    drawClockBar(people, [drawSwitch(people), helpButton()]),
    h(
      "main",
      { class: "panes", key: "panes" },
      people.map((person, place) =>
        drawPane(person, place, {
          shown: place === shownPlace,
          choose: (id) => choose(people, place, id),
          redraw,
        }),
      ),
    ),
    helpOpen ? help() : null,
  ]);
  settleFocus(users, state.panes, focused);
  settleScroll(users, state.panes, redraw);
}

/** Show somebody else at `place`; choosing the person of the other side swaps the two. */
function choose(people, place, id) {
  const ids = people.map((person) => person.id);
  const other = ids.indexOf(id);
  if (other >= 0) ids[other] = ids[place];
  ids[place] = id;
  history.replaceState(null, "", `?panes=${ids.join(",")}`);
  showPeople(ids);
}

function drawSwitch(people) {
  return h(
    "div",
    { class: "bar-switch", role: "group", "aria-label": "Whose Slack is shown" },
    people.map((person, place) =>
      h(
        "button",
        {
          type: "button",
          class: "bar-button",
          "aria-pressed": place === shownPlace ? "true" : "false",
          onclick: () => show(place),
        },
        person.real_name,
      ),
    ),
  );
}

function show(place) {
  shownPlace = place;
  redraw();
}

const helpButton = () =>
  h(
    "button",
    {
      type: "button",
      class: "bar-button bar-help",
      "aria-label": "Keyboard shortcuts",
      title: "Keyboard shortcuts (Ctrl + /)",
      onclick: () => toggleHelp(true),
    },
    "?",
  );

function toggleHelp(open) {
  helpOpen = open;
  redraw();
}

const KEYS = [
  ["Enter", "Send the message or command; in a form, send the form"],
  ["Shift + Enter", "A new line"],
  ["/", "At the start of a message: the app’s commands"],
  ["@", "Somebody’s name"],
  ["↑ ↓", "Move in suggestions and menus"],
  ["Ctrl + Enter", "Send a form from a text of several lines"],
  ["Esc", "Close the form, the menu or the suggestions"],
  ["F6", "The other person"],
  ["← →", "Between Home and Messages"],
  ["Ctrl + /", "This list"],
];

function help() {
  const close = () => toggleHelp(false);
  return h(
    "dialog",
    {
      class: "modal help",
      key: "help",
      "aria-labelledby": "help-title",
      made: (dialog) => dialog.showModal(),
      onclose: close,
    },
    h(
      "div",
      { class: "modal-form" },
      h(
        "header",
        { class: "modal-head" },
        h("h2", { id: "help-title" }, "Keyboard shortcuts"),
        h(
          "button",
          { type: "button", class: "button button-icon", "aria-label": "Close", onclick: close },
          icon(ICONS.close),
        ),
      ),
      h(
        "dl",
        { class: "modal-body keys" },
        KEYS.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)]),
      ),
    ),
  );
}

function everywhere(event) {
  if (event.key === "/" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    toggleHelp(!helpOpen);
  }
  if (event.key !== "F6" || !workspace.state) return;
  event.preventDefault();
  const people = shownPeople();
  const at = people.findIndex((person) => person.id === lastPane());
  shownPlace = (at + 1) % people.length;
  draw();
  enterPane(people[shownPlace].id);
}

/** The clocks on the page turn with the minute. */
function tick() {
  setTimeout(
    () => {
      redraw();
      tick();
    },
    60000 - (Date.now() % 60000),
  );
}

watchFocus();
document.addEventListener("keydown", everywhere);
tick();
openWorkspace((new URLSearchParams(location.search).get("panes") ?? "").split(",").filter(Boolean), redraw);
