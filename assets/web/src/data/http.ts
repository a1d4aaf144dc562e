// One way to ask the server for JSON: same origin, a time limit, and problem+json read as an error.

export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title);
  }
}

const TIME_LIMIT_MS = 20_000;

async function problemOf(response: Response): Promise<HttpProblem> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string };
    return new HttpProblem(response.status, body.title ?? response.statusText, body.detail ?? '');
  } catch {
    return new HttpProblem(response.status, response.statusText, '');
  }
}

/** Answers the parsed body, or throws `HttpProblem` (status 0 when the server was not reached). */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const stop = new AbortController();
  for (const source of signal ? [limit, signal] : [limit]) {
    if (source.aborted) stop.abort();
    source.addEventListener('abort', () => stop.abort(), { once: true });
  }
  let response: Response;
  try {
    response = await fetch(path, { signal: stop.signal, headers: { accept: 'application/json, application/geo+json' } });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new HttpProblem(0, 'unreachable', String(cause));
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
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
