/** GLSL of the painter: one triangle over the canvas, everything else by label. */

export const VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D labels;
uniform sampler2D colors, flags, line, shade;
uniform vec4 view;             // offset x, y and scale in device pixels, device pixels per CSS pixel
uniform vec4 tile, inner;      // x, y, width, height of what the textures hold, and of what is drawn
uniform float canvasHeight, split, pulse;
uniform uint hover, selected;
out vec4 result;

const vec3 RIM = vec3(0.95, 0.45, 0.0);
const vec3 HATCH = vec3(0.35, 0.38, 0.5);
const vec3 MARK = vec3(0.25, 0.40, 0.95);

uint labelAt(vec2 p) {
  vec2 last = vec2(textureSize(labels, 0)) - 1.0;
  return texelFetch(labels, ivec2(clamp(p - tile.xy, vec2(0.0), last)), 0).r;
}

vec4 entry(sampler2D table, uint label) {
  return texelFetch(table, ivec2(int(label) & 1023, int(label) >> 10), 0);
}

vec3 flat_(uint label) {
  vec4 color = entry(colors, label);
  return mix(vec3(1.0), color.rgb, color.a);
}

// Flats over white paper; four samples smooth the edges of regions.
vec3 flats(vec2 p) {
  float d = 0.25 / view.z;
  uint a = labelAt(p + vec2(-d, -d)), b = labelAt(p + vec2(d, -d));
  uint c = labelAt(p + vec2(-d, d)), e = labelAt(p + vec2(d, d));
  if (a == b && a == c && a == e) return flat_(a);
  return (flat_(a) + flat_(b) + flat_(c) + flat_(e)) / 4.0;
}

// How near the edge of its region a point is, 0 inside to 1 at the edge, within reach screen pixels.
float edge(vec2 p, uint label, float reach) {
  float outside = 0.0;
  for (int i = 0; i < 8; i++) {
    float turn = float(i) * 0.785398;
    vec2 way = vec2(cos(turn), sin(turn)) * reach * view.w / view.z;
    outside += labelAt(p + way) == label ? 0.0 : 1.0;
  }
  return min(outside / 4.0, 1.0);
}

void main() {
  vec2 screen = vec2(gl_FragCoord.x, canvasHeight - gl_FragCoord.y);
  vec2 p = (screen - view.xy) / view.z;
  if (any(lessThan(p, inner.xy)) || any(greaterThanEqual(p, inner.xy + inner.zw))) discard;
  vec2 place = (p - tile.xy) / tile.zw;
  vec4 ink = view.z >= 3.0 && textureSize(line, 0).x > 1
    ? texelFetch(line, ivec2(place * vec2(textureSize(line, 0))), 0) : texture(line, place);
  if (screen.x < split) {
    result = vec4(vec3(1.0) * (1.0 - ink.a) + ink.rgb, 1.0);
    return;
  }
  uint label = labelAt(p);
  vec3 color = flats(p) * texture(shade, place).rgb;
  vec4 flag = entry(flags, label);
  // Background that a dab would flood: hatched while the pointer is over it.
  if (flag.g > 0.0 && label == hover) {
    float stripe = mod(screen.x + screen.y, 12.0 * view.w);
    color = mix(color, HATCH, stripe < 2.0 * view.w ? 0.35 : 0.0);
  }
  color = color * (1.0 - ink.a) + ink.rgb;
  if (flag.r > 0.0) color = mix(color, RIM, flag.r * edge(p, label, 1.6) * (0.7 + 0.3 * pulse));
  if (label != 0u && (label == selected || label == hover)) {
    color = mix(color, vec3(1.0), 0.75 * edge(p, label, 3.2));
    color = mix(color, MARK, edge(p, label, 1.8));
  }
  result = vec4(color, 1.0);
}`;
