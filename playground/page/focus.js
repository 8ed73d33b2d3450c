// Where the keyboard and the scroll position are after the page has been drawn anew.

import { ownOf, toBottom } from "./pane.js";

const NEAR = 48; // pixels from the bottom that still count as being at it
const layers = new Map(); // user -> id of the dialog on top of their pane, "" if none
const remembered = new Map(); // "user layer" -> id of what last had the focus there
const wrong = new Map(); // user -> the errors they have been led to
const lists = new WeakMap(); // message list -> { stuck, last }
let lastUser = null;

/** Remember in which pane, and where in it, somebody last did something. */
export function watchFocus() {
  const note = (event) => {
    const user = event.target.closest?.(".pane")?.id.split("/")[0];
    if (!user) return;
    lastUser = user;
    if (event.target.id) remembered.set(`${user} ${layers.get(user) ?? ""}`, event.target.id);
  };
  document.addEventListener("focusin", note);
  document.addEventListener("pointerdown", note);
}

export const lastPane = () => lastUser;

/** Go to where one last was in a person's pane. */
export function enterPane(user) {
  lastUser = user;
  focusIn(user, layers.get(user) ?? "");
}

function layerOf(user, pane) {
  if (ownOf(user).question) return `${user}/confirm`;
  return pane.views.length ? `${user}/${pane.views.at(-1).id}` : "";
}

/**
 * After drawing: what has just opened in the pane in use takes the focus, what is uncovered again gets it back, and
 * where `focused`, which had it, is gone, the pane keeps it.
 */
export function settleFocus(users, panes, focused) {
  lastUser ??= users.find((user) => layerOf(user, panes[user])) ?? null; // a page opened anew with a form in it
  for (const user of users) {
    const layer = layerOf(user, panes[user]);
    const changed = layer !== (layers.get(user) ?? "");
    layers.set(user, layer);
    if ((changed || !focused.isConnected) && lastUser === user) focusIn(user, layer);
    leadToErrors(user, panes[user].views.at(-1), layer);
  }
}

function focusIn(user, layer) {
  const was = document.getElementById(remembered.get(`${user} ${layer}`) ?? "");
  const dialog = layer ? document.getElementById(layer) : null;
  const fresh = dialog ? firstField(dialog) : document.getElementById(`${user}/composer`);
  (was ?? fresh ?? document.getElementById(`${user}/tab/home`))?.focus();
}

const firstField = (dialog) =>
  dialog.querySelector("[autofocus]") ??
  dialog.querySelector(".modal-body :is(input, textarea, select):not(:disabled)") ??
  dialog;

/** Errors that have just arrived: the first wrong field takes the focus. */
function leadToErrors(user, view, layer) {
  const blocks = Object.keys(view?.errors ?? {});
  const before = wrong.get(user);
  wrong.set(user, blocks.length ? view.id : "");
  if (!blocks.length || before === view.id || lastUser !== user) return;
  document.getElementById(layer)?.querySelector(".field-wrong :is(input, textarea, select)")?.focus();
}

/** Before drawing: which message lists are at their bottom. A scroll event would come too late to tell. */
export function noteScroll(users) {
  for (const user of users) {
    const list = document.getElementById(`${user}/list`);
    const known = lists.get(list);
    if (known) known.stuck = isAtBottom(list);
  }
}

const isAtBottom = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;

/** After drawing: keep each message list at its bottom if it was there; else say that something arrived. */
export function settleScroll(users, panes, redraw) {
  for (const user of users) {
    const list = document.getElementById(`${user}/list`);
    if (!list) continue;
    const last = panes[user].messages.at(-1);
    const known = lists.get(list) ?? begin(list, user, redraw);
    const arrived = last !== undefined && last.ts !== known.last;
    known.last = last?.ts;
    if (known.stuck || (arrived && last.user === user)) toBottom(user);
    else if (arrived && !ownOf(user).newBelow) {
      ownOf(user).newBelow = true;
      redraw();
    }
  }
}

function begin(list, user, redraw) {
  const known = { stuck: true, last: undefined };
  lists.set(list, known);
  list.addEventListener("scroll", () => {
    known.stuck = isAtBottom(list);
    if (known.stuck && ownOf(user).newBelow) {
      ownOf(user).newBelow = false;
      redraw();
    }
  });
  new ResizeObserver(() => known.stuck && toBottom(user)).observe(list);
  return known;
}
