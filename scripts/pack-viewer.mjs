// Compresses the viewer's program for the way to browsers, and says how long it is unpacked.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const program = path.join(folder, 'viewer_bg.wasm');
const bytes = await readFile(program);
const packed = {
  br: brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }),
  gz: gzipSync(bytes, { level: 9 }),
};
for (const [ending, packedBytes] of Object.entries(packed)) await writeFile(`${program}.${ending}`, packedBytes);
await writeFile(path.join(folder, 'viewer.json'), `${JSON.stringify({ bytes: bytes.length })}\n`);
await rm(program);
const mib = (count) => (count / 2 ** 20).toFixed(2);
console.log(`${mib(bytes.length)} MiB of WebAssembly: ${mib(packed.br.length)} with brotli, ${mib(packed.gz.length)} with gzip`);
