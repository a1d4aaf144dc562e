// Badges of cameras, health facilities and fibre nodes, drawn in the plane of the picture: an icon in a frame on a
// stem, or a small dot where there are thousands.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, faded, from_disc, inside, metres_per_pixel, over, segment}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
// Which numbers are marked: under the mouse, chosen, and from where to where cut off; below 0 none.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> marks: vec4<f32>;

struct Vertex {
    @location(0) foot: vec3<f32>,
    @location(1) corner: vec2<f32>,
    // Icon, tone, metres a pixel up to which it is seen, number.
    @location(2) kind: vec4<f32>,
}

struct Varying {
    @builtin(position) position: vec4<f32>,
    // Pixels as designed from the foot, to the right and up.
    @location(0) at: vec2<f32>,
    @location(1) @interpolate(flat) kind: vec2<f32>,
    // Pixels of the screen for one as designed, how much is seen, how flat a circle on the ground is, the mark.
    @location(2) @interpolate(flat) size: vec4<f32>,
    @location(3) world_position: vec3<f32>,
    @location(4) @interpolate(flat) is_cut: f32,
}

const INK: u32 = 14u;
const INK2: u32 = 15u;
const SURFACE: u32 = 17u;
const HALO: u32 = 18u;
const ACTION: u32 = 20u;

// Icons: see Icon.
const CAMERA: u32 = 0u;
const PHARMACY: u32 = 1u;
const DOCTORS: u32 = 2u;
const CLINIC: u32 = 3u;
const HOSPITAL: u32 = 4u;
const EXCHANGE: u32 = 5u;
const CABINET: u32 = 6u;
const BOX: u32 = 7u;

// What follows stands in badge.rs too, which tells what is under the mouse.
// From the foot to the middle of a badge, and half of it.
const STEM_PX: f32 = 19.0;
const HALF_PX: f32 = 9.0;
// The radius of a dot.
const DOT_PX: f32 = 2.4;
// Metres a pixel up to which they are largest, and from which on smallest; and how much larger.
const LARGE_M: f32 = 0.5;
const SMALL_M: f32 = 20.0;
const LARGER: f32 = 1.35;
// Pixels of the picture's height for which all sizes are meant.
const DESIGNED_PX: f32 = 1080.0;

@vertex
fn vertex(in: Vertex) -> Varying {
    let centre = position_world_to_clip(in.foot);
    let pixel_m = metres_per_pixel(max(centre.w, 1.0));
    let px = mix(LARGER, 1.0, smoothstep(LARGE_M, SMALL_M, pixel_m)) * view.viewport.w / DESIGNED_PX;
    let number = in.kind.w;
    let is_chosen = abs(number - marks.y) < 0.5;
    let mark = select(select(0.0, 0.5, abs(number - marks.x) < 0.5), 1.0, is_chosen);
    // Half of what is cut off is seen from farther away, else nobody would see what an outage does.
    // Not `&&`: that is a branch on a uniform, at which Mesa 22's lavapipe falls.
    let is_cut = (number > marks.z - 0.5) & (number < marks.w - 0.5);
    let reach = in.kind.z * select(1.0, 2.0, is_cut);
    let seen = select(1.0 - smoothstep(reach * 0.8, reach, pixel_m), 1.0, mark > 0.25);
    let is_dot = u32(in.kind.x + 0.5) == BOX;
    let low = select(vec2(-20.0, -6.0), vec2(-9.0, -9.0), is_dot);
    let high = select(vec2(20.0, STEM_PX + 20.0), vec2(9.0, 9.0), is_dot);
    var out: Varying;
    out.at = mix(low, high, vec2(in.corner.x * 0.5 + 0.5, in.corner.y));
    let moved = out.at * px * 2.0 / view.viewport.zw;
    out.position = centre + vec4(moved * centre.w, 0.0, 0.0);
    // A little nearer than the land on which it stands; what has a ring is seen through what stands before it.
    out.position.z = select(out.position.z * 1.008, centre.w * 0.999, mark > 0.25);
    if seen <= 0.0 || centre.w <= 0.0 {
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
    }
    out.kind = in.kind.xy;
    let down = normalize(view.world_position - in.foot).y;
    out.size = vec4(px, seen, max(down, 0.25), mark);
    out.world_position = in.foot;
    out.is_cut = select(0.0, 1.0, is_cut);
    return out;
}

fn from_rect(p: vec2<f32>, half: vec2<f32>, radius: f32) -> f32 {
    let d = abs(p) - half + radius;
    return length(max(d, vec2(0.0))) + min(max(d.x, d.y), 0.0) - radius;
}

fn from_cross(p: vec2<f32>, reach: f32, half: f32) -> f32 {
    return min(from_rect(p, vec2(reach, half), 0.04), from_rect(p, vec2(half, reach), 0.04));
}

