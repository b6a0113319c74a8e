/** Small pictures of a work: for ideas, the start page and the autosave. */

/**
 * Paint a work's regions in these colours, with the lines above.
 * @param {HTMLCanvasElement} canvas its size is what the picture is fitted into
 */
export function paintThumb(canvas, regions, colors, line) {
  const frame = line ? frameOf(line) : [0, 0, regions.width, regions.height];
  const scale = Math.min(canvas.width / frame[2], canvas.height / frame[3]);
  const [width, height] = [Math.max(1, Math.round(frame[2] * scale)), Math.max(1, Math.round(frame[3] * scale))];
  Object.assign(canvas, { width, height });
  const flats = sampled(regions, colors, frame, 2 * width, 2 * height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(flats, 0, 0, width, height);
  if (line) context.drawImage(small(line, frame, width, height), 0, 0);
}

const frames = new WeakMap();
const GRID = 96;

/** The part of the sheet that holds lines, with a little air: [x, y, width, height]. */
function frameOf(line) {
  if (!frames.has(line)) {
    const context = new OffscreenCanvas(GRID, GRID).getContext("2d", { willReadFrequently: true });
    context.drawImage(line, 0, 0, GRID, GRID);
    const { data } = context.getImageData(0, 0, GRID, GRID);
    let [left, top, right, bottom] = [GRID, GRID, -1, -1];
    for (let i = 0; i < GRID * GRID; i += 1) {
      if (data[4 * i + 3] < 8) continue;
      const [x, y] = [i % GRID, Math.floor(i / GRID)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
    const [from, to] = [[Math.max(0, left - 2), Math.max(0, top - 2)], [Math.min(GRID, right + 3), Math.min(GRID, bottom + 3)]];
    const [sx, sy] = [line.width / GRID, line.height / GRID];
    frames.set(line, right < 0 ? [0, 0, line.width, line.height] : [from[0] * sx, from[1] * sy, (to[0] - from[0]) * sx, (to[1] - from[1]) * sy]);
  }
  return frames.get(line);
}

const lines = new WeakMap();

/** The lines at a small size, made once a size: scaling a large bitmap costs. */
function small(line, frame, width, height) {
  const known = lines.get(line) ?? new Map();
  lines.set(line, known);
  const key = `${width}×${height}`;
  if (!known.has(key)) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(line, ...frame, 0, 0, width, height);
    known.set(key, canvas);
  }
  return known.get(key);
}

/** 0xRRGGBB as an opaque pixel of an ImageData. */
const littleEndian = (color) => (0xff000000 | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;

function sampled({ labels, width }, colors, [left, top, wide, high], w, h) {
  const canvas = new OffscreenCanvas(w, h);
  const image = new ImageData(w, h);
  const pixels = new Uint32Array(image.data.buffer);
  const table = Uint32Array.from(colors, (color) => (color < 0 ? 0xffffffff : littleEndian(color)));
  const columns = Uint32Array.from({ length: w }, (_, x) => Math.floor(left + ((x + 0.5) * wide) / w));
  for (let y = 0; y < h; y += 1) {
    const row = Math.floor(top + ((y + 0.5) * high) / h) * width;
    for (let x = 0; x < w; x += 1) pixels[y * w + x] = table[labels[row + columns[x]]];
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** A small PNG of what a work shows, or null. */
export async function thumbOf(work, side = 320) {
  if (!work.view) return null;
  const canvas = new OffscreenCanvas(side, side);
  paintThumb(canvas, work.view.regions, work.view.colors, work.line);
  return canvas.convertToBlob({ type: "image/png" });
}
