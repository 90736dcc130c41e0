/** How numbers are written for people. */

/** A fraction 0..1 as percent. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
