// The box for messages and slash commands, with its suggestions.

import { h, icon, ICONS } from "./dom.js";
import { avatar } from "./messages.js";
import { gesture, sendTypingAt, type, typedAt } from "./workspace.js";

const draftPlace = (user) => `${user}/draft`;
const menus = new Map(); // user -> { items, chosen, from, to } while suggestions are open

const draftOf = (pane, user) => typedAt(draftPlace(user))?.value ?? pane.draft ?? "";

/** The composer of one person. `redraw` draws the page anew after a change here. */
export function drawComposer(pane, seen, redraw) {
  const { user } = seen;
  const text = draftOf(pane, user);
  const menu = text ? menus.get(user) : undefined;
  const list = `${user}/suggestions`;
  const box = h("textarea", {
    id: `${user}/composer`,
    class: "composer-text",
    dir: "auto",
    rows: 1,
    value: text,
    placeholder: seen.app.messages_tab_read_only ? "/ for a command" : `Message ${seen.app.name}, or / for a command`,
    "aria-label": `Message ${seen.app.name} as ${seen.reader.nameOf(user)}`,
    "aria-autocomplete": "list",
    "aria-controls": menu ? list : undefined,
    "aria-activedescendant": menu ? `${list}/${menu.chosen}` : undefined,
    oninput: (event) => typed(event.target, seen, redraw),
    onkeydown: (event) => keys(event, seen, redraw),
    onblur: () => leave(user, redraw),
  });
  return h(
    "form",
    { class: "composer", onsubmit: (event) => submit(event, seen, redraw) },
    menu ? drawMenu(menu, list, seen, redraw) : usage(text, seen),
    h(
      "div",
      { class: "composer-box", key: "box" },
      box,
      h(
        "button",
        {
          type: "submit",
          class: "button button-icon composer-send",
          "aria-label": "Send",
          "aria-disabled": text.trim() ? undefined : "true",
        },
        icon(ICONS.send),
      ),
    ),
  );
}

/** While a command is being typed: what it takes. */
function usage(text, seen) {
  const command = seen.app.commands.find((each) => text === each.command || text.startsWith(`${each.command} `));
  if (!command) return null;
  return h(
    "p",
    { class: "usage", role: "status" },
    h("strong", {}, command.command),
    ` ${command.usage_hint ?? ""}`,
    h("span", { class: "usage-what" }, command.description ?? ""),
  );
}

function drawMenu(menu, id, seen, redraw) {
  return h(
    "div",
    { class: "suggestions", key: "suggestions", role: "listbox", id, "aria-label": "Suggestions" },
    menu.items.map((item, place) =>
      h(
        "div",
        {
          role: "option",
          id: `${id}/${place}`,
          class: "suggestion",
          key: item.text,
          "aria-selected": place === menu.chosen ? "true" : "false",
          onmousedown: (event) => {
            event.preventDefault();
            accept(document.getElementById(`${seen.user}/composer`), item, seen, redraw);
          },
        },
        item.person ? avatar(item.person, item.label, true) : null,
        h("strong", {}, item.label),
        h("span", { class: "suggestion-hint" }, item.hint),
      ),
    ),
  );
}

/** What could follow at the caret: commands at the start of the text, people after an @. */
function suggest(box, seen) {
  const before = box.value.slice(0, box.selectionStart);
  if (/^\/\S*$/.test(before)) {
    const items = seen.app.commands
      .filter((each) => each.command.startsWith(before) && each.command !== before)
      .map((each) => ({
        text: `${each.command} `,
        label: each.command,
        hint: each.usage_hint || each.description || "",
      }));
    return { items, chosen: 0, from: 0, to: before.length };
  }
  const mention = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!mention) return { items: [] };
  const start = mention[1].toLowerCase();
  const items = seen.people
    .filter(
      (person) =>
        !person.deleted &&
        [person.name, ...person.real_name.split(" ")].some((name) => name.toLowerCase().startsWith(start)),
    )
    .slice(0, 8)
    .map((person) => ({
      text: `@${person.name} `,
      label: person.real_name,
      hint: `@${person.name}`,
      person: person.id,
    }));
  return { items, chosen: 0, from: before.length - mention[1].length - 1, to: before.length };
}

function typed(box, seen, redraw) {
  const menu = suggest(box, seen);
  if (menu.items.length) menus.set(seen.user, menu);
  else menus.delete(seen.user);
  keepDraft(seen.user, box.value);
  redraw();
}

const keepDraft = (user, text, pause) => type(user, draftPlace(user), "draft", { text }, { value: text, pause });

function accept(box, item, seen, redraw) {
  const menu = menus.get(seen.user);
  const rest = box.value.slice(menu.to);
  const text = box.value.slice(0, menu.from) + item.text + rest.replace(/^ /, "");
  box.value = text;
  const caret = menu.from + item.text.length;
  box.setSelectionRange(caret, caret);
  box.focus();
  menus.delete(seen.user);
  keepDraft(seen.user, text);
  redraw();
}

function keys(event, seen, redraw) {
  if (event.isComposing) return;
  const menu = menus.get(seen.user);
  if (menu && menuKeys(event, menu, seen, redraw)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
}

function menuKeys(event, menu, seen, redraw) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) menu.chosen = (menu.chosen + step + menu.items.length) % menu.items.length;
  else if (event.key === "Escape") menus.delete(seen.user);
  else if (event.key === "Tab" && event.shiftKey) return false;
  else if (event.key === "Enter" && isWhole(event.target.value, menu)) return false;
  else if (event.key === "Enter" || event.key === "Tab") accept(event.target, menu.items[menu.chosen], seen, redraw);
  else return false;
  redraw();
  return true;
}

/** Whether what was typed is the chosen suggestion already, so that Enter sends. */
const isWhole = (text, menu) => text.slice(menu.from, menu.to) === menu.items[menu.chosen].text.trim();

function leave(user, redraw) {
  sendTypingAt(draftPlace(user));
  if (menus.delete(user)) redraw();
}

async function submit(event, seen, redraw) {
  event.preventDefault();
  const box = event.target.querySelector("textarea");
  const text = box.value.trim();
  if (!text) return;
  const { user } = seen;
  menus.delete(user);
  keepDraft(user, "", 0);
  redraw();
  const reply = await gesture(user, text.startsWith("/") ? "command" : "message", { text });
  if (reply.lost && !box.value) keepDraft(user, text);
}
