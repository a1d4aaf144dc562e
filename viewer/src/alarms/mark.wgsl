// Marks of alarms, drawn in the plane of the picture: rings, beam and stem in one layer, the mark with its number
// in another.
#import bevy_pbr::mesh_view_bindings::{globals, view}
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, faded, from_disc, inside, metres_per_pixel, over, segment}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
// Is the upper layer, is still, small from these metres a pixel on, lift over the foot.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> drawn: vec4<f32>;

struct Vertex {
    @location(0) foot: vec3<f32>,
    @location(1) corner: vec2<f32>,
    @location(2) kind: vec4<f32>,
}

struct Varying {
    @builtin(position) position: vec4<f32>,
    // Pixels from the foot, to the right and up.
    @location(0) at: vec2<f32>,
    @location(1) @interpolate(flat) kind: vec3<f32>,
    // Pixels as designed, half a mark, where it begins, how much a circle on the ground is flattened.
    @location(2) @interpolate(flat) size: vec4<f32>,
    @location(3) world_position: vec3<f32>,
}

const TAU: f32 = 6.2831853;
const INK: u32 = 14u;
const INK2: u32 = 15u;
const SURFACE: u32 = 17u;
const ACCENT: u32 = 21u;

// How much higher than where its mark begins.
const BEAM_REACH: f32 = 3.3;
const BEAM_HALF: f32 = 7.0;
const INNER_RING: f32 = 18.0;
const OUTER_RING: f32 = 33.0;
// Seconds of a breath; an hour, after which the time begins anew, holds whole ones.
const BREATH_S: f32 = 2.0;

// A beam reaches beyond its mark.
fn beam_height(lift: f32) -> f32 {
    return lift * BEAM_REACH;
}

@vertex
fn vertex(in: Vertex) -> Varying {
    let centre = position_world_to_clip(in.foot);
    let pixel_m = metres_per_pixel(max(centre.w, 1.0));
    let px = view.viewport.w / 1080.0;
    // As signs of containers grow, over which marks stand.
    let near = 1.0 - smoothstep(2.0, 40.0, pixel_m);
    let lift = drawn.w * (1.0 + 0.9 * near) * px;
    let grown = (1.0 + 0.25 * near) * px;
    let far = smoothstep(drawn.z * 0.85, drawn.z * 1.15, pixel_m * px);
    var half = 21.0 * grown;
    if in.kind.x > 2.5 {
        half = mix(12.5, 5.2, far) * grown;
    } else if in.kind.x > 1.5 {
        half = mix(18.0, 14.0, far) * grown;
    }
    let is_first = in.kind.x < 1.5;
    var low = vec2(-2.0 * px, 0.0);
    var high = vec2(2.0 * px, lift);
    if drawn.x > 0.5 {
        // Room for the count at the upper right, the tick at the lower right, and the edge.
        low = vec2(-half - 6.0 * px, lift - 8.0 * px);
        high = vec2(half + 14.0 * px, lift + 2.0 * half + 10.0 * px);
    } else if is_first {
        low = vec2(-OUTER_RING - 3.0, -OUTER_RING - 3.0) * px;
        high = vec2((OUTER_RING + 3.0) * px, beam_height(lift));
    }
    var out: Varying;
    let share = vec2(in.corner.x * 0.5 + 0.5, in.corner.y);
    out.at = mix(low, high, share);
    let moved = out.at * 2.0 / view.viewport.zw;
    out.position = centre + vec4(moved * centre.w, 0.0, 0.0);
    if drawn.x > 0.5 && is_first {
        // No hill hides what is to be done at once.
        out.position.z = out.position.w * 0.9999;
    } else {
        // A little nearer than the land on which it stands, rings more: they lie on what comes nearer.
        out.position.z *= select(1.006, 1.03, is_first);
    }
    out.kind = in.kind.xyz;
    let down = normalize(view.world_position - in.foot).y;
    out.size = vec4(px, half, lift, max(down, 0.25));
    out.world_position = in.foot;
    return out;
}

