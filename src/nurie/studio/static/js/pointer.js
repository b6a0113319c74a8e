/** Mouse, pen and fingers on the canvas: one draws, two move the picture, the wheel zooms. */

const TAP = 4;
/** From how many milliseconds on a press is a hold. */
const HOLD = 450;

/**
 * @param {Stage} stage
 * @param {object} hands `stroke(stroke, done)`, `pick(point)`, `hover(x, y)`, `leave()`, `drags()`: whether a drag moves the picture
 */
export function listen(stage, hands) {
  const canvas = stage.picture;
  const fingers = new Map();
  let stroke = null;
  let moving = null;
  let right = null;

  const here = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const inPicture = (event) => stage.camera.toPicture(...here(event));

  canvas.addEventListener("pointerdown", (event) => {
    if (!stage.work) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, here(event));
    if (fingers.size === 2) {
      if (stroke) hands.stroke(null, true);
      stroke = null;
      moving = pinchOf(fingers);
    } else if (event.button === 1 || hands.drags() || event.button === 2) {
      moving = pinchOf(fingers);
      right = event.button === 2 ? here(event) : null;
    } else if (fingers.size === 1 && event.button === 0) {
      stroke = { points: [inPicture(event)], from: here(event), alt: event.altKey, shift: event.shiftKey, since: event.timeStamp };
      hands.stroke(stroke, false);
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!stage.work) return;
    if (!fingers.has(event.pointerId)) return hands.hover(...inPicture(event));
    fingers.set(event.pointerId, here(event));
    if (moving) {
      moving = follow(stage, moving, pinchOf(fingers));
    } else if (stroke) {
      for (const each of event.getCoalescedEvents?.() ?? [event]) extend(stroke, here(each), inPicture(each));
      hands.stroke(stroke, false);
    }
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    const [x, y] = here(event);
    if (right && event.type === "pointerup" && Math.hypot(x - right[0], y - right[1]) < TAP) hands.pick(inPicture(event));
    right = null;
    if (stroke) stroke.held = event.timeStamp - stroke.since > HOLD;
    if (stroke && event.type === "pointerup") hands.stroke(stroke, true);
    else if (stroke) hands.stroke(null, true);
    stroke = null;
    moving = fingers.size && moving ? pinchOf(fingers) : null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => hands.leave());
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("wheel", (event) => wheel(stage, event, here(event)), { passive: false });
}

/** Keep points that say something: a still hand makes a dab. */
function extend(stroke, [sx, sy], point) {
  const [fx, fy] = stroke.from;
  if (Math.hypot(sx - fx, sy - fy) < TAP) return;
  stroke.from = [sx, sy];
  stroke.points.push(point);
}

function pinchOf(fingers) {
  const all = [...fingers.values()];
  const x = all.reduce((sum, [px]) => sum + px, 0) / all.length;
  const y = all.reduce((sum, [, py]) => sum + py, 0) / all.length;
  return { x, y, spread: all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0 };
}

function follow(stage, before, now) {
  stage.pan(now.x - before.x, now.y - before.y);
  if (before.spread > 0 && now.spread > 0) stage.zoom(now.spread / before.spread, now.x, now.y);
  return now;
}

function wheel(stage, event, [x, y]) {
  if (!stage.work) return;
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 30 : 1;
  const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
  if (event.shiftKey) stage.pan(-(dx || dy), 0);
  else if (Math.abs(dx) > Math.abs(dy)) stage.pan(-dx, -dy);
  else stage.zoom(Math.exp(-Math.max(-240, Math.min(240, dy)) * (event.ctrlKey ? 0.01 : 0.0018)), x, y);
}
