/** How the page writes numbers: shares in percent, large counts with a unit, nothing known as a dash. */

export const unknown = "–";

/** 0..1 as "97.4 %". */
export function percent(share: number | null, digits = 1): string {
  return share === null ? unknown : `${(100 * share).toFixed(digits)} %`;
}

const units = ["", " k", " M", " G", " T"] as const;

/** 12345 as "12.3 k"; whole numbers below 10,000 stay as they are. */
export function amount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return unknown;
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  if (Math.abs(value) < 10_000) return Math.abs(value) < 100 ? value.toPrecision(3) : value.toFixed(0);
  let [size, unit] = [value, 0];
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size.toPrecision(3)}${units[unit]}`;
}

/** "1 sample", "3 samples". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${amount(count)} ${count === 1 ? one : many}`;
}
