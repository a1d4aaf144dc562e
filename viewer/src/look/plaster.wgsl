// Solid things: two tones, a sun, the picture of the shade.
#import bevy_pbr::forward_io::VertexOutput
#import viewer::lighting::{Scene, shade_uv, lit, faded}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scene: Scene;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var shade_map: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var shade_sampler: sampler;

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let pair = u32(in.uv.x + 0.5);
    let colour = mix(scene.tones[pair % 64u].rgb, scene.tones[pair / 64u].rgb, clamp(in.uv.y, 0.0, 1.0));
    let uv = shade_uv(scene, in.world_position.xz);
    let shade = textureSampleLevel(shade_map, shade_sampler, clamp(uv, vec2(0.0), vec2(1.0)), 0.0);
    let is_covered = all(uv >= vec2(0.0)) && all(uv <= vec2(1.0));
    // The table has a shade of its own: see Shade.
    let own = select(shade.xy, shade.zw, in.world_position.y < 0.5);
    let fallen = select(vec2(1.0), own, is_covered);
    let normal = normalize(in.world_normal);
    // What stands upright lies on the edge of what the picture tells: its side alone says how bright it is.
    let is_upright = abs(normal.y) < 0.1;
    // Level ground is lit fully: a slope is brighter or darker than that.
    // A low sun would make every slope black or white: the lower it stands, the less slopes count.
    let slope = dot(normal, scene.sun.xyz) / max(scene.sun.y, 0.2) - 1.0;
    let softness = clamp(scene.sun.y / 0.55, 0.3, 1.0);
    // The rim goes to and fro: its many sides would be stripes.
    let contrast = select(softness, softness * softness * softness, is_upright);
    let facing = clamp(1.0 + slope * contrast, 0.0, 1.25);
    let sunlit = select(fallen.x, 1.0, is_upright) * facing;
    let open = select(fallen.y * (0.6 + 0.4 * normal.y), 0.4, is_upright);
    return vec4(faded(scene, lit(scene, colour, sunlit, open), in.world_position.xyz), 1.0);
}
