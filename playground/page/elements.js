// Interactive elements wherever they stand: buttons, menus and, through inputs.js, inputs.
// `surface` is what they stand on: see surface() below.

import { h, icon, ICONS } from "./dom.js";
import { isSafe } from "./inline.js";
import { drawInput, initialOf, valueOf } from "./inputs.js";
import { drawText } from "./mrkdwn.js";
import { gesture, isUnderWay, sendTypingAt, type, typedAt, untype } from "./workspace.js";

const ICON_NAMES = { trash: "🗑️" };

/**
 * What elements stand on. `container` is { view_id } or { message_ts }; `edition` tells one drawing of it from the next;
 * `values`, `errors` and `busy` (the action_id under way) are the server's; `confirm(confirmObject)` asks, and promises whether the person said yes.
 */
export function surface({ user, container, edition, values, errors, busy, reader, people, conversations, confirm }) {
  const id = container.view_id ?? container.message_ts;
  return {
    user,
    id,
    container,
    edition: edition ?? "",
    values: values ?? {},
    errors: errors ?? {},
    busy,
    reader,
    people,
    conversations,
    confirm,
  };
}

/** A stable name for an element, usable as an id. */
export const placeOf = (on, block, element) =>
  [on.user, on.id, block.block_id, element.action_id].join("/").replace(/\s/g, "_");

/** The value shown: typed here and not yet confirmed, else the server's, else the element's initial one. */
function shownValue(on, block, element) {
  const typing = typedAt(placeOf(on, block, element));
  if (typing) return typing.value;
  const entry = on.values[block.block_id]?.[element.action_id];
  return entry ? valueOf(entry) : initialOf(element);
}

const bodyOf = (on, block, element, value) => ({
  ...on.container,
  block_id: block.block_id,
  action_id: element.action_id,
  value,
});

/** Press a button or a menu's entry: ask first if it wants that, open its address apart, and tell the app. */
async function press(event, on, block, element, { value = null, url } = {}) {
  if (element.confirm) {
    event.preventDefault(); // a link waits for the answer too
    if (!(await on.confirm(element.confirm))) return;
    if (isSafe(url)) window.open(url, "_blank", "noopener,noreferrer");
  }
  gesture(on.user, "action", bodyOf(on, block, element, value), pressOf(on, block, element));
}

/** A press on an element as it is drawn now: what the app has drawn anew since can be pressed at once. */
const pressOf = (on, block, element) => `${placeOf(on, block, element)} ${on.edition}`;

function isBusy(on, block, element) {
  return isUnderWay(pressOf(on, block, element)) || on.busy === element.action_id;
}

/** Draw any element that may stand in a block; one that is not known says so. */
export function drawElement(element, block, on, { labelled } = {}) {
  const draw = DRAWN[element.type];
  if (draw) return draw(element, block, on);
  const own = element.accessibility_label ?? element.placeholder?.text;
  const named = own || !labelled ? { name: own ?? NAMES[element.type] ?? "Choose" } : { labelled };
  const input = drawInput(element, fieldOf(element, block, on, named));
  return input ?? h("span", { class: "unknown" }, `Unknown element: ${element.type}`);
}

const NAMES = {
  datepicker: "Date",
  timepicker: "Time",
  datetimepicker: "Date and time",
  checkboxes: "Options",
  radio_buttons: "Options",
};

/** What drawInput() needs to know of an element's place. */
export function fieldOf(element, block, on, { described, labelled, name, required, invalid } = {}) {
  const place = placeOf(on, block, element);
  const inForm = block.type === "input";
  const ask = element.confirm && (() => on.confirm(element.confirm));
  const change = (value, { enter, pause } = {}) => {
    const body = bodyOf(on, block, element, value);
    if (inForm) type(on.user, place, "input", enter ? { ...body, enter } : body, { value, pause });
    else type(on.user, place, "action", body, { value, pause, ask });
  };
  return {
    id: place,
    name,
    labelled,
    described,
    required,
    invalid,
    inForm,
    dispatches: !inForm || Boolean(block.dispatch_action),
    value: shownValue(on, block, element),
    change,
    forget: () => untype(place),
    leave: () => sendTypingAt(place),
    surface: on,
  };
}

const isHidden = (element, on) => element.visible_to_user_ids && !element.visible_to_user_ids.includes(on.user);

