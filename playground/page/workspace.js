// The page's one link to the workspace: its state comes from the server, and every gesture goes there.
// The only things kept here are what the server has not yet confirmed: typing on its way, gestures under way.

const TYPING_PAUSE = 250; // milliseconds after the last key before typed text is sent
const RETRY_PAUSE = 1500; // milliseconds between attempts to reach a server that does not answer

/** What the page draws from. `state` is the server's; the rest lives only until the server has answered. */
export const workspace = { state: null, panes: [], reached: true, loadedAt: 0, trouble: null };

const onTheWay = new Map(); // place -> { value, send, timer, confirmed }
const refusals = new Map(); // user -> why their last gesture did not reach the workspace
const underWay = new Set(); // keys of gestures not yet answered
let redraw = () => {};
let loading = null;
let retry = 0;
let again = false;
let loads = 0;

/** Start: draw with `draw` on every change, show `panes` (user ids; empty for the server's choice). */
export async function openWorkspace(panes, draw) {
  redraw = draw;
  workspace.panes = panes;
  await refresh();
  const changes = new EventSource("/playground/changes");
  changes.onmessage = ({ data }) => {
    if (!workspace.reached || Number(data) !== workspace.state?.revision) refresh();
  };
  changes.onerror = lost;
  changes.onopen = () => refresh();
  addEventListener("pagehide", () => onTheWay.forEach((typing) => typing.flush?.()));
}

/** The server does not answer: say so, and try again until it does. */
function lost() {
  workspace.reached = false;
  clearTimeout(retry);
  retry = setTimeout(refresh, RETRY_PAUSE);
  redraw();
}

/** Show these two people from now on. */
export function showPeople(panes) {
  workspace.panes = panes;
  return refresh();
}

/** Load the state; a load asked for during another one follows it, so that what is drawn is never older than the asking. */
export function refresh() {
  if (loading) {
    again = true;
    return loading;
  }
  loading = load().finally(() => {
    loading = null;
  });
  return loading;
}

