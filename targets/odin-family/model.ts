/**
 * What tells the chips of the ODIN family apart, as the emulated core needs it: registers, the word of a neuron, the
 * alphabet of AER events. Everything else (memories, FIFO, sequencing, SPI, AER) is the same in both: tinyODIN was cut out
 * of ODIN.
 */

/** What reaches a neuron: a leak, or a signed weight. A weight of 0 is an event too: the neuron is compared again. */
export type Effect = "leak" | number;

/** An AER event as the chip decodes it. */
export type AerEvent =
  /** A spike of neuron `neuron`, through the FIFO to its 256 synapses. */
  | { readonly kind: "spike"; readonly neuron: number }
  /** An effect on one neuron, through the FIFO. */
  | { readonly kind: "virtual"; readonly neuron: number; readonly effect: Effect }
  /** One synapse, at once. */
  | { readonly kind: "synapse"; readonly source: number; readonly target: number }
  /** A leak of one neuron or of all, at once. */
  | { readonly kind: "leak"; readonly neuron: number | "all" }
  /** Something that the emulated chip refuses: what, in words. */
  | { readonly kind: "refused"; readonly what: string };

/** Configuration registers by address, as last written; 0 before. The silicon has no reset values for them. */
export type Registers = Uint32Array;

export interface ChipModel {
  readonly name: string;
  /** Bytes of a neuron's word. */
  readonly neuronBytes: number;
  /** Entries of the spike FIFO. */
  readonly fifoDepth: number;
  /** Address of AER_SRC_CTRL_nNEUR: 0 = the AER output gives spikes, 1 = it gives the neurons whose spikes are served. */
  readonly sourceRegister: number;
  /** Bits of an AER input address. */
  readonly aerBits: number;
  decodeAer(address: number): AerEvent;
  /** Signed weight of a synapse from its four bits. */
  weightOf(nibble: number, source: number, registers: Registers): number;
  /** The highest neuron that is processed. */
  lastNeuron(registers: Registers): number;
  /** Updates the neuron whose word starts at `at`; true when it spikes (and may: a disabled one is reset in silence). */
  update(words: Uint8Array, at: number, effect: Effect): boolean;
  /** Whether the word would spike as it stands: what writing to it over SPI evaluates. */
  fires(words: Uint8Array, at: number): boolean;
  /** What the configuration asks for and the emulated chip refuses, in words; null: nothing. */
  refusal(words: Uint8Array, registers: Registers): string | null;
}
