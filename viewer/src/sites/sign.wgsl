// Signs of containers, drawn in the plane of the picture: discs, columns, and those that are silent.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, faded, metres_per_pixel}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var levels: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var bands: texture_2d<f32>;

struct Vertex {
    @location(0) anchor: vec3<f32>,
    @location(1) corner: vec2<f32>,
    @location(2) place: vec4<f32>,
}

struct Varying {
    @builtin(position) position: vec4<f32>,
    // Pixels from the foot, to the right and up.
    @location(0) at: vec2<f32>,
    @location(1) @interpolate(flat) fill: f32,
    @location(2) @interpolate(flat) look: f32,
    // Size of a sign, and how much a circle on the ground is flattened.
    @location(3) @interpolate(flat) size: vec2<f32>,
    @location(4) world_position: vec3<f32>,
    // 0 for most, 0.5 under the mouse, 1 where it is chosen.
    @location(5) @interpolate(flat) mark: f32,
    // The bounds of a forecast, 0 to 1.
    @location(6) @interpolate(flat) band: vec2<f32>,
}

const ROW: u32 = 1024u;
const INK: u32 = 14u;
const INK2: u32 = 15u;
const SURFACE: u32 = 17u;
const HALO: u32 = 18u;
const ACTION: u32 = 20u;
const EDGE: u32 = 22u;
const LEVEL0: u32 = 23u;

// What a container looks like: see Look.
const BARE: f32 = 0.0;
const UNREAD: f32 = 1.0;
const SILENT: f32 = 2.0;
const LATE: f32 = 3.0;
// Forecast, not measured: see bands.rs.
const FORESEEN: f32 = 5.0;

// What follows stands in shape.rs too, which tells what is under the mouse.
// Metres a pixel below which the containers of a site stand apart, and the share of them where they are all the way.
const APART_M: f32 = 5.0;
const APART_SHARE: f32 = 0.7;
// Metres a pixel up to which signs are largest, and from which on smallest; and how much larger.
const LARGE_M: f32 = 2.0;
const SMALL_M: f32 = 40.0;
const LARGER: f32 = 1.9;
// Pixels of the picture's height for which all sizes are meant.
const DESIGNED_PX: f32 = 1080.0;
// From one container of a site to the next, to the right and towards the eye.
const SLOT_RIGHT_PX: f32 = 11.0;
const SLOT_NEAR_PX: f32 = 8.0;
const COLUMN_HALF_PX: f32 = 3.2;
const COLUMN_PX: f32 = 34.0;
const SILENT_PX: f32 = 22.0;
const DISC_PX: f32 = 2.6;
const DISC_STEP_PX: f32 = 0.75;
// How flat a circle on the ground gets at most.
const FLATTEST: f32 = 0.25;

@vertex
fn vertex(in: Vertex) -> Varying {
    let number = u32(in.place.z + 0.5);
    let state = textureLoad(levels, vec2<i32>(i32(number % ROW), i32(number / ROW)), 0);
    let centre = position_world_to_clip(in.anchor);
    let pixel_m = metres_per_pixel(max(centre.w, 1.0));
    let apart = 1.0 - smoothstep(APART_M * APART_SHARE, APART_M, pixel_m);
    let is_leader = state.z > 0.5;
    // Nearer is larger, but a sign stays a sign.
    let scale = mix(LARGER, 1.0, smoothstep(LARGE_M, SMALL_M, pixel_m)) * view.viewport.w / DESIGNED_PX;
    let half = vec2(13.0, 60.0) * scale;
    var out: Varying;
    out.at = vec2(in.corner.x * half.x, in.corner.y * half.y - 10.0 * scale);
    let spread = vec2(in.place.x * SLOT_RIGHT_PX, in.place.y * -SLOT_NEAR_PX) * scale * apart;
    let moved = (out.at + spread) * 2.0 / view.viewport.zw;
    out.position = centre + vec4(moved * centre.w, 0.0, 0.0);
    // A little nearer than the land on which it stands.
    out.position.z *= 1.006;
    if state.w > 0.25 {
        // Whatever has a ring is seen through what stands before it.
        out.position.z = centre.w * 0.999;
    }
    if !is_leader && apart <= 0.0 {
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
    }
    out.fill = state.x;
    out.look = floor(state.y * 255.0 + 0.5);
    let down = normalize(view.world_position - in.anchor).y;
    out.size = vec2(scale, max(down, FLATTEST));
    out.world_position = in.anchor;
    out.mark = state.w;
    out.band = vec2(0.0);
    if out.look == FORESEEN {
        out.band = textureLoad(bands, vec2<i32>(i32(number % ROW), i32(number / ROW)), 0).xy;
    }
    return out;
}