// A part of a circle: `mid` is the direction of its middle, `half` how far it reaches to both sides.
fn arc(p: vec2<f32>, c: vec2<f32>, radius: f32, mid: f32, half: f32) -> f32 {
    let d = p - c;
    let m = vec2(cos(mid), sin(mid));
    let q = vec2(abs(d.x * m.y - d.y * m.x), dot(d, m));
    let end = vec2(sin(half), cos(half));
    if end.y * q.x > end.x * q.y {
        return length(q - radius * end);
    }
    return abs(length(q) - radius);
}

// The middle of the stroke of a digit that is two high; a plus for what has two digits.
fn digit(p: vec2<f32>, number: u32) -> f32 {
    switch number {
        case 1u: {
            return min(segment(p, vec2(0.12, -1.0), vec2(0.12, 1.0)), segment(p, vec2(0.12, 1.0), vec2(-0.42, 0.62)));
        }
        case 2u: {
            let base = segment(p, vec2(-0.58, -1.0), vec2(0.6, -1.0));
            let neck = segment(p, vec2(0.44, 0.2), vec2(-0.58, -1.0));
            return min(min(base, neck), arc(p, vec2(0.0, 0.46), 0.52, 1.22, 1.75));
        }
        case 3u: {
            return min(arc(p, vec2(-0.04, 0.5), 0.49, 0.61, 2.18), arc(p, vec2(-0.04, -0.46), 0.54, -0.61, 2.18));
        }
        case 4u: {
            let bar = segment(p, vec2(-0.66, -0.42), vec2(0.68, -0.42));
            return min(min(bar, segment(p, vec2(0.26, 1.0), vec2(-0.66, -0.42))), segment(p, vec2(0.26, 1.0), vec2(0.26, -1.0)));
        }
        case 5u: {
            let top = segment(p, vec2(0.5, 1.0), vec2(-0.4, 1.0));
            return min(min(top, segment(p, vec2(-0.4, 1.0), vec2(-0.48, 0.06))), arc(p, vec2(-0.04, -0.38), 0.62, -0.1, 2.4));
        }
        case 6u: {
            return min(abs(length(p - vec2(0.0, -0.42)) - 0.56), segment(p, vec2(-0.5, -0.16), vec2(0.26, 1.0)));
        }
        case 7u: {
            return min(segment(p, vec2(-0.56, 1.0), vec2(0.56, 1.0)), segment(p, vec2(0.56, 1.0), vec2(-0.16, -1.0)));
        }
        case 8u: {
            return min(abs(length(p - vec2(0.0, 0.52)) - 0.46), abs(length(p - vec2(0.0, -0.46)) - 0.54));
        }
        case 9u: {
            return min(abs(length(p - vec2(0.0, 0.42)) - 0.56), segment(p, vec2(0.5, 0.16), vec2(-0.26, -1.0)));
        }
        default: {
            return min(segment(p, vec2(-0.8, 0.0), vec2(0.8, 0.0)), segment(p, vec2(0.0, -0.8), vec2(0.0, 0.8)));
        }
    }
}

// The distance from a triangle that stands on its base, with round corners; half a mark is 1.
fn from_triangle(p: vec2<f32>) -> f32 {
    let tip = vec2(0.0, 0.74);
    let foot = vec2(0.84, -0.72);
    let q = vec2(abs(p.x), p.y);
    let side = segment(q, tip, foot);
    let base = segment(q, vec2(0.0, foot.y), foot);
    let normal = normalize(vec2(tip.y - foot.y, foot.x));
    let is_inside = dot(q - tip, normal) < 0.0 && q.y > foot.y;
    let away = min(side, base);
    return select(away, -away, is_inside) - 0.16;
}

fn from_diamond(p: vec2<f32>) -> f32 {
    let q = abs(p);
    return (q.x + q.y - 0.86) * 0.70710678 - 0.08;
}

