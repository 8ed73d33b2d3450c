// A person's open modal: the top view of their stack, and the question a confirm object asks.

import { drawBlocks } from "./blocks.js";
import { h, icon, ICONS } from "./dom.js";
import { surface } from "./elements.js";
import { drawText } from "./mrkdwn.js";
import { gesture, isUnderWay } from "./workspace.js";

const close = (user, view, all) => gesture(user, "close", { view_id: view.id, all });

/** The top view of the stack as a dialog over its pane. */
export function drawModal(pane, seen, notice) {
  const view = pane.views.at(-1);
  const stacked = pane.views.length > 1;
  // What is submitted again once the answer is on the page is not the same submission, even if its own end is not here yet.
  const submission = `${seen.user} submit ${view.id} ${view.hash} ${view.answers}`;
  const busy = isUnderWay(submission);
  const title = `${seen.user}/${view.id}/title`;
  const submit = (event) => {
    event.preventDefault();
    if (view.submit && !busy) gesture(seen.user, "submit", { view_id: view.id }, submission);
  };
  return h(
    "dialog",
    {
      open: true,
      class: "modal",
      key: view.id,
      id: `${seen.user}/${view.id}`,
      tabindex: "-1",
      "aria-labelledby": title,
      onkeydown: (event) => modalKeys(event, () => close(seen.user, view, false)),
    },
    h(
      "form",
      {
        class: "modal-form",
        novalidate: true,
        "aria-busy": busy || view.busy ? "true" : undefined,
        onsubmit: submit,
      },
      h(
        "header",
        { class: "modal-head" },
        stacked
          ? h(
              "button",
              {
                type: "button",
                class: "button button-icon",
                "aria-label": "Back",
                onclick: () => close(seen.user, view, false),
              },
              icon(ICONS.back),
            )
          : null,
        h("h2", { id: title }, drawText(view.title, seen.reader)),
        h(
          "button",
          {
            type: "button",
            class: "button button-icon",
            "aria-label": "Close",
            onclick: () => close(seen.user, view, stacked),
          },
          icon(ICONS.close),
        ),
      ),
      h("div", { class: "modal-body" }, drawBlocks(view.blocks, modalSurface(view, seen))),
      notice,
      footer(view, seen, busy),
    ),
  );
}

const modalSurface = (view, seen) =>
  surface({
    ...seen,
    container: { view_id: view.id },
    edition: view.hash,
    values: view.state?.values,
    errors: view.errors,
  });

function footer(view, seen, busy) {
  const leave = h(
    "button",
    { type: "button", class: "button", onclick: () => close(seen.user, view, false) },
    view.close ? drawText(view.close, seen.reader) : "Close",
  );
  const send = view.submit
    ? h(
        "button",
        { type: "submit", class: "button button-primary", "aria-busy": busy ? "true" : undefined },
        drawText(view.submit, seen.reader),
      )
    : null;
  return h("footer", { class: "modal-foot" }, leave, send);
}

function modalKeys(event, leave) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    leave();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    event.currentTarget.querySelector("form").requestSubmit();
}

/** The question of a confirm object, over everything else in the pane; `answer(yes)` hears what the person said. */
export function drawConfirm({ object }, seen, answer) {
  const id = `${seen.user}/confirm`;
  return h(
    "dialog",
    {
      open: true,
      class: "modal modal-small",
      key: "confirm",
      id,
      tabindex: "-1",
      role: "alertdialog",
      "aria-labelledby": `${id}/title`,
      "aria-describedby": `${id}/text`,
      onkeydown: (event) => modalKeys(event, () => answer(false)),
    },
    h(
      "div",
      { class: "modal-form" },
      h("header", { class: "modal-head" }, h("h2", { id: `${id}/title` }, drawText(object.title, seen.reader))),
      h("div", { class: "modal-body text", id: `${id}/text` }, drawText(object.text, seen.reader)),
      h(
        "footer",
        { class: "modal-foot" },
        h(
          "button",
          { type: "button", class: "button", onclick: () => answer(false) },
          object.deny ? drawText(object.deny, seen.reader) : "Cancel",
        ),
        h(
          "button",
          {
            type: "button",
            class: `button button-${object.style === "danger" ? "danger-solid" : "primary"}`,
            autofocus: true,
            onclick: () => answer(true),
          },
          object.confirm ? drawText(object.confirm, seen.reader) : "OK",
        ),
      ),
    ),
  );
}
