/** Commands and the server's answer become what is seen: one colour, or paper, for each region. */

import { distance, format, parse } from "./color.js";

const PAPER = -1;
/** How near a later answer's colour must be to an edited one to follow the edit, in Lab. */
const SAME = 7;
/** From this confidence on a region is no doubt. */
const SURE = 0.5;
/** Where light comes from when nobody said it. */
const LIGHT = "top-left";

/** Everything a list of commands says, on these regions. */
export function settle(commands, regions) {
  const said = { wishes: new Map(), locked: new Set(), edits: [], extras: [], palette: null, seed: 0, choice: 0, style: "flat", light: LIGHT,
    references: [], words: "", parts: [], leave: false, guides: {} };
  commands.forEach((command, index) => SAY[command.type]?.(said, command, regions, index));
  return said;
}

function wish(said, regions, kind, { x, y, color = null, quiet = false }) {
  const region = regions.near(x, y);
  if (!region) return;
  const point = regions.at(x, y) === region ? [x, y] : regions.anchors[region];
  said.wishes.set(region, { kind, color, point, ...(quiet && { quiet }) });
}

const SAY = {
  dab(said, { points, color, radius, spare }, regions) {
    for (const [region, point] of regions.along(points, radius, spare)) said.wishes.set(region, { kind: "dab", color, point });
  },
  area: (said, { spots, color }, regions) => spots.forEach(([x, y], i) => wish(said, regions, "fill", { x, y, color, quiet: i > 0 })),
  fill: (said, command, regions) => wish(said, regions, "fill", command),
  paper: (said, command, regions) => wish(said, regions, "paper", { ...command, color: null }),
  keep: (said, command, regions) => wish(said, regions, "keep", command),
  erase(said, { x, y }, regions) {
    said.wishes.delete(regions.near(x, y));
  },
  swatch(said, { from, to }, _regions, index) {
    said.edits.push({ from: parse(from), to: parse(to), index });
    said.extras = said.extras.map((color) => (color === from ? to : color));
    if (said.palette) said.palette.colors = said.palette.colors.map((color) => (color === from ? to : color));
    for (const [region, asked] of said.wishes) {
      if (asked.color === from) said.wishes.set(region, { ...asked, color: to });
    }
  },
  add: (said, { color }) => said.extras.push(color),
  lock(said, { color, points }, regions) {
    said.locked.add(color);
    for (const [x, y] of points) {
      const region = regions.at(x, y);
      if (region && !said.wishes.has(region)) said.wishes.set(region, { kind: "lock", color, point: [x, y] });
    }
  },
  unlock(said, { color }) {
    said.locked.delete(color);
    for (const [region, asked] of said.wishes) {
      if (asked.kind === "lock" && asked.color === color) said.wishes.delete(region);
    }
  },
  palette: (said, { colors, names }) => (said.palette = colors && { colors: [...colors], names: names ?? [] }),
  pick: (said, { seed, choice = 0 }) => Object.assign(said, { seed, choice }),
  like: (said, { colors, style, light }) => Object.assign(said, { palette: { colors: [...colors], names: [] }, style, light }),
  style: (said, { style, light = said.light }) => Object.assign(said, { style, light }),
  unsure: (said, { leave }) => (said.leave = leave),
  words: (said, { text }) => (said.words = text),
  part(said, { x, y, part, words }) {
    said.parts = [...said.parts.filter((other) => other.x !== x || other.y !== y), { x, y, part }];
    if (words) said.words = [said.words, words].filter(Boolean).join(", ");
  },
  guide: (said, { kind, ids: [id] }) => (said.guides = { ...said.guides, [kind]: id }),
  reference: (said, { ids }) => (said.references = ids),
};

/** What the server is asked for: one answer, or `variations`; what is `keep` stays, see minimal_change.js. */
export function request(said, { variations, keep = null, seed = said.seed } = {}) {
  const fixed = {};
  const hints = [];
  for (const [region, { kind, color, point }] of said.wishes) {
    if (kind === "dab") hints.push({ x: Math.floor(point[0]), y: Math.floor(point[1]), color });
    else fixed[region] = color;
  }
  for (const { x, y, part } of said.parts) hints.push({ x: Math.floor(x), y: Math.floor(y), part });
  const body = { hints, fixed, seed, ...(variations ? { variations } : { choice: keep ? 0 : said.choice }) };
  if (keep) body.keep = keep;
  if (said.palette) body.palette = said.palette.colors;
  if (said.words) body.words = said.words;
  for (const [kind, id] of Object.entries(said.guides)) if (id) body[kind] = id;
  if (said.references.length) body.references = said.references;
  return body;
}

