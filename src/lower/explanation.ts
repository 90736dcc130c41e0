/** What a conversion says of its choices, layer by layer. explain.ts finds the words. */

export interface Choice {
  /** threshold, weights, vInit, bias, pool, readout; scales of an input. */
  readonly what: string;
  readonly value: string;
  readonly why: string;
}

export interface LayerExplanation {
  readonly layer: string;
  readonly choices: readonly Choice[];
}