fn class_of(fill: f32) -> u32 {
    // Bytes are rounded: half of one is given.
    let f = fill + 0.002;
    return select(0u, 1u, f >= 0.2) + select(0u, 1u, f >= 0.4) + select(0u, 1u, f >= 0.6)
        + select(0u, 1u, f >= 0.8) + select(0u, 1u, f >= 0.95);
}

// How much of a pixel lies inside of a border at a signed distance.
fn inside(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}

fn over(under: vec4<f32>, colour: vec3<f32>, alpha: f32) -> vec4<f32> {
    let a = alpha + under.a * (1.0 - alpha);
    let rgb = (colour * alpha + under.rgb * under.a * (1.0 - alpha)) / max(a, 1e-4);
    return vec4(rgb, a);
}

// The distance from a box that stands on the foot.
fn from_box(at: vec2<f32>, half_width: f32, height: f32) -> f32 {
    let d = abs(at - vec2(0.0, height * 0.5)) - vec2(half_width, height * 0.5);
    return length(max(d, vec2(0.0))) + min(max(d.x, d.y), 0.0);
}

// The distance from a circle that lies on the ground.
fn from_disc(at: vec2<f32>, radius: f32, flat: f32) -> f32 {
    let stretched = vec2(at.x, at.y / flat);
    let away = length(stretched);
    let slope = length(vec2(stretched.x, stretched.y / flat)) / max(away, 1e-3);
    return (away - radius) / max(slope, 1e-3);
}

// Stripes from the lower left to the upper right.
fn hatch(at: vec2<f32>, scale: f32) -> f32 {
    let every = 3.4 * max(scale, 1.0);
    let across = abs(fract((at.x + at.y) * 0.7071 / every) - 0.5) * every;
    return clamp(0.5 + 0.30 * every - across, 0.0, 1.0);
}

// What a column holds in nine of ten cases as a tint, hatched up to what it holds in one of ten, the middle
// as a stroke.
fn foreseen(in: Varying, under: vec4<f32>, half_width: f32, tall: f32) -> vec4<f32> {
    let scale = in.size.x;
    let tone = scene.tones[LEVEL0 + class_of(in.fill)].rgb;
    let low = inside(from_box(in.at, half_width, tall * in.band.x));
    let high = inside(from_box(in.at, half_width, max(tall * in.band.y, 1.0)));
    var colour = over(under, tone, low * 0.55);
    colour = over(colour, tone, high * (1.0 - low) * hatch(in.at, scale) * 0.9);
    let middle = abs(in.at.y - tall * in.fill) - 0.6 * max(scale, 1.0);
    return over(colour, scene.tones[INK].rgb, inside(middle) * inside(abs(in.at.x) - half_width));
}

