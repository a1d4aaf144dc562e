// Compresses the viewer's programs for the way to browsers, and says how long each is unpacked: node pack-viewer.mjs FOLDER,
// which has a folder for each way to draw. Where a browser has WebGPU, it has brotli, too.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const ENDINGS = { webgl2: ['br', 'gz'], webgpu: ['br'] };

function packed(bytes, ending) {
  if (ending === 'gz') return gzipSync(bytes, { level: 9 });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
}

const mib = (bytes) => (bytes.length / 2 ** 20).toFixed(2);
const told = {};
for (const [driver, endings] of Object.entries(ENDINGS)) {
  const program = path.join(folder, driver, 'viewer_bg.wasm');
  const bytes = await readFile(program);
  told[driver] = bytes.length;
  const sizes = [];
  for (const ending of endings) {
    const less = packed(bytes, ending);
    await writeFile(`${program}.${ending}`, less);
    sizes.push(`${mib(less)} as ${ending}`);
  }
  await rm(program);
  console.log(`${driver}: ${mib(bytes)} MiB of WebAssembly, ${sizes.join(', ')}`);
}
await writeFile(path.join(folder, 'viewer.json'), `${JSON.stringify(told)}\n`);
