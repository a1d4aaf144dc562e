// The operator's token: kept once it is taken, presented with each request, gone with its answers on leaving.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpProblem } from '../src/data/http.ts';
import { Operator } from '../src/data/operator.ts';
import { Quarantine } from '../src/data/quarantine.ts';

const kept = new Map<string, string>();
Object.assign(globalThis, {
  sessionStorage: { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => kept.set(k, v), removeItem: (k: string) => kept.delete(k) },
});

type Answer = (path: string, init: RequestInit) => Promise<Response>;
function serve(answer: Answer): [string, RequestInit][] {
  const asked: [string, RequestInit][] = [];
  Object.assign(globalThis, {
    fetch: (path: string, init: RequestInit) => {
      asked.push([path, init]);
      return answer(path, init);
    },
  });
  return asked;
}

test('each request presents the token and is kept in no cache', async () => {
  const asked = serve(() => Promise.resolve(Response.json({ devices: [] })));
  const operator = new Operator();
  operator.enter(' s3cret\n');
  assert.deepEqual(await new Quarantine(operator).devices(), []);
  const [path, init] = asked[0]!;
  assert.equal(path, '/quarantine');
  assert.equal((init.headers as Record<string, string>)['authorization'], 'Bearer s3cret');
  assert.equal(init.cache, 'no-store');
  assert.equal(kept.size, 0, 'not kept before the server has taken it');
  operator.keep();
  assert.ok(new Operator().isPresent);
  operator.leave();
  assert.equal(kept.size, 0);
  assert.ok(!new Operator().isPresent);
});

test('without a token, or with one that no header can carry, nothing is asked', async () => {
  const asked = serve(() => Promise.reject(new Error('asked')));
  const operator = new Operator();
  for (const token of ['', 'jeton – perdu']) {
    operator.enter(token);
    await assert.rejects(operator.ask('/quarantine'), (error) => error instanceof HttpProblem && error.status === 401);
  }
  assert.equal(asked.length, 0);
});

test('an answer that comes after leaving comes to nobody', async () => {
  let arrive = (_: Response) => undefined as void;
  serve(() => new Promise((resolve) => (arrive = resolve)));
  const operator = new Operator();
  operator.enter('s3cret');
  const devices = new Quarantine(operator).devices();
  operator.leave();
  arrive(Response.json({ devices: [{ dev_eui: '24e124713dbb0001' }] }));
  await assert.rejects(devices, { name: 'AbortError' });
});

test('a body that is empty is no error, and a refusal tells its status', async () => {
  const operator = new Operator();
  operator.enter('s3cret');
  const asked = serve(() => Promise.resolve(new Response(null, { status: 204 })));
  await new Quarantine(operator).forget('24e124713dbb0001');
  assert.deepEqual([asked[0]![0], asked[0]![1].method], ['/quarantine/24e124713dbb0001', 'DELETE']);
  serve(() => Promise.resolve(Response.json({ title: 'Conflict', detail: 'taken' }, { status: 409 })));
  await assert.rejects(new Quarantine(operator).reread('x'), { status: 409, detail: 'taken' });
});