async function load() {
  do {
    again = false;
    loads += 1;
    const thisLoad = loads;
    try {
      const query = workspace.panes.length ? `?panes=${workspace.panes.map(encodeURIComponent).join(",")}` : "";
      const answer = await fetch(`/playground/state${query}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`state answered ${answer.status}`);
      workspace.state = keepSame(workspace.state, await answer.json());
      if (choosePanes()) {
        again = true;
        continue;
      }
      if (!workspace.reached) for (const typing of onTheWay.values()) typing.send?.();
      workspace.reached = true;
      workspace.loadedAt = Date.now() / 1000;
      for (const [place, typing] of onTheWay) if (typing.confirmed < thisLoad) onTheWay.delete(place);
    } catch {
      lost();
    }
    redraw();
  } while (again);
}

/** Messages that did not change stay the same objects, so that they need not be drawn again. */
function keepSame(before, state) {
  for (const [user, pane] of Object.entries(state.panes)) {
    const known = new Map((before?.panes[user]?.messages ?? []).map((message) => [message.ts, message]));
    pane.messages = pane.messages.map((message) => {
      const old = known.get(message.ts);
      return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
    });
  }
  return state;
}

/** See that two people are shown: those asked for, else the first ones. Returns whether others must be loaded. */
function choosePanes() {
  const { people, panes } = workspace.state;
  const asked = workspace.panes.filter((id) => people.some((person) => person.id === id));
  const others = people.filter((person) => !person.deleted && !asked.includes(person.id)).map((person) => person.id);
  workspace.panes = [...asked, ...others].slice(0, 2);
  return workspace.panes.some((id) => !(id in panes));
}

/** The workspace's time now, in Unix seconds. */
export const now = () => workspace.state.clock.now + (Date.now() / 1000 - workspace.loadedAt);

/** Half an emoji, as a caret between its halves leaves it, is no text to send: browsers draw it as U+FFFD. */
const asJson = (body) =>
  JSON.stringify(body, (_, value) => (typeof value === "string" ? (value.toWellFormed?.() ?? value) : value));

const SMALL = 10_000; // characters: browsers let at most 64 KiB arrive after the page that sends them has gone

async function post(path, body) {
  const json = asJson(body);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: json,
      keepalive: json.length < SMALL,
    });
    const reply = await answer.json().catch(() => ({}));
    if (answer.ok) return reply;
    return { ok: false, failed: true, error: reply.error ?? `The playground answered ${answer.status}.` };
  } catch {
    lost();
    return { ok: false, failed: true, lost: true, error: "The playground does not answer." };
  }
}

/** Do something as a person; `key` marks it as under way until the answer. A gesture under way is not begun twice. */
export async function gesture(user, what, body, key = `${user} ${what} ${JSON.stringify(body)}`) {
  if (underWay.has(key)) return { ok: true };
  underWay.add(key);
  refusals.delete(user);
  redraw();
  await sendTyping(user);
  const reply = await post(`/playground/people/${encodeURIComponent(user)}/${what}`, body);
  underWay.delete(key);
  await refresh();
  noteRefusal(user, reply);
  return reply;
}

/** What did not get through at all says so; why a gesture could not be made is the workspace's own notice. */
function noteRefusal(user, reply) {
  if (!reply.failed) return;
  refusals.set(user, reply.error);
  redraw();
}

/** What Slack says to the person now, or null. */
export const noticeFor = (user) => workspace.state.panes[user].notice ?? refusals.get(user) ?? null;

export const isUnderWay = (key) => underWay.has(key);

/** Move the clock; what went wrong is kept as `workspace.trouble`. */
export async function moveClock(body) {
  if (underWay.has("clock")) return;
  underWay.add("clock");
  workspace.trouble = null;
  redraw();
  for (const typing of onTheWay.values()) typing.send?.();
  const reply = await post("/playground/clock/move", body);
  workspace.trouble = reply.ok === false ? reply.error : null;
  underWay.delete("clock");
  await refresh();
}

/**
 * Keep a typed value until the server shows it, and send it after a pause in typing, if `ask` says so.
 * `place` names the input for good; `what` and `body` are the gesture. What is typed later is sent later.
 */
export function type(user, place, what, body, { value, pause = TYPING_PAUSE, ask = null } = {}) {
  const earlier = onTheWay.get(place);
  clearTimeout(earlier?.timer);
  const typing = { user, value, confirmed: Infinity };
  const path = `/playground/people/${encodeURIComponent(user)}/${what}`;
  const before = earlier?.sending ?? earlier?.before;
  const send = async () => {
    clearTimeout(typing.timer);
    typing.send = null;
    await before;
    if (typing.posted) return;
    if (ask && !(await ask())) {
      if (onTheWay.get(place) === typing) onTheWay.delete(place);
      redraw();
      return;
    }
    ask = null; // once is enough, however often it must be sent
    typing.posted = true;
    if (what === "action") refusals.delete(user);
    const reply = await post(path, body);
    typing.posted = !reply.lost;
    if (reply.lost) {
      typing.send = () => (typing.sending = send());
      return;
    }
    typing.confirmed = loads;
    await refresh();
    if (what === "action") noteRefusal(user, reply);
  };
  const flush = () => {
    if (!typing.posted && !ask) post(path, body);
    typing.posted = true;
  };
  Object.assign(typing, { before, flush, send: () => (typing.sending = send()) });
  onTheWay.set(place, typing);
  if (pause) typing.timer = setTimeout(() => typing.send?.(), pause);
  else typing.send();
  redraw();
}

/** Forget what is typed at `place`, unless it has been sent. */
export function untype(place) {
  const typing = onTheWay.get(place);
  if (!typing?.send) return;
  clearTimeout(typing.timer);
  onTheWay.delete(place);
}

/** What is typed at `place` and not yet confirmed, as { value }, or undefined. */
export const typedAt = (place) => onTheWay.get(place);

/** Whether anything whose place begins so is typed and not confirmed, or under way. */
export const isTouched = (beginning) =>
  [...onTheWay.keys(), ...underWay].some((place) => place.startsWith(beginning));

/** Send the person's typing now and wait until the server has it. */
async function sendTyping(user) {
  const theirs = [...onTheWay.values()].filter((typing) => typing.user === user);
  await Promise.all(theirs.map((typing) => typing.send?.() ?? typing.sending));
}

/** Send what is typed at `place` now. */
export const sendTypingAt = (place) => onTheWay.get(place)?.send?.();
