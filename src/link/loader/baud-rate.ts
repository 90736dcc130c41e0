/**
 * Baud rate: the board answers at the old rate and changes; the host changes, and a PING at the new rate settles it. Where none
 * comes through in time both sides are back at the old rate, on their own.
 */
import type { Link } from "../link.ts";
import { pack, u32 } from "./bytes.ts";
import type { LoaderConnection } from "./connection.ts";
import { baudRateFallback, operations, statuses } from "./protocol.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The last bits of the answer may still be on the wire when the board changes its rate. */
const settling = 10;

/** The rate that is in force afterwards: the new one, or the old one where it does not work. */
export async function changeBaudRate(
  connection: LoaderConnection,
  link: Link,
  rates: { readonly from: number; readonly to: number },
): Promise<number> {
  if (link.setBaudRate === undefined || rates.from === rates.to) return rates.from;
  const answer = await connection.ask(operations.setBaudRate, pack([u32(rates.to)]));
  if (answer.status !== statuses.ok) return rates.from;
  const changed = performance.now();
  await pause(settling);
  await link.setBaudRate(rates.to);
  try {
    await connection.ask(operations.ping);
    return rates.to;
  } catch (error) {
    if (connection.failure() !== null) throw error;
    await link.setBaudRate(rates.from);
    await pause(changed + baudRateFallback - performance.now());
    await connection.ask(operations.ping);
    return rates.from;
  }
}
