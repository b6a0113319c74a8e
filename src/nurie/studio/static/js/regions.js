/** The regions of a drawing: a label for each pixel, and questions about places. */

/** Labels 0 (line) and 1…n of a W × H picture. */
export class Regions {
  /**
   * @param {object} facts `regions` (the server's key), `count`, `areas`
   * @param {Uint32Array|Uint16Array} labels row by row
   * @param {{width: number, height: number}} size in pixels
   */
  constructor(facts, labels, { width, height }) {
    this.key = facts.regions;
    this.count = facts.count;
    this.width = width;
    this.height = height;
    this.labels = labels;
    this.areas = facts.areas;
    this.background = new Set(facts.background);
    this.anchors = anchorsOf(labels, width, facts.count);
  }

  /** Label at a place, 0 outside. */
  at(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return 0;
    return this.labels[row * this.width + column];
  }

  /** Region at a place, or the nearest one within a few pixels: people click on lines, too. */
  near(x, y, reach = 6) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    const found = this.at(x, y);
    for (let ring = 1; !found && ring <= reach; ring += 1) {
      for (let turn = 0; turn < 8; turn += 1) {
        const angle = (turn * Math.PI) / 4;
        const there = this.at(x + ring * Math.cos(angle), y + ring * Math.sin(angle));
        if (there) return there;
      }
    }
    return found;
  }

  /**
   * Regions that a stroke means, each with a point of the stroke inside: Map(region → [x, y]). As for
   * hints in files, at least the stroke's width, or a quarter of its length, must run inside. With `spare` a stroke passes over the background.
   */
  along(points, radius = 1, spare = false) {
    if (points.length === 1) return this.#under(...points[0]);
    const runs = new Map();
    let total = 0;
    for (const point of walk(points)) {
      total += 1;
      const region = this.at(...point);
      if (!region || (spare && this.background.has(region))) continue;
      if (!runs.has(region)) runs.set(region, []);
      runs.get(region).push(point);
    }
    const enough = Math.min(2 * radius, total / 4);
    const found = [...runs].filter(([, inside]) => inside.length >= enough);
    return new Map(found.map(([region, inside]) => [region, inside[inside.length >> 1]]));
  }

  /** Two places of a region that are far from each other: the one from its anchor, the other from that. */
  ends(region) {
    const farthest = ([x, y]) => {
      let [best, found] = [-1, [x, y]];
      for (let i = 0; i < this.labels.length; i += 1) {
        if (this.labels[i] !== region) continue;
        const [column, row] = [i % this.width, Math.floor(i / this.width)];
        const away = (column - x) ** 2 + (row - y) ** 2;
        if (away > best) [best, found] = [away, [column, row]];
      }
      return found;
    };
    const first = farthest(this.anchors[region]);
    return [first, farthest(first)];
  }

  /** Regions of which most lies inside a closed line, without the background. */
  inside(points, share = 0.6) {
    const counts = new Map();
    const [top, bottom] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
    for (let row = Math.max(0, Math.ceil(top - 0.5)); row < Math.min(this.height, bottom); row += 1) {
      const crossings = points.flatMap(([x1, y1], i) => {
        const [x0, y0] = points.at(i - 1);
        return (y0 > row + 0.5) === (y1 > row + 0.5) ? [] : [x0 + ((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0)];
      }).sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const end = Math.min(this.width, Math.ceil(crossings[i + 1] - 0.5));
        for (let x = Math.max(0, Math.ceil(crossings[i] - 0.5)); x < end; x += 1) {
          const region = this.labels[row * this.width + x];
          counts.set(region, (counts.get(region) ?? 0) + 1);
        }
      }
    }
    return [...counts].filter(([region, n]) => region && n >= share * this.areas[region] && !this.background.has(region)).map(([region]) => region);
  }

  #under(x, y) {
    const region = this.near(x, y);
    if (!region) return new Map();
    return new Map([[region, this.at(x, y) === region ? [x, y] : this.anchors[region]]]);
  }

  /** The same region of another cut: that at its anchor, when it has the same size; else 0. */
  twin(region, other) {
    const found = other.at(...this.anchors[region]);
    const [here, there] = [this.areas[region], other.areas[found]];
    return found && Math.abs(here - there) <= 0.02 * here + 2 ? found : 0;
  }
}

/** Points of a polyline, about a pixel apart. */
function* walk(points) {
  yield points[0];
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0));
    for (let step = 1; step <= steps; step += 1) yield [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps];
  }
}

/**
 * The innermost point of each region: the farthest from its edge, in steps along rows and columns
 * (Rosenfeld and Pfaltz 1966). Index 0 is unused.
 */
export function anchorsOf(labels, width, count) {
  const depth = new Uint16Array(labels.length);
  const { length } = labels;
  for (let i = 0; i < length; i += 1) {
    const label = labels[i];
    const inside = i % width > 0 && i >= width && labels[i - 1] === label && labels[i - width] === label;
    depth[i] = inside ? Math.min(depth[i - 1], depth[i - width]) + 1 : 1;
  }
  const deepest = new Uint16Array(count + 1);
  const place = new Uint32Array(count + 1);
  for (let i = length - 1; i >= 0; i -= 1) {
    const label = labels[i];
    const inside = (i + 1) % width > 0 && i + width < length && labels[i + 1] === label && labels[i + width] === label;
    depth[i] = Math.min(depth[i], inside ? Math.min(depth[i + 1], depth[i + width]) + 1 : 1);
    if (depth[i] < deepest[label]) continue;
    deepest[label] = depth[i];
    place[label] = i;
  }
  return Array.from(place, (i) => [i % width, Math.floor(i / width)]);
}

/** Labels as they came over the wire, in the narrowest type that holds them. */
export function unpack(buffer, count) {
  const wide = new Uint32Array(buffer);
  return count < 65536 ? Uint16Array.from(wide) : wide;
}
