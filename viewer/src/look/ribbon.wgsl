// Lines that lie on the land: as wide as they are, and never thinner than can be seen.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import viewer::lighting::{Scene, shade_uv, lit, faded, metres_per_pixel}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var shade_map: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var shade_sampler: sampler;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) aside: vec3<f32>,
    @location(2) width: vec2<f32>,
    @location(3) kind: vec2<f32>,
}

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec3<f32>,
    // Pixels from the middle, half the width in pixels, and the tone with its pattern.
    @location(1) across: vec3<f32>,
}

// Patterns: see Pattern.
const STRUCK: u32 = 1u;
const VEIL: u32 = 2u;
const HATCHED_VEIL: u32 = 3u;
// From one stripe to the next, in pixels of a picture as designed.
const STRIPE_PX: f32 = 9.0;

// How much of a pattern is seen at a pixel.
fn seen(pattern: u32, at: vec2<f32>) -> f32 {
    let width = STRIPE_PX * max(view.viewport.w / 1080.0, 0.75);
    let along = abs(fract((at.x + at.y) / width) - 0.5) * width;
    let stripe = clamp(width * 0.28 - along + 0.5, 0.0, 1.0);
    switch pattern {
        case STRUCK: {
            return 0.25 + 0.75 * stripe;
        }
        case VEIL: {
            return 0.34;
        }
        case HATCHED_VEIL: {
            return 0.12 + 0.5 * stripe;
        }
        default: {
            return 1.0;
        }
    }
}

@vertex
fn vertex(in: Vertex) -> Varying {
    let world_from_local = get_world_from_local(in.instance_index);
    let middle = mesh_position_local_to_world(world_from_local, vec4(in.position, 1.0)).xyz;
    let depth = max(position_world_to_clip(middle).w, 1.0);
    let pixel_m = metres_per_pixel(depth);
    let half_px = max(in.width.x / pixel_m, in.width.y);
    // One pixel more, in which the edge fades.
    let at = middle + in.aside * in.kind.y * (half_px + 1.0) * pixel_m;
    var out: Varying;
    out.position = position_world_to_clip(at);
    // A hair nearer than the land on which it lies.
    out.position.z *= 1.0025;
    out.world_position = at;
    out.across = vec3(in.kind.y * (half_px + 1.0), half_px, in.kind.x);
    return out;
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    let kind = u32(in.across.z + 0.5);
    let colour = scene.tones[kind % 64u].rgb;
    let uv = clamp(shade_uv(scene, in.world_position.xz), vec2(0.0), vec2(1.0));
    let shade = textureSampleLevel(shade_map, shade_sampler, uv, 0.0);
    // Thinner than a pixel is fainter, not thinner still.
    let faint = min(in.across.y * 2.0, 1.0);
    let alpha = clamp(in.across.y + 0.5 - abs(in.across.x), 0.0, 1.0) * faint * seen(kind / 64u, in.position.xy);
    return vec4(faded(scene, lit(scene, colour, shade.x, shade.y), in.world_position), alpha);
}
