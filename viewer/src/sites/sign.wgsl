// Signs of containers, drawn in the plane of the picture: from afar discs, columns, and those that are silent;
// near by small bins whose level rises.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, faded, from_disc, inside, metres_per_pixel, over, segment}

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
    // How it is built, the tone of what is thrown in, how near it is (0 to 1), how much of its chip is seen.
    @location(6) @interpolate(flat) build: vec4<f32>,
    // The bounds of a forecast, 0 to 1.
    @location(7) @interpolate(flat) band: vec2<f32>,
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
const APART_M: f32 = 3.0;
const APART_SHARE: f32 = 0.7;
// Metres a pixel up to which signs are largest, and from which on smallest; and how much larger.
const LARGE_M: f32 = 2.0;
const SMALL_M: f32 = 40.0;
const LARGER: f32 = 1.9;
// Pixels of the picture's height for which all sizes are meant.
const DESIGNED_PX: f32 = 1080.0;
// Metres a pixel below which a container is a small bin, and the share of them where nothing else is left of it.
const NEAR_M: f32 = 16.0;
const NEAR_SHARE: f32 = 0.85;
// Metres that a pixel as designed stands for where signs are as large as what they stand for.
const UNIT_M: f32 = 0.2;
// From one container of a site to the next, to the right and towards the eye.
const SLOT_RIGHT_PX: f32 = 11.0;
const SLOT_NEAR_PX: f32 = 8.0;
const COLUMN_HALF_PX: f32 = 3.2;
const COLUMN_PX: f32 = 34.0;
const SILENT_PX: f32 = 22.0;
const DISC_PX: f32 = 2.6;
const DISC_STEP_PX: f32 = 0.75;
// Half the width of bins, and how high they are below the lid, by how they are built.
const CRANED_HALF_PX: f32 = 4.0;
const CRANED_PX: f32 = 9.0;
const SUNKEN_HALF_PX: f32 = 2.8;
const SUNKEN_PX: f32 = 7.0;
const WHEELED_HALF_PX: f32 = 4.4;
const WHEELED_PX: f32 = 7.5;
const PARK_HALF_PX: f32 = 2.6;
const PARK_PX: f32 = 7.5;
// How flat a circle on the ground gets at most.
const FLATTEST: f32 = 0.25;

// Builds of containers: see the mesh.
const SUNKEN: f32 = 1.0;
const WHEELED: f32 = 2.0;
const PARK: f32 = 3.0;
// How high above the ground a bin begins: on wheels, on a post, on the plate over a pit.
const WHEEL_PX: f32 = 1.1;
const POST_PX: f32 = 2.6;
const PLATE_PX: f32 = 1.0;
// From which scale on the chip of what is thrown in is seen, and where all of it is.
const CHIP_FROM: f32 = 2.1;
const CHIP_TO: f32 = 2.8;

