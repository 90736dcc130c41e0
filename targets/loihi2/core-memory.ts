/**
 * Synapse memory of a Loihi 1 core, as nengo-loihi counts it (nengo-loihi e564f66, nengo_loihi/block.py, bits_per_axon): an
 * axon's synapses lie in groups of at most 64, each with a header, in words of 64 bits.
 */

const synapsesInGroup = 64;
const headerBits = 10;
const wordBits = 64;

/** dense: every synapse is stored, the targets being known from their order. indexed: each with its target's index. */
export type SynapseFormat =
  | { readonly kind: "dense" }
  | { readonly kind: "indexed"; readonly indexBits: number };

/** weightBits: of one weight, sign included. */
export function bitsPerAxon(synapses: number, format: SynapseFormat, weightBits = 8): number {
  const each = weightBits + (format.kind === "dense" ? 0 : format.indexBits);
  let bits = 0;
  for (let rest = synapses; rest > 0; rest -= synapsesInGroup) {
    const inGroup = Math.min(synapsesInGroup, rest);
    bits += Math.ceil((inGroup * each + headerBits) / wordBits) * wordBits;
  }
  return bits;
}
