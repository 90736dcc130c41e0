/** The loopback of `doctor`: a small network goes onto a virtual board over TCP, and its spikes come back. */
import { listenTcp } from "../../board/tcp.ts";
import { openLink } from "../../link/node/open.ts";
import { type IntegrateAndFirePopulation, type Network, plainLaw } from "../../network/network.ts";
import { encodeSample } from "../../simulate/encode.ts";
import { createSimulator } from "../../simulate/reference.ts";
import { compareTrains } from "../../target/compare.ts";
import { findTarget } from "../../target/registry.ts";
import type { Check } from "./checks.ts";
import { wireOf } from "./with-board.ts";

const neurons = 8;

/** Each neuron fires at its own rate, and takes from its neighbour. */
function smallNetwork(): Network {
  const weights = Int8Array.from({ length: neurons * neurons }, (_, i) =>
    i % (neurons + 1) === 0 ? 5 : -(i % 3),
  );
  const population: IntegrateAndFirePopulation = {
    kind: "integrateAndFire",
    name: "neurons",
    shape: [neurons],
    law: { ...plainLaw, threshold: Int32Array.of(7) },
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
  const quantization = { scale: 1, zeroPoint: 0, bits: 8, signed: true };
  return {
    name: "loopback",
    timesteps: 20,
    inputs: [
      { name: "input", shape: [neurons], encoder: { kind: "analog", ...quantization }, polarity: "unsigned" },
    ],
    populations: [population],
    projections: [
      {
        name: "weights",
        source: "input",
        target: "neurons",
        delay: 0,
        pools: [],
        connection: { kind: "dense", weights },
      },
    ],
    readout: { population: "neurons", read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** "0 mismatches / N spikes" over a port of this machine. */
async function loopback(): Promise<{ readonly mismatches: number; readonly spikes: number }> {
  const target = await findTarget("rp2040");
  const wire = wireOf(target);
  const network = smallNetwork();
  const placement = target.place(network);
  const image = await target.emit(placement);
  const face = await listenTcp(wire.board(), 0);
  const link = await openLink(`socket://127.0.0.1:${face.port}`, { baudRate: wire.baudRate });
  try {
    await wire.flash(link, image);
    const device = await wire.device(link, image);
    const input = encodeSample(
      network,
      Float32Array.from({ length: neurons }, (_, i) => i),
    );
    const { train } = createSimulator(network).run(input);
    const found = target.readings(
      placement,
      await device.run(target.stimulus(placement, input), train.steps),
    );
    await device.close();
    return compareTrains(train, found, placement.observed);
  } finally {
    await link.close();
    await face.close();
  }
}

export async function checkLoopback(): Promise<Check> {
  const name = "loopback";
  try {
    const { mismatches, spikes } = await loopback();
    const detail = `virtual board over TCP: ${mismatches} mismatches / ${spikes} spikes`;
    return { name, state: mismatches === 0 && spikes > 0 ? "ok" : "problem", detail };
  } catch (error) {
    return { name, state: "problem", detail: error instanceof Error ? error.message : String(error) };
  }
}
