// A level over time made ready to draw: runs between gaps, ticks at midnights, and the table as CSV.
export type Reading = [unixS: number, fill: number];

/** Longer than this many usual intervals without a reading is a gap. */
const GAP_INTERVALS = 3.5;
const GAP_FLOOR_S = 900;

export function medianInterval(points: Reading[]): number {
  const steps = points.slice(1).map((p, i) => p[0] - points[i]![0]);
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 0;
}

/** Splits readings where nothing was measured for long; the usual interval is measured when not given. */
export function splitAtGaps(points: Reading[], intervalS?: number | null): Reading[][] {
  const limit = Math.max(GAP_FLOOR_S, Math.max(intervalS ?? 0, medianInterval(points)) * GAP_INTERVALS);
  const runs: Reading[][] = [];
  let last = -Infinity;
  for (const point of points) {
    if (point[0] - last > limit) runs.push([]);
    runs[runs.length - 1]!.push(point);
    last = point[0];
  }
  return runs;
}

/** Unix seconds of every local midnight inside the span. */
export function midnights(fromS: number, toS: number): number[] {
  const day = new Date(fromS * 1000);
  day.setHours(24, 0, 0, 0);
  const found: number[] = [];
  while (day.getTime() / 1000 < toS) {
    found.push(day.getTime() / 1000);
    day.setDate(day.getDate() + 1);
  }
  return found;
}

/** RFC 4180 with times in UTC; fill is 0–1 as in the API. */
export function toCsv(points: Reading[]): string {
  const rows = points.map(([s, fill]) => `${new Date(s * 1000).toISOString()},${fill}`);
  return ['observed_at,fill', ...rows].join('\r\n') + '\r\n';
}
