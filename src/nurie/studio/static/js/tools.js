/** The tools: what a tap or a stroke on the picture means. Each gives a command, or null. */

import { format } from "./color.js";

const PAPER = -1;

const round = ([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10];

/** Points as they are kept: in tenths of a pixel, without those that a straight line hides. */
export function thinned(points, tolerance = 0.7) {
  if (points.length < 3) return points.map(round);
  const [[ax, ay], [bx, by]] = [points[0], points.at(-1)];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  let [worst, far] = [0, 0];
  points.forEach(([x, y], i) => {
    const off = Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
    const away = length === 1 ? Math.hypot(x - ax, y - ay) : off;
    if (away > far) [worst, far] = [i, away];
  });
  if (far <= tolerance) return [points[0], points.at(-1)].map(round);
  return [...thinned(points.slice(0, worst + 1), tolerance), ...thinned(points.slice(worst), tolerance).slice(1)];
}

function at(kind) {
  return ({ points }, { view }) => {
    const [x, y] = round(points.at(-1));
    return view.regions.near(x, y) ? { type: kind, x, y } : null;
  };
}

function dab({ points, radius }, { view, color }) {
  const { regions } = view;
  const spare = [...regions.along(points, radius).keys()].some((region) => !regions.background.has(region));
  if (!regions.along(points, radius, spare).size) return null;
  return { type: "dab", points: thinned(points), radius: round([radius, 0])[0], color, ...(spare && { spare }) };
}

function area({ points }, { view, color }) {
  const kept = (region) => ["paper", "keep", "lock"].includes(view.said.wishes.get(region)?.kind);
  const spots = points.length < 3 ? [] : view.regions.inside(points).filter((region) => !kept(region)).map((region) => view.regions.anchors[region]);
  return spots.length ? { type: "area", spots, color } : null;
}

function keep({ points }, { view }) {
  const [x, y] = round(points.at(-1));
  const region = view.regions.near(x, y);
  if (!region) return null;
  if (view.said.wishes.get(region)?.kind === "keep") return { type: "erase", x, y };
  const color = view.colors[region];
  return { type: "keep", x, y, color: color === PAPER ? null : format(color) };
}

function merge({ points }, { view }) {
  const ends = [points[0], points.at(-1)].map(round);
  const [from, to] = ends.map(([x, y]) => view.regions.near(x, y));
  return from && to && from !== to ? { type: "merge", from: ends[0], to: ends[1] } : null;
}

function erase(stroke, desk) {
  const command = at("erase")(stroke, desk);
  return command && desk.view.said.wishes.has(desk.view.regions.near(command.x, command.y)) ? command : null;
}

export const TOOLS = [
  { id: "dab", key: "b", label: "Hint brush", note: "Click a region, or draw across several: they take this colour; their like follow, with Shift nothing does.",
    film: "Click a region, or draw across several: they take this colour, in all frames.",
    paints: true, act: dab },
  { id: "fill", key: "f", label: "Fill one region", note: "Click a region: it alone takes this colour, nothing else changes.",
    paints: true, act: (stroke, desk) => { const command = at("fill")(stroke, desk); return command && { ...command, color: desk.color }; } },
  { id: "area", key: "a", label: "Enclose and fill", note: "Draw around a part: everything inside takes this colour, but not the background.",
    paints: true, dashed: true, act: area },
  { id: "pick", key: "i", label: "Pick a colour", note: "Click the picture to paint with the colour that is there.", act: null },
  { id: "paper", key: "p", label: "Leave as paper", note: "Click a region that must stay paper.", act: at("paper") },
  { id: "keep", key: "k", label: "Keep as it is", note: "Click a region whose colour must not change any more; click again to let it go.", act: keep },
  { id: "part", key: "t", label: "Say what it is", note: "Click a region and write what it shows: hair, or black hair. Its like learn it, too.", act: null },
  { id: "erase", key: "e", label: "Erase a hint", note: "Click a region to take back what you asked of it.", act: erase },
  { id: "cut", key: "l", label: "Close a gap or split", note: "Draw a line that is not part of the drawing: it closes a gap, or splits a region.",
    dashed: true, act: ({ points }) => (points.length > 1 ? { type: "cut", points: thinned(points) } : null) },
  { id: "merge", key: "m", label: "Merge regions", note: "Drag from one region into another: they become one.", dashed: true, act: merge },
  { id: "hand", key: "h", label: "Move the picture", note: "Drag to move; the wheel zooms. Space does this at any time.", act: null },
];

export const toolOf = (id) => TOOLS.find((tool) => tool.id === id);
