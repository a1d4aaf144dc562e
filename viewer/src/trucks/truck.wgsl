// Trucks: cab and body in ink, with the load standing in the body; larger than true where they would be too small.
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, lit, faded, metres_per_pixel}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
// The least length: metres, pixels.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> size: vec4<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var places: texture_2d<f32>;

struct Vertex {
    @location(0) point: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) side: vec2<f32>,
    @location(3) kind: vec4<f32>,
}

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) side: vec2<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) @interpolate(flat) part: f32,
    // Load, mark, pixels as designed.
    @location(3) @interpolate(flat) state: vec3<f32>,
    @location(4) world_position: vec3<f32>,
}

const INK: u32 = 14u;
const INK2: u32 = 15u;
const SURFACE: u32 = 17u;
const ACTION: u32 = 20u;

const PAD: f32 = 0.0;
const WINDOW: f32 = 3.0;
const SIDE: f32 = 4.0;
const ROOF: f32 = 5.0;
// Half of what a truck stands on.
const PAD_HALF: vec2<f32> = vec2(0.36, 0.68);

@vertex
fn vertex(in: Vertex) -> Varying {
    let number = i32(in.kind.x + 0.5);
    let place = textureLoad(places, vec2<i32>(0, number), 0);
    let state = textureLoad(places, vec2<i32>(1, number), 0);
    let foot = position_world_to_clip(place.xyz);
    let px = view.viewport.w / 1080.0;
    let pixel_m = metres_per_pixel(max(foot.w, 1.0)) * px;
    let length_m = max(size.x, size.y * pixel_m);
    let ahead = vec3(state.x, 0.0, state.y);
    let right = vec3(-state.y, 0.0, state.x);
    let turned = right * in.point.x + vec3(0.0, in.point.y, 0.0) - ahead * in.point.z;
    let at = place.xyz + turned * length_m;
    var out: Varying;
    out.position = position_world_to_clip(at);
    // As deep as its foot, a little nearer than what it stands on: a hill that is not before it does not swallow a
    // truck that is larger than true. Its parts hide each other as they are.
    let deep = foot.z / max(foot.w, 1e-3);
    let own = out.position.z / max(out.position.w, 1e-3);
    out.position.z = (deep * 1.012 + (own - deep) * 0.01) * out.position.w;
    if place.w < 0.5 || foot.w <= 1.0 {
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
    }
    out.side = in.side;
    out.normal = right * in.normal.x + vec3(0.0, in.normal.y, 0.0) - ahead * in.normal.z;
    out.part = in.kind.y;
    out.state = vec3(state.zw, px);
    out.world_position = at;
    return out;
}

// How much of a pixel lies inside of a border at a signed distance.
fn inside(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}

// What a truck stands on: a pale ground that parts it from what is there, with an edge where it is chosen.
fn pad(in: Varying, per_px: vec2<f32>) -> vec4<f32> {
    let at = (in.side * 2.0 - 1.0) * PAD_HALF;
    let corner = 0.2;
    let q = abs(at) - PAD_HALF + vec2(corner + 0.04);
    let away = length(max(q, vec2(0.0))) + min(max(q.x, q.y), 0.0) - corner;
    // Pixels of the wider direction: the edge is as wide on all sides but for what lies flat.
    let unit = max(max(per_px.x * 2.0 * PAD_HALF.x, per_px.y * 2.0 * PAD_HALF.y), 1e-5);
    let d = away / unit;
    let px = in.state.z;
    let ground = inside(d) * 0.82;
    let wide = select(1.4, 2.2, in.state.y > 0.75) * px;
    let edge = inside(abs(d + wide) - wide) * step(0.25, in.state.y);
    let colour = mix(scene.tones[SURFACE].rgb, scene.tones[ACTION].rgb, edge);
    return vec4(colour, max(ground, edge));
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    let per_px = fwidth(in.side);
    if in.part < 0.5 {
        let colour = pad(in, per_px);
        if colour.a < 0.004 {
            discard;
        }
        return vec4(faded(scene, colour.rgb, in.world_position), colour.a);
    }
    let ink = scene.tones[INK].rgb;
    let surface = scene.tones[SURFACE].rgb;
    let px = in.state.z;
    // Pixels from the nearest edge of the side, and from its lower one.
    let edges = min(in.side, 1.0 - in.side) / max(per_px, vec2(1e-5));
    let nearest = min(edges.x, edges.y);
    var colour = ink;
    let is_body = in.part > SIDE - 0.5;
    if is_body {
        // An empty body is pale; the load stands in it as in a gauge.
        let load = clamp(in.state.x, 0.0, 1.0);
        var filled = step(0.985, load);
        if in.part < ROOF - 0.5 {
            let above = (in.side.y - load) / max(per_px.y, 1e-5);
            filled = select(inside(above), 0.0, load < 0.004);
        }
        let frame = inside(nearest - 1.7 * px);
        colour = mix(mix(surface, scene.tones[INK2].rgb, filled), ink, frame);
    } else if in.part > WINDOW - 0.5 {
        let d = max(abs(in.side.y - 0.66) / max(per_px.y, 1e-5) - 0.2 / max(per_px.y, 1e-5), 1.6 * px - edges.x);
        colour = mix(ink, surface, inside(d) * 0.9);
    }
    let normal = normalize(in.normal);
    let facing = clamp(0.9 + 0.22 * dot(normal, scene.sun.xyz) + 0.06 * normal.y, 0.6, 1.15);
    // Ink is dark: its lit sides tell each other apart by a little of the light.
    let raised = mix(colour, surface, select(0.0, 0.16 * clamp(normal.y, 0.0, 1.0), !is_body));
    return vec4(faded(scene, lit(scene, raised, facing, 1.0), in.world_position), 1.0);
}