fn ground(in: Varying) -> vec4<f32> {
    let px = in.size.x;
    if in.kind.x > 1.5 {
        return vec4(scene.tones[INK2].rgb, inside(abs(in.at.x) - 0.5 * px) * 0.55);
    }
    let accent = scene.tones[ACCENT].rgb;
    var colour = vec4(0.0);
    if in.kind.y < 0.5 {
        let phase = select(globals.time / BREATH_S, 0.0, drawn.y > 0.5);
        let breath = 0.62 + 0.38 * cos(phase * TAU);
        let outer = from_disc(in.at, OUTER_RING * px, in.size.w);
        let inner = from_disc(in.at, INNER_RING * px, in.size.w);
        let line = 0.9 * px;
        colour = over(colour, accent, inside(outer) * 0.14);
        colour = over(colour, accent, inside(abs(outer) - line) * 0.85 * breath);
        colour = over(colour, accent, inside(abs(inner) - line) * 0.95);
    }
    let up = in.at.y / beam_height(in.size.z);
    let across = 1.0 - smoothstep(BEAM_HALF - 2.0, BEAM_HALF, abs(in.at.x) / px);
    let beam = 0.55 * across * (1.0 - up) * smoothstep(-0.02, 0.02, up);
    return over(colour, accent, clamp(beam, 0.0, 1.0));
}

// A small disc with a ground of one tone, parted from what is behind it.
fn badge(under: vec4<f32>, d: f32, px: f32, tone: u32) -> vec4<f32> {
    let parted = over(under, scene.tones[SURFACE].rgb, inside(d - 1.6 * px));
    return over(parted, scene.tones[tone].rgb, inside(d));
}

fn mark(in: Varying) -> vec4<f32> {
    let px = in.size.x;
    let half = in.size.y;
    let middle = in.at - vec2(0.0, in.size.z + half);
    let p = middle / half;
    let surface = scene.tones[SURFACE].rgb;
    var tone = scene.tones[ACCENT].rgb;
    var d: f32;
    if in.kind.x < 1.5 {
        d = from_triangle(p) * half;
    } else if in.kind.x < 2.5 {
        d = from_diamond(p) * half;
    } else {
        d = length(middle) - half * 0.94;
        tone = scene.tones[INK2].rgb;
    }
    var colour = over(vec4(0.0), surface, inside(d - 2.2 * px) * 0.92);
    let has_number = half > 9.0 * px;
    let number = u32(in.kind.x + 0.5);
    if number == 1u {
        colour = over(colour, tone, inside(d));
        let stroke = digit((p + vec2(0.0, 0.2)) / 0.38, number) * 0.38 * half;
        colour = over(colour, surface, inside(stroke - 0.07 * half));
    } else {
        let line = select(0.9, 1.3, number == 2u) * px;
        colour = over(colour, surface, inside(d));
        colour = over(colour, tone, inside(abs(d + line) - line));
        let high = select(0.46, 0.36, number == 2u);
        let stroke = digit(p / high, number) * high * half;
        colour = over(colour, tone, inside(stroke - 0.95 * px) * select(0.0, 1.0, has_number));
    }
    if !has_number {
        return colour;
    }
    if in.kind.z > 1.5 {
        let c = middle - vec2(half * 0.72 + 4.0 * px, half * 0.72);
        colour = badge(colour, length(c) - 7.6 * px, px, INK);
        let count = digit(c / (4.0 * px), min(u32(in.kind.z + 0.5), 10u)) * 4.0 * px;
        colour = over(colour, surface, inside(count - 0.75 * px));
    }
    if in.kind.y > 0.5 {
        let c = middle - vec2(half * 0.72 + 4.0 * px, -half * 0.72);
        colour = badge(colour, length(c) - 7.6 * px, px, INK2);
        let tick = min(
            segment(c, vec2(-3.4, -0.2) * px, vec2(-1.0, -2.8) * px),
            segment(c, vec2(-1.0, -2.8) * px, vec2(3.6, 2.8) * px),
        );
        colour = over(colour, surface, inside(tick - 0.85 * px));
    }
    return colour;
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    var colour: vec4<f32>;
    if drawn.x > 0.5 {
        colour = mark(in);
    } else {
        colour = ground(in);
    }
    if colour.a < 0.004 {
        discard;
    }
    return vec4(faded(scene, colour.rgb, in.world_position), colour.a);
}
