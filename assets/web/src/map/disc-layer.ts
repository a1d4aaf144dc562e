// A map layer that draws all containers in one instanced call; it knows WebGL, not what a container is.
import type { CustomLayerInterface, Map as MapLibreMap } from 'maplibre-gl';
import { FRAGMENT, VERTEX } from './disc-shaders.ts';
import { STRIDE_BYTES, TILE_PX, formAt, metresPerPixel, type DiscGeometry } from './disc-geometry.ts';
import type { Palette } from './palette.ts';

const QUAD = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);
const UNIFORMS = [
  'u_viewport', 'u_origin', 'u_world', 'u_near', 'u_cell', 'u_size', 'u_dot',
  'u_levels', 'u_edge', 'u_surface', 'u_quiet', 'u_soft', 'u_grey',
] as const;
type Uniforms = Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;

function compile(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'shader');
  return program;
}

export class DiscLayer implements CustomLayerInterface {
  readonly id = 'containers';
  readonly type = 'custom' as const;
  /** Share of grey on the levels, for data one must not decide on. */
  grey = 0;
  private map: MapLibreMap | null = null;
  private program: WebGLProgram | null = null;
  private array: WebGLVertexArrayObject | null = null;
  private buffer: WebGLBuffer | null = null;
  private uniforms = {} as Uniforms;
  private isStale = true;

  constructor(
    private geometry: DiscGeometry | null,
    private palette: Palette,
  ) {}

  setGeometry(geometry: DiscGeometry): void {
    this.geometry = geometry;
    this.touch();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.map?.triggerRepaint();
  }

  /** Says that the instances changed. */
  touch(): void {
    this.isStale = true;
    this.map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    this.program = compile(gl);
    for (const name of UNIFORMS) this.uniforms[name] = gl.getUniformLocation(this.program, name);
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, QUAD, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    const parts: [number, number, number][] = [[1, 2, 0], [2, 2, 8], [3, 1, 16], [4, 1, 20]];
    for (const [place, size, offset] of parts) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, gl.FLOAT, false, STRIDE_BYTES, offset);
      gl.vertexAttribDivisor(place, 1);
    }
    gl.bindVertexArray(null);
    this.isStale = true;
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext): void {
    gl.deleteBuffer(this.buffer);
    gl.deleteVertexArray(this.array);
    gl.deleteProgram(this.program);
    this.map = null;
  }

  render(gl: WebGL2RenderingContext): void {
    const { map, geometry } = this;
    if (!map || !geometry?.fleet.size) return;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.array);
    if (this.isStale) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, geometry.data, gl.DYNAMIC_DRAW);
      this.isStale = false;
    }
    this.setView(gl, map, geometry);
    this.setColors(gl);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, geometry.fleet.size);
    gl.bindVertexArray(null);
  }

  private setView(gl: WebGL2RenderingContext, map: MapLibreMap, geometry: DiscGeometry): void {
    const { uniforms } = this;
    const { clientWidth, clientHeight } = map.getCanvas();
    const zoom = map.getZoom();
    const form = formAt(metresPerPixel(zoom, map.getCenter().lat));
    const origin = originOf(map, geometry);
    gl.uniform2f(uniforms.u_viewport, clientWidth, clientHeight);
    gl.uniform2f(uniforms.u_origin, origin.x, origin.y);
    gl.uniform1f(uniforms.u_world, TILE_PX * 2 ** zoom);
    gl.uniform1f(uniforms.u_near, form.near ? 1 : 0);
    gl.uniform2f(uniforms.u_cell, ...form.cell);
    gl.uniform1f(uniforms.u_size, form.size);
    gl.uniform1f(uniforms.u_dot, form.dot);
    gl.uniform1f(uniforms.u_soft, map.getPixelRatio() > 1 ? 0.7 : 1);
    gl.uniform1f(uniforms.u_grey, this.grey);
  }

  private setColors(gl: WebGL2RenderingContext): void {
    const { uniforms, palette } = this;
    gl.uniform3fv(uniforms.u_levels, palette.levels.flat());
    gl.uniform3f(uniforms.u_edge, ...palette.levelEdge);
    gl.uniform3f(uniforms.u_surface, ...palette.surface);
    gl.uniform3f(uniforms.u_quiet, ...palette.quiet);
  }
}

/** Screen position of the geometry's anchor: exact, since the map is neither tilted nor turned. */
export function originOf(map: MapLibreMap, geometry: DiscGeometry): { x: number; y: number } {
  const { siteLon, siteLat } = geometry.fleet;
  return map.project([siteLon[0] ?? 0, siteLat[0] ?? 0]);
}
