/** The known name that somebody may have meant: for "unknown key tau_men; did you mean tau_mem?". */

/** Longer texts are no misspelt names. */
const longest = 40;

/** The nearest of `known`, or null where none is near: its end alone, or a third of the letters wrong. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length === 0 || name.length > longest) return null;
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const wanted = bare(name);
  const whole = wanted.length >= 3 ? known.find((candidate) => bare(candidate).endsWith(wanted)) : undefined;
  if (whole !== undefined) return whole;
  let [nearest, least] = [null as string | null, Math.max(1, Math.floor(wanted.length / 3))];
  for (const candidate of known) {
    const distance = distanceOf(wanted, bare(candidate));
    if (distance > least || (distance === least && nearest !== null)) continue;
    [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** Letters to insert, delete or replace, and neighbours to swap (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1, swapped ? before[j - 2] + 1 : replaced));
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** "; did you mean x?", or nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === null ? "" : `; did you mean ${near}?`;
}