function button(element, block, on) {
  if (isHidden(element, on)) return null;
  const busy = isBusy(on, block, element);
  const props = {
    class: `button ${element.style === "primary" ? "button-primary" : element.style === "danger" ? "button-danger" : ""}`,
    id: placeOf(on, block, element),
    "aria-label": element.accessibility_label,
    "aria-busy": busy ? "true" : undefined,
  };
  const words = drawText(element.text, on.reader);
  const onclick = (event) => press(event, on, block, element, { url: element.url });
  if (isSafe(element.url)) return h("a", { ...props, ...apart(element.url), onclick }, words);
  return h("button", { ...props, type: "button", onclick }, words);
}

/** What makes a link open in a new tab, by the space bar too, since it looks like a button. */
const apart = (url) => ({
  href: url,
  target: "_blank",
  rel: "noopener noreferrer",
  "aria-description": "Opens in a new tab",
  onkeydown: (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    event.currentTarget.click();
  },
});

function overflow(element, block, on) {
  const id = `${placeOf(on, block, element)}/menu`;
  const menu = h(
    "div",
    {
      id,
      class: "menu",
      role: "menu",
      popover: "auto",
      "aria-label": "More actions",
      onkeydown: moveInMenu,
      ontoggle: placeMenu,
    },
    (element.options ?? []).map((option) => menuItem(option, (event) => press(event, on, block, element, option), on)),
  );
  return h(
    "span",
    { class: "overflow" },
    h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        id: placeOf(on, block, element),
        "aria-label": element.accessibility_label ?? "More actions",
        "aria-haspopup": "menu",
        "aria-busy": isBusy(on, block, element) ? "true" : undefined,
        popovertarget: id,
        onkeydown: openByArrow,
      },
      icon(ICONS.more, { class: "icon icon-dots" }),
    ),
    menu,
  );
}

function menuItem(option, choose, on) {
  const words = [
    h("span", {}, drawText(option.text, on.reader)),
    option.description ? h("span", { class: "choice-description" }, drawText(option.description, on.reader)) : null,
  ];
  const props = {
    role: "menuitem",
    class: "menu-item",
    tabindex: "-1",
    onclick: (event) => {
      event.currentTarget.closest("[popover]").hidePopover();
      choose(event);
    },
  };
  if (isSafe(option.url)) return h("a", { ...props, ...apart(option.url) }, words);
  return h("button", { ...props, type: "button" }, words);
}

/** A menu opens under its button, inside the window, with its first item focused. */
function placeMenu(event) {
  const menu = event.currentTarget;
  if (event.newState !== "open") return;
  const opener = menu.previousElementSibling.getBoundingClientRect();
  const left = Math.max(8, Math.min(opener.left, window.innerWidth - menu.offsetWidth - 8));
  const below = opener.bottom + 4 + menu.offsetHeight < window.innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? opener.bottom + 4 : Math.max(8, opener.top - menu.offsetHeight - 4)}px`;
  if (!menu.contains(document.activeElement)) menu.querySelector("[role=menuitem]")?.focus();
}

/** An arrow opens a menu at its first entry, or at its last. */
function openByArrow(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const menu = event.currentTarget.nextElementSibling;
  menu.showPopover();
  menu.querySelector(`[role=menuitem]:${event.key === "ArrowDown" ? "first" : "last"}-child`).focus();
}

function moveInMenu(event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (event.key === "Escape") event.stopPropagation();
  if (to === undefined) return;
  event.preventDefault();
  items[to].focus();
}

function iconButton(element, block, on) {
  if (isHidden(element, on)) return null;
  return h(
    "button",
    {
      type: "button",
      class: "button button-icon",
      id: placeOf(on, block, element),
      title: element.text?.text,
      "aria-label": element.accessibility_label ?? element.text?.text,
      "aria-busy": isBusy(on, block, element) ? "true" : undefined,
      onclick: (event) => press(event, on, block, element),
    },
    ICON_NAMES[element.icon],
  );
}

function feedbackButtons(element, block, on) {
  return h(
    "span",
    { class: "button-row" },
    [element.positive_button, element.negative_button].map((each) =>
      h(
        "button",
        {
          type: "button",
          class: "button",
          "aria-label": each.accessibility_label,
          onclick: (event) => press(event, on, block, element, { value: each.value }),
        },
        drawText(each.text, on.reader),
      ),
    ),
  );
}

/** An image that stands in a section or a context line. */
export function smallImage(element, className = "thumbnail") {
  return h("img", {
    class: className,
    src: element.image_url ?? element.slack_file?.url,
    alt: element.alt_text ?? "",
  });
}

const DRAWN = {
  button,
  overflow,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  image: (element) => smallImage(element),
};