@vertex
fn vertex(in: Vertex) -> Varying {
    let number = u32(in.place.z + 0.5);
    let state = textureLoad(levels, vec2<i32>(i32(number % ROW), i32(number / ROW)), 0);
    let centre = position_world_to_clip(in.anchor);
    let pixel_m = metres_per_pixel(max(centre.w, 1.0));
    let apart = 1.0 - smoothstep(APART_M * APART_SHARE, APART_M, pixel_m);
    let is_leader = state.z > 0.5;
    let near = 1.0 - smoothstep(NEAR_M * NEAR_SHARE, NEAR_M, pixel_m);
    // Nearer is larger, but a sign stays a sign, until it is no larger than what it stands for.
    let designed = mix(LARGER, 1.0, smoothstep(LARGE_M, SMALL_M, pixel_m)) * view.viewport.w / DESIGNED_PX;
    let scale = max(designed, UNIT_M / pixel_m);
    let half = vec2(13.0, select(60.0, 30.0, near >= 1.0)) * scale;
    var out: Varying;
    out.at = vec2(in.corner.x * half.x, in.corner.y * half.y - 10.0 * scale);
    let spread = vec2(in.place.x * SLOT_RIGHT_PX, in.place.y * -SLOT_NEAR_PX) * scale * apart;
    let moved = (out.at + spread) * 2.0 / view.viewport.zw;
    out.position = centre + vec4(moved * centre.w, 0.0, 0.0);
    // A little nearer than the land on which it stands.
    out.position.z *= 1.02;
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
    let build = floor(in.place.w + 0.5) % 8.0;
    let chip = smoothstep(CHIP_FROM, CHIP_TO, scale * DESIGNED_PX / view.viewport.w);
    out.build = vec4(build, floor((in.place.w + 0.5) / 8.0), near, chip);
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

// The distance from a box that stands on the foot.
fn from_box(at: vec2<f32>, half_width: f32, height: f32) -> f32 {
    let d = abs(at - vec2(0.0, height * 0.5)) - vec2(half_width, height * 0.5);
    return length(max(d, vec2(0.0))) + min(max(d.x, d.y), 0.0);
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

// Half the width of a bin and how high its rim is, from the ground on.
fn bin_size(build: f32) -> vec2<f32> {
    if build == SUNKEN {
        return vec2(SUNKEN_HALF_PX, SUNKEN_PX);
    }
    if build == WHEELED {
        return vec2(WHEELED_HALF_PX, WHEELED_PX);
    }
    if build == PARK {
        return vec2(PARK_HALF_PX, PARK_PX);
    }
    return vec2(CRANED_HALF_PX, CRANED_PX);
}

// Where a bin begins above the ground.
fn bin_floor(build: f32) -> f32 {
    if build == SUNKEN {
        return PLATE_PX;
    }
    return select(select(0.0, WHEEL_PX, build == WHEELED), POST_PX, build == PARK);
}

// What a bin stands on: wheels, a post, a plate; outside of it where it stands on the ground.
fn from_base(at: vec2<f32>, build: f32, half_width: f32) -> f32 {
    if build == WHEELED {
        let wheel = vec2(abs(at.x) - half_width * 0.66, at.y - WHEEL_PX * 0.62);
        return length(wheel) - WHEEL_PX * 0.72;
    }
    if build == PARK {
        return from_box(at, 0.5, POST_PX + 0.5);
    }
    if build == SUNKEN {
        return from_box(at, half_width * 1.75, PLATE_PX);
    }
    return 1e3;
}

// The distance from a bin without its lid: narrower at its foot where it is on wheels.
fn from_bin(at: vec2<f32>, build: f32, half_width: f32, height: f32) -> f32 {
    let low = bin_floor(build);
    let up = clamp((at.y - low) / max(height - low, 0.1), 0.0, 1.0);
    let narrow = select(1.0, mix(0.84, 1.0, up), build == WHEELED);
    return from_box(at - vec2(0.0, low), half_width * narrow, height - low);
}

// All in units, of which a pixel as designed is one.
fn gauge(in: Varying) -> vec4<f32> {
    let scale = in.size.x;
    let at = in.at / scale;
    let build = in.build.x;
    let size = bin_size(build);
    let low = bin_floor(build);
    let class_ = class_of(in.fill);
    let tone = scene.tones[LEVEL0 + class_].rgb;
    let is_known = in.look >= LATE;
    let is_open = is_known && class_ == 5u && in.look != FORESEEN;
    var edge = scene.tones[EDGE].rgb;
    if !is_known {
        edge = scene.tones[INK2].rgb;
    }
    let shadow = from_disc(in.at - vec2(3.2, 0.2) * scale, (size.x + 2.4) * scale, max(in.size.y * 0.6, 0.25));
    var colour = vec4(scene.shade.rgb * 0.5, 0.26 * clamp(0.5 - shadow * 0.35, 0.0, 1.0));
    colour = over(colour, mix(edge, scene.tones[SURFACE].rgb, 0.25), inside(from_base(at, build, size.x) * scale));
    let d = from_bin(at, build, size.x, size.y) * scale;
    colour = over(colour, scene.tones[SURFACE].rgb, inside(d) * select(0.62, 0.88, is_known));
    if in.look == FORESEEN {
        let tall = size.y - low;
        let likely = inside(max(d, (at.y - low - tall * in.band.x) * scale));
        let perhaps = inside(max(d, (at.y - low - tall * max(in.band.y, 0.02)) * scale));
        colour = over(colour, tone, likely * 0.55);
        colour = over(colour, tone, perhaps * (1.0 - likely) * hatch(in.at, scale) * 0.9);
        let middle = (abs(at.y - low - tall * in.fill) - 0.25) * scale;
        colour = over(colour, scene.tones[INK].rgb, inside(max(middle, d)));
    } else if is_known {
        let level = low + (size.y - low) * in.fill;
        let filled = max(d, (at.y - level) * scale);
        colour = over(colour, tone, inside(filled));
        // Round ones are darker at both sides, those with corners at one.
        let across = at.x / size.x;
        let is_square = build == WHEELED;
        let dark = select(0.34 * across * across, 0.3 * step(0.5, across), is_square);
        colour = over(colour, tone * 0.3, inside(filled) * dark);
        let light = 1.0 - smoothstep(0.0, 0.3, abs(across + 0.42));
        colour = over(colour, scene.tones[SURFACE].rgb, inside(filled) * select(0.22 * light, 0.0, is_square));
    }
    // Its edge: whole, dashed where the level is old or nobody is heard, dotted without a sensor.
    let line = max(0.34 * scale, 0.5);
    let along = (at.x + at.y) * select(0.34, 0.62, in.look == BARE);
    let share = select(0.62, 0.42, in.look == BARE);
    let dash = select(1.0, step(fract(along), share), in.look != LATE + 1.0);
    colour = over(colour, edge, inside(abs(d) - line) * dash);
    // Its lid: closed it lies on the rim, open it stands on its left end.
    let hinge = vec2(-size.x - 0.2, size.y + 0.55);
    let reach = 2.0 * size.x + 0.4;
    let end = hinge + select(vec2(reach, 0.0), vec2(0.62, 0.78) * reach, is_open);
    let lid = (segment(at, hinge, end) - 0.42) * scale;
    let lid_dash = select(1.0, dash, !is_known);
    colour = over(colour, edge, inside(lid) * lid_dash);
    if in.look == SILENT {
        let strike = segment(at, vec2(-size.x - 1.4, -0.6), vec2(size.x + 1.4, size.y + 1.6));
        colour = over(colour, scene.tones[SURFACE].rgb, inside((strike - 0.95) * scale) * 0.9);
        colour = over(colour, edge, inside((strike - 0.42) * scale));
    }
    return chipped(in, colour, at, vec2(0.0, mix(low, size.y, 0.36)));
}

// The chip of what is thrown in, on a patch that parts it from the level.
fn chipped(in: Varying, under: vec4<f32>, at: vec2<f32>, middle: vec2<f32>) -> vec4<f32> {
    let scale = in.size.x;
    let away = (length(at - middle) - 1.15) * scale;
    let parted = over(under, scene.tones[SURFACE].rgb, inside(away - 0.45 * scale) * in.build.w);
    let tone = scene.tones[u32(in.build.y + 0.5)].rgb;
    return over(parted, tone, inside(away) * in.build.w);
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

// The sign that is seen from afar, and how far a point is from it.
fn sign(in: Varying, away: ptr<function, f32>) -> vec4<f32> {
    let scale = in.size.x;
    if in.look == SILENT {
        *away = from_box(in.at, COLUMN_HALF_PX * scale, SILENT_PX * scale);
        return column(in, SILENT_PX, false);
    }
    if in.look >= LATE && class_of(in.fill) >= 3u {
        *away = from_box(in.at, COLUMN_HALF_PX * scale, COLUMN_PX * scale);
        return column(in, COLUMN_PX, true);
    }
    *away = from_disc(in.at, (DISC_PX + DISC_STEP_PX * f32(class_of(in.fill))) * scale, in.size.y);
    return disc(in);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    let near = in.build.z;
    var away = 1e3;
    var colour = vec4(0.0);
    if near < 1.0 {
        colour = sign(in, &away);
    }
    if near > 0.0 {
        let small = gauge(in);
        let a = mix(colour.a, small.a, near);
        let rgb = mix(colour.rgb * colour.a, small.rgb * small.a, near) / max(a, 1e-4);
        colour = vec4(rgb, a);
        if near > 0.5 {
            let size = bin_size(in.build.x);
            away = from_box(in.at, size.x * in.size.x, size.y * in.size.x);
        }
    }
    colour = ringed(in, colour, away);
    if colour.a < 0.004 {
        discard;
    }
    return vec4(faded(scene, colour.rgb, in.world_position), colour.a);
}
