// What all shaders of the viewer know: tones, light, shade, fog.
#define_import_path viewer::lighting

#import bevy_pbr::mesh_view_bindings::view

struct Scene {
    tones: array<vec4<f32>, 38>,
    sun: vec4<f32>,
    light: vec4<f32>,
    shade: vec4<f32>,
    extent: vec4<f32>,
    fog: vec4<f32>,
}

// The colour of the table, into which all fades.
const TABLE: u32 = 3u;

// How much sun falls (x) and how much sky is seen (y) at a point, where the picture covers it.
fn shade_uv(scene: Scene, at: vec2<f32>) -> vec2<f32> {
    return (at - scene.extent.xy) * scene.extent.zw;
}

// A colour in its light: `lit` 0–1 of the sun, `open` 0–1 of the sky.
fn lit(scene: Scene, colour: vec3<f32>, sunlit: f32, open: f32) -> vec3<f32> {
    let shaded = mix(colour, colour * scene.shade.rgb * 2.2, scene.shade.a);
    let hollow = 1.0 - scene.fog.z * (1.0 - open);
    return mix(shaded, colour * scene.light.rgb, sunlit) * hollow;
}

// What is far fades into the table.
fn faded(scene: Scene, colour: vec3<f32>, at: vec3<f32>) -> vec3<f32> {
    let away = distance(at, view.world_position);
    let share = smoothstep(scene.fog.x, scene.fog.y, away);
    return mix(colour, scene.tones[TABLE].rgb, share);
}

// Metres across which one pixel reaches, at a distance along the line of sight.
fn metres_per_pixel(depth: f32) -> f32 {
    return 2.0 * depth / (view.clip_from_view[1][1] * view.viewport.w);
}

// What signs in the plane of the picture have in common: distances in pixels, colours over each other.

// How much of a pixel lies inside of a border at a signed distance.
fn inside(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}

// A colour laid over another one.
fn over(under: vec4<f32>, colour: vec3<f32>, alpha: f32) -> vec4<f32> {
    let a = alpha + under.a * (1.0 - alpha);
    let rgb = (colour * alpha + under.rgb * under.a * (1.0 - alpha)) / max(a, 1e-4);
    return vec4(rgb, a);
}

// The distance from a circle that lies on the ground.
fn from_disc(at: vec2<f32>, radius: f32, flat: f32) -> f32 {
    let stretched = vec2(at.x, at.y / flat);
    let away = length(stretched);
    let slope = length(vec2(stretched.x, stretched.y / flat)) / max(away, 1e-3);
    return (away - radius) / max(slope, 1e-3);
}

// The distance from a stroke between two points.
fn segment(p: vec2<f32>, a: vec2<f32>, b: vec2<f32>) -> f32 {
    let along = b - a;
    let share = clamp(dot(p - a, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    return length(p - a - along * share);
}
