// A fleet of six containers on three sites that the tests share.
import type { Snapshot } from '../src/data/contract.ts';

export function snapshot(): Snapshot {
  return {
    seq: 10,
    at: '2026-11-24T13:32:00Z',
    sites: {
      id: ['site/25388-0001', 'site/25031-0001', 'site/x-0001'],
      name: ['Montbéliard, point d’apport 1', 'Audincourt, point d’apport 1', null],
      commune: ['25388', '25031', null],
      lon: [6.8, 6.84, 6.9],
      lat: [47.51, 47.48, 47.4],
    },
    containers: {
      id: ['container/25388-0001-1', 'container/25388-0001-2', 'container/25388-0001-3', 'container/25031-0001-1', 'container/25031-0001-2', 'container/x-0001-1'],
      site: [0, 0, 0, 1, 1, 2],
      stream: ['glass', 'paper', 'residual', 'glass', 'strange', 'litter'],
      volume_l: [4000, 4000, 770, 4000, null, 80],
      fill: [0.97, 0.5, null, 0.96, 0.3, null],
      status: ['ok', 'stale', 'unknown', 'ok', 'silent', 'unknown'],
      observed_at: [1000, 500, null, 900, 100, null],
      has_sensor: [1, 1, 0, 1, 1, 1],
    },
  };
}
