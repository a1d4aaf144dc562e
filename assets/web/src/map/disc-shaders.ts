// The two shaders that draw a container: a disc when far, the gauge when near, with every state by shape.
export const VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec2 a_corner;
layout(location=1) in vec2 a_pos;
layout(location=2) in vec2 a_slot;
layout(location=3) in float a_fill;
layout(location=4) in float a_code;
uniform vec2 u_viewport;
uniform vec2 u_origin;
uniform float u_world;
uniform float u_near;
uniform vec2 u_cell;
uniform float u_size;
uniform float u_dot;
out vec2 v_px;
flat out float v_fill;
flat out float v_look;
flat out float v_gauge;
flat out float v_class;
const float RADIUS[6] = float[6](2.5, 2.9, 3.4, 4.0, 4.8, 5.8);
void main() {
  float follower = step(7.5, a_code);
  float look = a_code - follower * 8.0;
  float spread = step(0.001, u_cell.x);
  v_look = look;
  v_fill = a_fill;
  v_class = a_fill >= 0.95 ? 5.0 : a_fill >= 0.8 ? 4.0 : a_fill >= 0.6 ? 3.0 : a_fill >= 0.4 ? 2.0 : a_fill >= 0.2 ? 1.0 : 0.0;
  bool silent = abs(look - 2.0) < 0.5;
  v_gauge = u_near > 0.5 ? u_size : (silent ? 11.0 : 0.0);
  float radius = look > 2.5 ? 3.0 : RADIUS[int(v_class)];
  float reach = v_gauge > 0.0 ? v_gauge : radius * u_dot + 2.5;
  v_px = a_corner * reach;
  vec2 px = u_origin + a_pos * u_world + a_slot * u_cell + v_px;
  bool hidden = follower > 0.5 && spread < 0.5;
  vec2 clip = px / u_viewport * 2.0 - 1.0;
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(clip.x, -clip.y, 0.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_px;
flat in float v_fill;
flat in float v_look;
flat in float v_gauge;
flat in float v_class;
uniform vec3 u_levels[6];
uniform vec3 u_edge;
uniform vec3 u_surface;
uniform vec3 u_quiet;
uniform float u_dot;
uniform float u_soft;
uniform float u_grey;
out vec4 o_color;
const float RADIUS[6] = float[6](2.5, 2.9, 3.4, 4.0, 4.8, 5.8);

float cover(float distance_px) { return clamp(0.5 - distance_px / u_soft, 0.0, 1.0); }
vec4 lay(vec4 under, vec3 color, float alpha) { return vec4(color * alpha, alpha) + under * (1.0 - alpha); }
float box(vec2 p, vec2 halfSize, float r) {
  vec2 q = abs(p) - halfSize + r;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - r;
}
float segment(vec2 p, vec2 a, vec2 b) {
  vec2 pa = p - a, ba = b - a;
  return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0));
}
vec3 levelColor() { return mix(u_levels[int(v_class)], mix(u_surface, u_quiet, 0.25 + 0.1 * v_class), u_grey); }

vec4 disc(vec2 p) {
  bool bare = v_look > 2.5;
  float r = (bare ? 3.0 : RADIUS[int(v_class)]) * u_dot;
  float d = length(p) - r;
  vec4 c = vec4(0.0);
  if (bare) {
    float dots = step(0.4, fract((atan(p.y, p.x) / 6.2831853) * 5.0));
    return lay(c, u_quiet, cover(abs(d) - 0.55) * dots);
  }
  bool strong = v_class > 3.5;
  float ring = strong ? 1.3 : 0.9;
  bool late = v_look > 0.5;
  c = lay(c, strong && !late ? u_surface : u_edge, cover(d - ring * 0.5));
  c = lay(c, late ? u_surface : levelColor(), cover(d + ring * 0.5));
  return late ? lay(c, levelColor(), cover(max(d + ring * 0.5, p.x))) : c;
}

vec4 gauge(vec2 p) {
  float s = v_gauge;
  vec2 halfSize = vec2(s * 0.41, s * 0.5);
  float d = box(p, halfSize, s * 0.16);
  bool silent = abs(v_look - 2.0) < 0.5;
  bool empty = v_look > 1.5;
  float stroke = max(1.1, s * 0.075);
  float period = silent ? s * 0.29 : s * 0.3;
  float dash = v_look < 0.5 ? 1.0 : step(v_look > 2.5 ? 0.5 : 0.4, fract((p.x + p.y) / (v_look > 2.5 ? s * 0.2 : period)));
  vec4 c = lay(vec4(0.0), u_surface, cover(d) * (v_look > 2.5 ? 0.85 : 1.0));
  if (!empty) {
    float top = halfSize.y - s * max(0.06, min(1.0, v_fill));
    c = lay(c, levelColor(), cover(max(d + stroke * 0.2, top - p.y)));
  }
  c = lay(c, empty ? u_quiet : u_edge, cover(abs(d) - stroke * 0.5) * dash);
  if (silent) c = lay(c, u_quiet, cover(segment(p, vec2(-0.6, 0.58) * s, vec2(0.6, -0.58) * s) - s * 0.055));
  if (!empty && v_class > 4.5) c = lay(c, u_edge, cover(segment(p, vec2(-0.46, -0.66) * s, vec2(0.41, -0.82) * s) - s * 0.075));
  return c;
}

void main() {
  vec4 c = v_gauge > 0.0 ? gauge(v_px) : disc(v_px);
  if (c.a < 0.004) discard;
  o_color = c;
}`;
