// One person's Slack: who they are, Home and Messages, and whatever is open over them.

import { drawBlocks } from "./blocks.js";
import { drawComposer } from "./composer.js";
import { h, icon, ICONS } from "./dom.js";
import { surface } from "./elements.js";
import { avatar, drawMessages } from "./messages.js";
import { drawConfirm, drawModal } from "./modal.js";
import { shortMoment, zoneName } from "./times.js";
import { gesture, noticeFor, now, workspace } from "./workspace.js";

/** What the page itself keeps of a pane: the open confirm question, and whether messages arrived out of sight. */
const own = new Map();

export function ownOf(user) {
  if (!own.has(user)) own.set(user, { question: null, newBelow: false });
  return own.get(user);
}

/** The pane of `person`. `place` is 0 or 1, `choose` shows somebody else in it. */
export function drawPane(person, place, { shown, choose, redraw }) {
  const pane = workspace.state.panes[person.id];
  const seen = whatTheySee(person, pane, redraw);
  const mine = ownOf(person.id);
  const covered = pane.views.length > 0 || mine.question !== null;
  const modal = pane.views.length ? drawModal(pane, seen, drawNotice(seen)) : null;
  const question = mine.question
    ? drawConfirm(mine.question, seen, (yes) => {
        const { answer } = mine.question;
        mine.question = null;
        redraw();
        answer(yes);
      })
    : null;
  return h(
    "section",
    {
      class: `pane${shown ? " pane-shown" : ""}`,
      key: person.id,
      id: `${person.id}/pane`,
      "aria-label": person.real_name,
    },
    h(
      "div",
      { class: "pane-under", inert: covered },
      head(person, place, choose),
      tabs(pane, seen),
      pane.tab === "home" ? home(pane, seen) : conversation(pane, seen, mine, redraw),
      modal ? null : drawNotice(seen),
      pane.tab === "home" ? null : drawComposer(pane, seen, redraw),
    ),
    covered
      ? h(
          "div",
          { class: "veil" },
          h("div", { class: "veil-box", key: "view", inert: question !== null }, modal),
          question,
        )
      : null,
  );
}

function whatTheySee(person, pane, redraw) {
  const { people, app } = workspace.state;
  const names = new Map(people.map((each) => [each.id, each.real_name]));
  names.set(app.bot_user_id, app.name);
  return {
    user: person.id,
    app,
    people,
    conversations: [{ id: pane.channel, name: `${app.name} (direct message)` }],
    reader: {
      me: person.id,
      zone: person.tz || "UTC",
      now: now(),
      nameOf: (id) => names.get(id),
      channelName: () => null,
    },
    confirm: (object) =>
      new Promise((answer) => {
        ownOf(person.id).question = { object, answer };
        redraw();
      }),
  };
}

function head(person, place, choose) {
  const { people } = workspace.state;
  const options = people.map((each) =>
    h("option", { key: each.id, value: each.id }, each.deleted ? `${each.real_name} (deactivated)` : each.real_name),
  );
  return h(
    "header",
    { class: "pane-head" },
    avatar(person.id, person.real_name),
    h(
      "div",
      { class: "pane-who" },
      h(
        "select",
        {
          class: "pane-person",
          value: person.id,
          "aria-label": place === 0 ? "Person on the left" : "Person on the right",
          onchange: (event) => choose(event.target.value),
        },
        options,
      ),
      person.title ? h("span", { class: "pane-title" }, person.title) : null,
    ),
    h(
      "p",
      { class: "pane-time" },
      h("time", {}, shortMoment(now(), person.tz)),
      h("span", { class: "pane-zone" }, zoneWords(person)),
    ),
  );
}

const zoneWords = (person) =>
  `${person.tz_label || zoneName(now(), person.tz, "long")} · ${(person.tz || "UTC").replaceAll("_", " ")}`;

function tabs(pane, seen) {
  const { app, user } = seen;
  const tab = (name, words, badge) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `${user}/tab/${name}`,
        "aria-selected": pane.tab === name ? "true" : "false",
        "aria-controls": `${user}/${name}`,
        tabindex: pane.tab === name ? "0" : "-1",
        onclick: () => gesture(user, "tab", { tab: name }),
        onkeydown: (event) => otherTab(event, user),
      },
      words,
      " ",
      badge ? h("span", { class: "unread" }, String(badge), h("span", { class: "unseen" }, " unread")) : null,
    );
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": app.name },
    h("span", { class: "tabs-app" }, avatar(app.bot_user_id, app.name, true), app.name),
    app.home_tab === false ? null : tab("home", "Home"),
    app.messages_tab === false ? null : tab("messages", "Messages", pane.tab === "messages" ? 0 : pane.unread),
  );
}

function otherTab(event, user) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  const other = event.currentTarget.id.endsWith("home") ? "messages" : "home";
  const tab = document.getElementById(`${user}/tab/${other}`);
  tab?.focus();
  tab?.click();
}

function home(pane, seen) {
  const view = pane.home;
  const on =
    view &&
    surface({
      ...seen,
      container: { view_id: view.id },
      edition: view.hash,
      values: view.state?.values,
      busy: view.busy,
    });
  return h(
    "div",
    {
      class: "home",
      key: "home",
      id: `${seen.user}/home`,
      role: "tabpanel",
      tabindex: "0",
      "aria-labelledby": `${seen.user}/tab/home`,
    },
    view ? drawBlocks(view.blocks, on) : h("p", { class: "empty" }, `${seen.app.name} shows nothing here yet.`),
  );
}

function conversation(pane, seen, mine, redraw) {
  const messages = drawMessages(pane, seen);
  const list = h(
    "div",
    {
      class: "messages",
      key: "list",
      id: `${seen.user}/list`,
      tabindex: "0",
      role: "log",
      "aria-live": "polite",
      "aria-label": `Messages with ${seen.app.name}`,
    },
    messages.length
      ? messages
      : h(
          "p",
          { class: "empty" },
          `This is the beginning of your conversation with ${seen.app.name}. Type / for its commands.`,
        ),
  );
  const below = mine.newBelow
    ? h(
        "button",
        {
          type: "button",
          class: "new-below",
          onclick: () => {
            toBottom(seen.user);
            mine.newBelow = false;
            redraw();
          },
        },
        icon(ICONS.down),
        "New messages",
      )
    : null;
  return h(
    "div",
    {
      class: "conversation",
      key: "conversation",
      id: `${seen.user}/messages`,
      role: "tabpanel",
      "aria-labelledby": `${seen.user}/tab/messages`,
    },
    list,
    below,
  );
}

export function toBottom(user) {
  const list = document.getElementById(`${user}/list`);
  if (list) list.scrollTop = list.scrollHeight;
}

function drawNotice(seen) {
  const notice = noticeFor(seen.user);
  if (!notice) return null;
  return h(
    "div",
    { class: "notice", role: "alert", key: "notice" },
    icon(ICONS.alert),
    h("span", {}, notice),
    h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": "Dismiss",
        onclick: () => gesture(seen.user, "dismiss", {}),
      },
      icon(ICONS.close),
    ),
  );
}
