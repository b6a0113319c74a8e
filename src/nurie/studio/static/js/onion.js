/** Onion skin: the lines of the frames before and after as thin lines, so that what is drawn here stays the strongest. */

/** Longest side in pixels at which lines are thinned; ink of less than a third is air. */
const SIDE = 1400;
const INK = 85;
/** Red before, green after: alpha, blue, green, red. */
const COLORS = [0xff5c25c2, 0xff3f7d1c];

const thinned = new WeakMap();

/** Distance of each pixel of ink to what is none, in thirds of a pixel, by two passes of a 3-4 chamfer (Borgefors 1986). */
export function distances(alpha, width, height) {
  const far = new Uint16Array(width * height);
  for (let i = 0; i < far.length; i += 1) {
    // A line at the border of the sheet ends there.
    const inside = i >= width && i % width > 0 && i % width < width - 1;
    if (alpha[4 * i + 3] > INK) far[i] = inside ? Math.min(far[i - 1] + 3, far[i - width] + 3, far[i - width - 1] + 4, far[i - width + 1] + 4) : 3;
  }
  for (let i = far.length - width - 2; i >= 0; i -= 1) {
    if (far[i]) far[i] = Math.min(far[i], far[i + 1] + 3, far[i + width] + 3, far[i + width + 1] + 4, far[i + width - 1] + 4);
  }
  return far;
}

/** The middle of each line in one colour, made once. */
function thin(line, which) {
  const known = thinned.get(line) ?? [];
  thinned.set(line, known);
  if (known[which]) return known[which];
  const scale = Math.min(1, SIDE / Math.max(line.width, line.height));
  const [width, height] = [line.width, line.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(line, 0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  const far = distances(image.data, width, height);
  // Nothing is further inside for some pixels across the line: one step is not enough, the edge of a slanted line has stairs.
  const highest = (here, i, step) => here > far[i + step] && [1, 2, 3].every((n) => !(far[i - n * step] > here || far[i + n * step] > here));
  const pixels = new Uint32Array(image.data.buffer);
  far.forEach((here, i) => (pixels[i] = here && (highest(here, i, 1) || highest(here, i, width)) ? COLORS[which] : 0));
  context.putImageData(image, 0, 0);
  return (known[which] = canvas);
}

/** Draw them, `[before, after]`, each an ImageBitmap or null. */
export function drawOnion(c, lines, camera) {
  c.globalAlpha = 0.8;
  lines.forEach((line, i) => line && c.drawImage(thin(line, i), camera.x, camera.y, line.width * camera.scale, line.height * camera.scale));
  c.globalAlpha = 1;
}
