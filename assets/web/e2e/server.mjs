// A server of a script's own, which it may stop and start again at the same address.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const PATIENCE_MS = 60_000;

/** A port of the loopback that nobody listens on. */
export async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** `twin serve` with a data directory, which outlives it. */
export class Server {
  #child = null;

  constructor(program, data, port) {
    this.program = program;
    this.data = data;
    this.port = port;
  }

  async start() {
    const flags = ['serve', '--listen', `127.0.0.1:${this.port}`, '--clock', '1x', '--data', this.data];
    const child = spawn(this.program, flags, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TWIN_LOG: 'error' } });
    this.#child = child;
    const deadline = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    clearTimeout(deadline);
    if (!String(said[0]).startsWith('listening on ')) throw new Error(`the server does not start: ${said[0]}`);
  }

  async stop() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await gone;
    clearTimeout(deadline);
  }
}
