/** How alike two recordings of the same neurons are: step by step, and train by train. */

export interface TrainAgreement {
  /** Places (neuron, step) with the same number of spikes, of all. */
  readonly perStep: number;
  /** Neurons whose trains are equal, of all. */
  readonly exactTrains: number;
  readonly spikes: readonly [first: number, second: number];
}

/** first, second: row-major [steps][neurons], of the same length. */
export function trainAgreement(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  neurons: number,
): TrainAgreement {
  const differing = new Uint8Array(neurons);
  let [same, firstSpikes, secondSpikes] = [0, 0, 0];
  for (let at = 0; at < first.length; at++) {
    firstSpikes += first[at];
    secondSpikes += second[at];
    if (first[at] === second[at]) same++;
    else differing[at % neurons] = 1;
  }
  const unequal = differing.reduce((sum, flag) => sum + flag, 0);
  return {
    perStep: same / first.length,
    exactTrains: (neurons - unequal) / neurons,
    spikes: [firstSpikes, secondSpikes],
  };
}
