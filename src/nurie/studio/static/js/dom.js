/** Building elements without a framework, and without markup in strings. */

const SVG = "http://www.w3.org/2000/svg";

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * An element: `make("button", { class: "quiet", onclick: f }, icon("undo"), "Undo")`.
 * Properties that start with "on" listen; null and false leave an attribute out.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false));
  return element;
}

/** An icon of icons.svg, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Fill every `<i data-icon="name">` of the page. */
export function placeIcons(root = document) {
  for (const place of root.querySelectorAll("i[data-icon]")) place.replaceWith(icon(place.dataset.icon));
}

/** Press or release a toggle button. */
export function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

/** Arrow keys move the focus inside a toolbar, so that Tab passes it in one step. */
export function rove(toolbar, selector = "button") {
  const items = () => [...toolbar.querySelectorAll(selector)].filter((item) => !item.disabled && !item.hidden);
  toolbar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[(at + step + all.length) % all.length].focus();
  });
  toolbar.addEventListener("focusin", (event) => {
    for (const item of items()) item.tabIndex = item === event.target.closest(selector) ? 0 : -1;
  });
}

/** Offer bytes for download under a name. */
export function download(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Files that a person chooses, an empty list when they change their mind. */
export function chooseFiles({ accept = "", multiple = false } = {}) {
  return new Promise((resolve) => {
    const input = make("input", { type: "file", accept, multiple, hidden: true });
    input.addEventListener("change", () => resolve([...input.files]));
    input.addEventListener("cancel", () => resolve([]));
    document.body.append(input);
    input.click();
    input.remove();
  });
}
