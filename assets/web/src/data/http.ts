// One way to ask the server for JSON: same origin, a time limit, and problem+json read as an error.

export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** The member of the request that is wrong, and all that it may be, where the server names them. */
    readonly field = '',
    readonly expected: readonly string[] = [],
  ) {
    super(detail || title);
  }
}

const TIME_LIMIT_MS = 20_000;

async function problemOf(response: Response): Promise<HttpProblem> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string; field?: string; expected?: string[] };
    return new HttpProblem(response.status, body.title ?? response.statusText, body.detail ?? '', body.field, body.expected);
  } catch {
    return new HttpProblem(response.status, response.statusText, '');
  }
}

export interface Asking {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Presented as the operator's; what comes back is then kept in no cache. */
  token?: string;
  signal?: AbortSignal | undefined;
}

function initOf({ method = 'GET', body, token }: Asking): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json, application/geo+json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const init: RequestInit = { method, headers, cache: token === undefined ? 'default' : 'no-store' };
  return body === undefined ? init : { ...init, body: JSON.stringify(body) };
}

/** Answers the parsed body, or throws `HttpProblem` (status 0 when the server was not reached). */
export async function askJson<T>(path: string, asking: Asking): Promise<T> {
  const { signal } = asking;
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const stop = new AbortController();
  for (const source of signal ? [limit, signal] : [limit]) {
    if (source.aborted) stop.abort();
    source.addEventListener('abort', () => stop.abort(), { once: true });
  }
  let response: Response;
  try {
    response = await fetch(path, { ...initOf(asking), signal: stop.signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new HttpProblem(0, 'unreachable', String(cause));
  }
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return askJson<T>(path, { signal });
}

/** Like `getJson`, but a missing resource is `null`, not an error. */
export async function getJsonOrNull<T>(path: string, signal?: AbortSignal): Promise<T | null> {
  try {
    return await getJson<T>(path, signal);
  } catch (error) {
    if (error instanceof HttpProblem) return null;
    throw error;
  }
}
