/** Colours: "#rrggbb" on the page and in commands, 0xRRGGBB numbers where they are counted. */

/** "#ff8000" → 0xff8000. */
export const parse = (hex) => parseInt(hex.slice(1), 16);

/** 0xff8000 → "#ff8000". */
export const format = (number) => `#${number.toString(16).padStart(6, "0")}`;

/** A full "#rrggbb" of what a person typed ("f80", "#FF8000"), or null. */
export function tidy(text) {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!match) return null;
  const digits = match[1].length === 3 ? match[1].replace(/./g, "$&$&") : match[1];
  return `#${digits.toLowerCase()}`;
}

/** Hue in [0, 360), saturation and value in [0, 100]. */
export function toHsv(hex) {
  const n = parse(hex);
  const [r, g, b] = [n >> 16, (n >> 8) & 255, n & 255];
  const top = Math.max(r, g, b);
  const range = top - Math.min(r, g, b);
  let hue = 0;
  if (range && top === r) hue = ((g - b) / range + 6) % 6;
  else if (range && top === g) hue = (b - r) / range + 2;
  else if (range) hue = (r - g) / range + 4;
  return { h: hue * 60, s: top ? (range / top) * 100 : 0, v: (top / 255) * 100 };
}

/** The inverse of `toHsv`, rounded to whole steps. */
export function fromHsv({ h, s, v }) {
  const channel = (shift) => {
    const k = (shift + h / 60) % 6;
    return Math.round(255 * (v / 100) * (1 - (s / 100) * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return format((channel(5) << 16) | (channel(3) << 8) | channel(1));
}

/** CIE Lab (D65) of a number. */
export function toLab(number) {
  const [r, g, b] = [number >> 16, (number >> 8) & 255, number & 255].map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * t / 116 + 16 / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two numbers in Lab; about 2 is just noticeable. */
export function distance(one, two) {
  const [a, b] = [toLab(one), toLab(two)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const HUES = [[15, "red"], [40, "orange"], [66, "yellow"], [90, "lime"], [160, "green"], [190, "turquoise"],
  [255, "blue"], [290, "violet"], [340, "pink"], [361, "red"]];

/** A word for a colour, for people who cannot see it: "light blue". */
export function describe(hex) {
  const { h, s, v } = toHsv(hex);
  if (v < 12) return "black";
  if (s < 8) return v > 95 ? "white" : v > 70 ? "light gray" : v > 35 ? "gray" : "dark gray";
  const hue = HUES.find(([limit]) => h < limit)[1];
  const brown = (hue === "orange" || hue === "red") && v < 70 && s > 25;
  const tone = v < 45 ? "dark " : s < 40 && v > 75 ? "light " : "";
  return tone + (brown ? "brown" : hue);
}
