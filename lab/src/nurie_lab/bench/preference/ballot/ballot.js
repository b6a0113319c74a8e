/** Blind pairs: two pictures of one drawing, and which a person prefers. It knows no system's name. */

import { byId, make } from "./js/dom.js";
import { followTheme, toggleTheme } from "./js/theme.js";

const LABELS = { left: "Left picture", right: "Right picture", sketch: "The line art of both pictures" };
const SAID = { left: "Left.", right: "Right.", same: "No difference." };
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "same" };

let shown = null;
let since = 0;
let busy = true;

/** Ask the server; a body makes it a POST. Its complaints are thrown as errors. */
async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`api/${path}`, options).catch(() => null);
  if (!answer) throw new Error("nurie does not answer; start nurie prefer again. Earlier votes are kept.");
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.error ?? `The server answered ${answer.status}.`), { status: answer.status });
  return told;
}

/** A picture that is ready to be seen, so that both appear in the same moment. */
async function load([side, name]) {
  const image = make("img", { src: `api/pictures/${name}`, alt: LABELS[side], draggable: "false" });
  await image.decode();
  return [side, image];
}

async function present(next, said = "") {
  const images = Object.fromEntries(await Promise.all(Object.entries(next.sides).map(load)));
  shown = next;
  for (const side of Object.keys(LABELS)) {
    byId(side).querySelector(".frame").replaceChildren(...(images[side] ? [images[side]] : []));
  }
  byId("sketch").hidden = !images.sketch;
  byId("ballot").hidden = byId("same").hidden = !next.pair;
  byId("title").hidden = !next.pair;
  byId("end").hidden = Boolean(next.pair);
  byId("undo").disabled = next.judged === 0;
  byId("tests").hidden = !(next.test || navigator.webdriver);
  Object.assign(byId("progress"), { max: next.of, value: next.judged });
  byId("far").textContent = next.pair ? `${next.judged + 1} of ${next.of}` : `${next.judged} judged`;
  byId("live").textContent = next.pair ? `${said} Pair ${next.judged + 1} of ${next.of}.` : "";
  if (!next.pair) byId("thanks").focus();
  document.documentElement.dataset.pair = next.pair ?? "none";
  since = performance.now();
}

/** Do one thing at a time; what goes wrong is said, and the pair stays. */
async function once(work) {
  if (busy && shown) return;
  busy = true;
  byId("ballot").setAttribute("aria-busy", "true");
  byId("alarm").hidden = true;
  try {
    await work();
  } catch (error) {
    byId("alarm").textContent = error.message;
    byId("alarm").hidden = false;
    if (error.status === 409) await ask("pair").then(present).catch(() => {});
  }
  byId("ballot").setAttribute("aria-busy", "false");
  busy = false;
}

const vote = (chosen) => once(async () => {
  if (!shown?.pair) return;
  const seconds = (performance.now() - since) / 1000;
  await present(await ask("votes", { pair: shown.pair, chosen, seconds, test: navigator.webdriver === true }), SAID[chosen]);
});

const undo = () => once(async () => {
  if (shown?.judged) await present(await ask("undo", {}), "Taken back.");
});

function press(event) {
  if (event.altKey || event.shiftKey) return;
  const control = event.ctrlKey || event.metaKey;
  const back = event.key.toLowerCase() === "z" || (event.key === "Backspace" && !control);
  const chosen = control ? undefined : KEYS[event.key];
  if (!back && !chosen) return;
  event.preventDefault();
  if (event.repeat) return;
  // A ring around one of the next two pictures would speak for it.
  if (document.activeElement?.matches(".side")) document.activeElement.blur();
  if (back) undo();
  else vote(chosen);
}

followTheme();
for (const chosen of Object.values(KEYS)) byId(chosen).addEventListener("click", () => vote(chosen));
byId("undo").addEventListener("click", undo);
byId("theme").addEventListener("click", toggleTheme);
byId("person").addEventListener("click", () => once(async () => present(await ask("person", {}), "Somebody else judges.")));
document.addEventListener("keydown", press);
once(async () => present(await ask("pair")));
