/** The candidate that someone who wrote `name` most likely meant; undefined where none is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const written = withoutStyle(name);
  if (written === '' || written.length > 64) return undefined;
  let best: string | undefined;
  // Up to about a third of the letters may be wrong: `functon` finds `function`, `foo` finds nothing.
  let bestDistance = Math.floor(Math.max(written.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(written, withoutStyle(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined) return best;
  const beginning = candidates.filter(candidate => withoutStyle(candidate).startsWith(written));
  if (beginning.length === 1 && written.length > 1) return beginning[0];
  return written.length < 4 ? undefined : candidates.find(name => withoutStyle(name).includes(written));
}

/** `timeWindow`, `time-window` and `TIME_WINDOW` are one name. */
function withoutStyle(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, '');
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2] + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length];
}
