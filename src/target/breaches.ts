/** What a chip does not compute, in words: the breaches that every chip words alike, and the refusal that lists them all. */
import { SpikecError } from "../errors/error.ts";
import type { Input, Network } from "../network/network.ts";

/** Always-on inputs are neurons of a chip's own making; these are what it is sent. */
export function sentInputs({ inputs }: Network): readonly Input[] {
  return inputs.filter(({ encoder }) => encoder.kind !== "always");
}

/** taken: kinds of encoders. */
export function inputBreaches(inputs: readonly Input[], taken: readonly string[]): string[] {
  return inputs
    .filter(({ encoder }) => !taken.includes(encoder.kind))
    .map(({ name, encoder }) => `${name}: input "${encoder.kind}", the chip takes ${taken.join(", ")}`);
}

/** given: kinds of readouts. */
export function readoutBreaches({ readout }: Network, given: readonly string[]): string[] {
  if (given.includes(readout.read)) return [];
  return [`readout: reads "${readout.read}", the chip gives ${given.join(", ")}`];
}

/** SPK-0402 with every breach. */
export function refusal(chip: string, network: Network, breaches: readonly string[]): SpikecError {
  const list = breaches.map((breach) => `\n  ${breach}`).join("");
  return new SpikecError("SPK-0402", `${chip} cannot compute this network:${list}`, { where: network.name });
}