fn column(in: Varying, height: f32, is_known: bool) -> vec4<f32> {
    let scale = in.size.x;
    let half_width = COLUMN_HALF_PX * scale;
    let tall = height * scale;
    let class_ = class_of(in.fill);
    let tone = scene.tones[LEVEL0 + class_].rgb;
    var edge = scene.tones[EDGE].rgb;
    // Its shadow on the ground, to the right.
    let shadow = from_disc(in.at - vec2(4.5 * scale, -0.8 * scale), 7.0 * scale, 0.32);
    var colour = vec4(scene.shade.rgb * 0.5, 0.30 * clamp(0.5 - shadow * 0.5, 0.0, 1.0));
    let d = from_box(in.at, half_width, tall);
    if in.look == FORESEEN {
        colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * 0.8);
        colour = foreseen(in, colour, half_width, tall);
    } else if is_known {
        colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * 0.72);
        let level = tall * in.fill;
        let filled = from_box(in.at, half_width, level);
        colour = over(colour, tone, inside(filled));
        let side = select(0.0, 0.3, in.at.x > half_width - 2.1 * scale);
        colour = over(colour, tone * 0.35, inside(filled) * side);
    } else {
        colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * 0.6);
        edge = scene.tones[INK2].rgb;
    }
    let line = 0.5 * max(scale, 1.0);
    let is_dashed = !is_known || in.look == LATE || in.look == FORESEEN;
    let dash = select(1.0, step(fract((in.at.x + in.at.y) / (5.0 * scale)), 0.6), is_dashed);
    return over(colour, edge, inside(abs(d) - line) * dash);
}

fn disc(in: Varying) -> vec4<f32> {
    let scale = in.size.x;
    let flat = in.size.y;
    let class_ = class_of(in.fill);
    let radius = (DISC_PX + DISC_STEP_PX * f32(class_)) * scale;
    let d = from_disc(in.at, radius, flat);
    let line = 0.5 * max(scale, 1.0);
    var colour = vec4(0.0);
    var edge = scene.tones[EDGE].rgb;
    if in.look == FORESEEN {
        colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * 0.8);
        colour = over(colour, scene.tones[LEVEL0 + class_].rgb, inside(d) * hatch(in.at, scale));
    } else if in.look >= LATE {
        colour = over(colour, scene.tones[LEVEL0 + class_].rgb, inside(d));
    } else {
        colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * 0.55);
        edge = scene.tones[INK2].rgb;
    }
    let turn = atan2(in.at.y / flat, in.at.x) * 1.9098593;
    let is_dotted = in.look != LATE + 1.0;
    let dash = select(1.0, step(fract(turn), 0.55), is_dotted);
    return over(colour, edge, inside(abs(d) - line) * dash * 0.9);
}

// A ring around what is chosen or under the mouse, on a halo that parts it from whatever lies below.
fn ringed(in: Varying, under: vec4<f32>, from_shape: f32) -> vec4<f32> {
    if in.mark < 0.25 {
        return under;
    }
    let px = max(view.viewport.w / DESIGNED_PX, 1.0);
    let from_ring = abs(from_shape - 3.6 * px);
    let tone = select(ACTION, INK, in.mark > 0.75);
    let haloed = over(under, scene.tones[HALO].rgb, inside(from_ring - 2.4 * px) * 0.9);
    return over(haloed, scene.tones[tone].rgb, inside(from_ring - px));
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    var colour: vec4<f32>;
    var away: f32;
    let scale = in.size.x;
    if in.look == SILENT {
        colour = column(in, SILENT_PX, false);
        away = from_box(in.at, COLUMN_HALF_PX * scale, SILENT_PX * scale);
    } else if in.look >= LATE && class_of(in.fill) >= 3u {
        colour = column(in, COLUMN_PX, true);
        away = from_box(in.at, COLUMN_HALF_PX * scale, COLUMN_PX * scale);
    } else {
        colour = disc(in);
        away = from_disc(in.at, (DISC_PX + DISC_STEP_PX * f32(class_of(in.fill))) * scale, in.size.y);
    }
    colour = ringed(in, colour, away);
    if colour.a < 0.004 {
        discard;
    }
    return vec4(faded(scene, colour.rgb, in.world_position), colour.a);
}