/** Colour of an answer's region after the edits of swatches that people made. */
function follower(said, { at, since = 0 }) {
  const known = new Map();
  return (color) => {
    if (known.has(color)) return known.get(color);
    let now = color;
    for (const { from, to, index } of said.edits) {
      if (index < since) continue;
      const follows = now === from || (index < at && distance(now, from) < SAME);
      if (follows) now = to;
    }
    known.set(color, now);
    return now;
  };
}

/** Colours by region: Int32Array of numbers, PAPER where nothing is. */
export function colorsOf(answer, said, regions) {
  const colors = new Int32Array(regions.count + 1).fill(PAPER);
  if (answer) {
    const follow = follower(said, answer);
    const palette = answer.palette.map((hex) => follow(parse(hex)));
    for (let region = 1; region < colors.length; region += 1) {
      const entry = answer.entries[region];
      if (entry >= 0 && !(said.leave && answer.confidence[region] < SURE)) colors[region] = palette[entry];
    }
  }
  for (const [region, { color }] of said.wishes) colors[region] = color === null ? PAPER : parse(color);
  return colors;
}

/**
 * The picture as data.
 * @param {object|null} answer `palette`, `entries`, `confidence`, `ask`, and `at`: how many commands it knew,
 *   `since`: from which on edits of swatches are not in it yet
 * @param {object} said from `settle`
 * @param {Regions} regions
 * @param {string[]} order colours as the palette bar shows them now; those that stay keep their places
 */
export function resolve(answer, said, regions, order = []) {
  const colors = colorsOf(answer, said, regions);
  const area = new Map();
  for (let region = 1; region < colors.length; region += 1) {
    const color = colors[region];
    if (color !== PAPER) area.set(color, (area.get(color) ?? 0) + regions.areas[region]);
  }
  const palette = arrange(area, said, order);
  const entryOf = new Map(palette.map((hex, entry) => [parse(hex), entry]));
  const entries = Int32Array.from(colors, (color) => (color === PAPER ? PAPER : entryOf.get(color)));
  const ask = (answer?.ask ?? []).filter((region) => !said.wishes.has(region) && answer.confidence[region] < SURE);
  return { regions, said, answer, colors, palette, entries, ask, used: new Set([...area.keys()].map(format)) };
}

function arrange(area, said, order) {
  const always = [...(said.palette?.colors ?? []), ...said.extras, ...said.locked];
  const edits = new Map(said.edits.map(({ from, to }) => [format(from), format(to)]));
  const wanted = new Set([...always, ...[...area.keys()].map(format)]);
  const before = order.map((hex) => (wanted.has(hex) ? hex : (edits.get(hex) ?? hex))).filter((hex) => wanted.has(hex));
  const byArea = [...area.entries()].sort((one, two) => two[1] - one[1]).map(([color]) => format(color));
  return [...new Set([...before, ...byArea, ...always])];
}

/** How sure the region's colour is: 1 where a person chose it. */
export function confidenceOf(view, region) {
  if (view.said.wishes.has(region)) return 1;
  return view.answer?.confidence?.[region] ?? 0;
}

/** The same in words. */
export function surenessOf(view, region) {
  if (view.said.wishes.has(region)) return "as you asked";
  const share = confidenceOf(view, region);
  return `${share >= SURE ? "sure" : share >= 0.15 ? "likely" : "a guess"}, ${Math.round(100 * share)} %`;
}

/** An answer for new regions from what was seen before, so that nothing jumps while the server thinks. */
export function carry(view, regions, since) {
  const entries = new Int32Array(regions.count + 1).fill(PAPER);
  for (let region = 1; region < entries.length; region += 1) {
    entries[region] = view.entries[view.regions.at(...regions.anchors[region])] ?? PAPER;
  }
  return { palette: view.palette, entries: [...entries], confidence: [], ask: [], at: since, since };
}
