/**
 * Axes of pictures: round numbers for ticks, and the way from a value to a pixel.
 */

/** Round numbers (1, 2 or 5 times a power of ten apart) in [low, high]: at most `most` + 1 of them, ascending. */
export function niceTicks(low: number, high: number, most: number): number[] {
  const step = niceStep((high - low) / most);
  const ticks: number[] = [];
  // Multiples of the step, counted in whole numbers: adding steps up would add up their rounding errors.
  const slack = step * 1e-9;
  for (let count = Math.ceil((low - slack) / step); count * step <= high + slack; count++)
    ticks.push(count * step);
  return ticks;
}

/** The smallest 1, 2 or 5 times a power of ten that is not below `smallest`. Powers by multiplication: log10 may differ. */
function niceStep(smallest: number): number {
  if (!(smallest > 0)) return 1;
  let power = 1;
  while (power > smallest) power /= 10;
  while (power * 10 <= smallest) power *= 10;
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= smallest * (1 - 1e-9))!;
}

/** Maps [low, high] to the pixels [from, to]; a range of no width lies in the middle. */
export function linearScale(low: number, high: number, from: number, to: number): (value: number) => number {
  if (high === low) return () => (from + to) / 2;
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** As few digits as tell ticks of this distance apart. */
export function formatTick(value: number, step: number): string {
  let digits = 0;
  for (let unit = 1; unit > step * (1 + 1e-9) && digits < 9; unit /= 10) digits++;
  return value.toFixed(digits);
}
