// The operator's token: kept in this tab only, presented with each request that needs it, forgotten on leaving.
import { HttpProblem, askJson, type Asking } from './http.ts';

const KEY = 'maquette.operator';
/** What a header can carry; anything else cannot be the token. */
const PRESENTABLE = /^[\x21-\x7e]+$/;

function remembered(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export class Operator {
  private token = remembered();
  private present = new AbortController();

  get isPresent(): boolean {
    return this.token !== '';
  }

  enter(token: string): void {
    this.token = token.trim();
  }

  /** To be called once the server has taken the token. */
  keep(): void {
    try {
      sessionStorage.setItem(KEY, this.token);
    } catch {
      /* A browser that keeps nothing asks again after a reload. */
    }
  }

  /** Ends what is under way, too: its answer comes to nobody. */
  leave(): void {
    this.present.abort();
    this.present = new AbortController();
    this.token = '';
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      /* It was never there. */
    }
  }

  /** The body of an answer that does not end, until `stop` or the operator leaves. */
  async listen(path: string, stop: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { signal } = this.present;
    const end = new AbortController();
    for (const source of [signal, stop]) source.addEventListener('abort', () => end.abort(), { once: true });
    const headers = { authorization: `Bearer ${this.token}`, accept: 'text/event-stream' };
    const response = await fetch(path, { headers, cache: 'no-store', signal: end.signal });
    if (!response.ok || !response.body) throw new HttpProblem(response.status, response.statusText, '');
    return response.body;
  }

  async ask<T>(path: string, asking: Pick<Asking, 'method' | 'body'> = {}): Promise<T> {
    const { signal } = this.present;
    if (!PRESENTABLE.test(this.token)) throw new HttpProblem(401, 'no token', '');
    const answer = await askJson<T>(path, { ...asking, token: this.token, signal });
    signal.throwIfAborted();
    return answer;
  }
}
