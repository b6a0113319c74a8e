/** What lies above the picture: marks of hints, numbers of doubts, the line being drawn. */

import { drawOnion } from "./onion.js";

const TURN = 2 * Math.PI;

function disc(c, x, y, radius, fill) {
  c.beginPath();
  c.arc(x, y, radius, 0, TURN);
  c.fillStyle = fill;
  c.fill();
}

/** A dot in the hint's colour with a ring that is seen on every colour. */
function drawMark(c, [x, y], { kind, color }) {
  disc(c, x, y, 6, "rgb(0 0 0 / 55%)");
  disc(c, x, y, 5, "#fff");
  if (kind !== "paper" || color) disc(c, x, y, 3.6, color ?? "#fff");
  c.strokeStyle = "#222";
  c.lineWidth = 1.3;
  c.beginPath();
  if (kind === "paper" || color === null) {
    c.moveTo(x - 2, y - 2);
    c.lineTo(x + 2, y + 2);
    c.moveTo(x + 2, y - 2);
    c.lineTo(x - 2, y + 2);
  }
  c.stroke();
  if (kind === "keep" || kind === "lock") drawLock(c, x + 6, y - 7);
}

function drawLock(c, x, y) {
  disc(c, x, y, 5.5, "#222");
  c.strokeStyle = c.fillStyle = "#fff";
  c.lineWidth = 1;
  c.fillRect(x - 2.4, y - 0.6, 4.8, 3.4);
  c.beginPath();
  c.arc(x, y - 0.8, 1.7, Math.PI, TURN);
  c.stroke();
}

/** A numbered badge where a dab would help. */
function drawBadge(c, [x, y], number) {
  disc(c, x, y, 11, "rgb(0 0 0 / 35%)");
  disc(c, x, y, 10, number === 1 ? "#b34700" : "#8a4b12");
  c.fillStyle = "#fff";
  c.font = "600 12px system-ui, sans-serif";
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(String(number), x, y + 0.5);
}

function path(c, points, camera) {
  c.beginPath();
  points.forEach(([x, y], i) => c[i ? "lineTo" : "moveTo"](...camera.toScreen(x, y)));
}

/** The line being drawn: white beneath, so that it is seen on every colour. */
function drawStroke(c, { points, color, dashed }, camera) {
  c.lineCap = c.lineJoin = "round";
  c.setLineDash([]);
  path(c, points, camera);
  c.strokeStyle = "rgb(255 255 255 / 90%)";
  c.lineWidth = 7;
  c.stroke();
  if (dashed) c.setLineDash([7, 6]);
  c.strokeStyle = color;
  c.lineWidth = dashed ? 2.5 : 4.5;
  c.stroke();
  c.setLineDash([]);
  if (points.length === 1) disc(c, ...camera.toScreen(...points[0]), 4, color);
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {Camera} camera
 * @param {object} scene `view`, `marks` and `doubts` (bool), `asked` (regions), `cuts`, `stroke`, `onion` (lines of frames beside), `playing` (a small frame of a film that is played), `ratio`
 */
export function drawOverlay(c, camera, scene) {
  const { width, height } = c.canvas;
  const { view } = scene;
  c.save();
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.clearRect(0, 0, width, height);
  c.setTransform(scene.ratio, 0, 0, scene.ratio, 0, 0);
  if (scene.playing) {
    const { width: wide, height: high } = view.regions;
    c.imageSmoothingQuality = "high";
    c.drawImage(scene.playing, camera.x, camera.y, wide * camera.scale, high * camera.scale);
    return c.restore();
  }
  if (scene.split !== null) {
    c.beginPath();
    c.rect(scene.split, 0, width, height);
    c.clip();
  }
  const seen = ([x, y]) => x > -20 && y > -20 && x < width / scene.ratio + 20 && y < height / scene.ratio + 20;
  drawOnion(c, scene.onion, camera);
  if (view && scene.marks) {
    for (const points of scene.cuts) drawStroke(c, { points, color: "#d6336c", dashed: true }, camera);
    for (const wish of view.said.wishes.values()) {
      const at = camera.toScreen(...wish.point);
      // Of what was enclosed together one mark is enough.
      if (seen(at) && !wish.quiet) drawMark(c, at, wish);
    }
  }
  if (view && scene.doubts) {
    scene.asked.forEach((region, i) => {
      const at = camera.toScreen(...view.regions.anchors[region]);
      if (seen(at)) drawBadge(c, at, i + 1);
    });
  }
  if (scene.stroke) drawStroke(c, scene.stroke, camera);
  return c.restore();
}
