/** Modal dialogs: a heading, a way out, and what is inside. */

import { icon, make } from "./dom.js";

/** Open a dialog; it is gone from the page when it closes. */
export function openDialog(title, content, { broad = false } = {}) {
  const dialog = make("dialog", { class: broad ? "broad" : null, "aria-labelledby": "dialog-title" });
  const close = make("button", { class: "quiet square", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  dialog.append(
    make("div", { class: "dialog-top" }, make("h2", { id: "dialog-title" }, title), close),
    make("div", { class: "dialog-body" }, ...content),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