// The distance from an icon; half of a badge is 1.
fn from_icon(p: vec2<f32>, icon: u32) -> f32 {
    switch icon {
        case CAMERA: {
            let body = from_rect(p - vec2(-0.16, 0.0), vec2(0.38, 0.27), 0.08);
            let q = p - vec2(0.24, 0.0);
            let lens = max(abs(q.y) - 0.08 - q.x * 0.62, max(-q.x, q.x - 0.32));
            return min(body, lens);
        }
        case PHARMACY: {
            return from_cross(p, 0.56, 0.19);
        }
        case DOCTORS: {
            return abs(from_cross(p, 0.52, 0.2)) - 0.075;
        }
        case CLINIC: {
            return min(from_cross(p - vec2(0.0, -0.04), 0.3, 0.1), abs(from_rect(p, vec2(0.55, 0.5), 0.1)) - 0.075);
        }
        case HOSPITAL: {
            let stand = from_rect(vec2(abs(p.x) - 0.33, p.y), vec2(0.1, 0.5), 0.03);
            return min(stand, from_rect(p, vec2(0.33, 0.1), 0.03));
        }
        case EXCHANGE: {
            let shelf = from_rect(vec2(p.x, abs(p.y) - 0.42), vec2(0.52, 0.11), 0.04);
            return min(shelf, from_rect(p, vec2(0.52, 0.11), 0.04));
        }
        case CABINET: {
            let frame = abs(from_rect(p, vec2(0.46, 0.5), 0.06)) - 0.075;
            return min(frame, from_rect(p, vec2(0.06, 0.5), 0.0));
        }
        default: {
            return length(p) - 0.4;
        }
    }
}

// The frame of a badge: square for cameras, round for care, with a corner up for fibre.
fn from_frame(p: vec2<f32>, icon: u32) -> f32 {
    if icon == CAMERA {
        return from_rect(p, vec2(0.92, 0.8), 0.24);
    }
    if icon <= HOSPITAL {
        return length(p) - 0.98;
    }
    let q = abs(p);
    return max(max(q.x, q.y) - 0.92, (q.x + q.y - 1.42) * 0.70710678);
}

fn badge(in: Varying, icon: u32, tone: vec3<f32>) -> vec4<f32> {
    let px = in.size.x;
    let surface = scene.tones[SURFACE].rgb;
    let ink = scene.tones[INK].rgb;
    let shadow = from_disc(in.at - vec2(2.0, -0.4), 5.0, max(in.size.z * 0.6, 0.2)) * px;
    var colour = vec4(scene.shade.rgb * 0.5, 0.24 * clamp(0.5 - shadow * 0.4, 0.0, 1.0));
    let stem = from_rect(in.at - vec2(0.0, STEM_PX * 0.5), vec2(0.6, STEM_PX * 0.5), 0.0) * px;
    colour = over(colour, scene.tones[INK2].rgb, inside(stem));
    let p = (in.at - vec2(0.0, STEM_PX)) / HALF_PX;
    let unit = HALF_PX * px;
    let frame = from_frame(p, icon) * unit;
    if in.size.w > 0.25 {
        let ring = abs(frame - 4.2 * px);
        colour = over(colour, scene.tones[HALO].rgb, inside(ring - 2.4 * px) * 0.9);
        let mark = select(ACTION, INK, in.size.w > 0.75);
        colour = over(colour, scene.tones[mark].rgb, inside(ring - 1.0 * px));
    }
    colour = over(colour, surface, inside(frame - 1.2 * px) * 0.92);
    colour = over(colour, surface, inside(frame));
    colour = over(colour, tone, inside(abs(frame + 0.7 * px) - 0.7 * px));
    colour = over(colour, tone, inside(from_icon(p, icon) * unit));
    return struck(in, colour, segment(p, vec2(-1.0, -1.0), vec2(1.0, 1.0)) * unit);
}

// A stroke through what is cut off.
fn struck(in: Varying, under: vec4<f32>, away: f32) -> vec4<f32> {
    let px = in.size.x;
    let parted = over(under, scene.tones[SURFACE].rgb, inside(away - 2.1 * px) * 0.9 * in.is_cut);
    return over(parted, scene.tones[INK].rgb, inside(away - 1.0 * px) * in.is_cut);
}

fn dot_(in: Varying, tone: vec3<f32>) -> vec4<f32> {
    let px = in.size.x;
    let away = length(in.at) * px - DOT_PX * px;
    var colour = over(vec4(0.0), scene.tones[SURFACE].rgb, inside(away - 1.1 * px) * 0.9);
    if in.size.w > 0.25 {
        let ring = abs(away - 2.6 * px);
        colour = over(colour, scene.tones[HALO].rgb, inside(ring - 2.0 * px) * 0.9);
        let mark = select(ACTION, INK, in.size.w > 0.75);
        colour = over(colour, scene.tones[mark].rgb, inside(ring - 0.9 * px));
    }
    // What is cut off is hollow, and struck.
    let line = select(away, abs(away + 0.6 * px) - 0.6 * px, in.is_cut > 0.5);
    colour = over(colour, tone, inside(line));
    let reach = DOT_PX * 1.5;
    let stroke = (segment(in.at, vec2(-reach), vec2(reach)) - 0.5) * px;
    return over(colour, scene.tones[INK].rgb, inside(stroke) * in.is_cut);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    let icon = u32(in.kind.x + 0.5);
    let plain = scene.tones[u32(in.kind.y + 0.5)].rgb;
    let tone = mix(plain, scene.tones[INK2].rgb, in.is_cut * 0.7);
    var colour: vec4<f32>;
    if icon == BOX {
        colour = dot_(in, tone);
    } else {
        colour = badge(in, icon, tone);
    }
    let alpha = colour.a * in.size.y;
    if alpha < 0.004 {
        discard;
    }
    return vec4(faded(scene, colour.rgb, in.world_position), alpha);
}
