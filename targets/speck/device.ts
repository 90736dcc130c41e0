/**
 * The emulated chip: an Image's configuration.json, decoded and run by the simulator that the manifest names. It sees the Image's
 * bytes and nothing else of the compiler.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { ChipEvents, Device, Image, Stimulus } from "../../src/target/target.ts";
import { addressOf, readAddress, sensor } from "./device/addresses.ts";
import { throughCamera } from "./device/camera.ts";
import {
  type ChipConfiguration,
  configurationName,
  readConfiguration,
  readoutLayer,
} from "./device/configuration.ts";
import { createEventSimulator } from "./device/event.ts";
import { type Arrival, checkArrival, type Emit, type Simulator } from "./device/simulator.ts";
import { createTimestepSimulator } from "./device/timestep.ts";
import { type Manifest, manifestName, parseManifest } from "./manifest.ts";

function artifactOf(image: Image, name: string): Uint8Array {
  const artifact = image.artifacts.find((candidate) => candidate.name === name);
  if (artifact === undefined)
    throw new SpikecError("SPK-0404", `the image has no ${name}`, { where: image.target });
  return artifact.bytes;
}

function parseConfiguration(bytes: Uint8Array): ChipConfiguration {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SpikecError("SPK-0404", "the file is no JSON", { where: configurationName, cause });
  }
  return readConfiguration(json);
}

function simulatorOf(configuration: ChipConfiguration, { simulator, layers }: Manifest): Simulator {
  if (simulator === "timestep") return createTimestepSimulator(configuration);
  const configured = new Set(configuration.cores.map(({ core }) => core));
  const leak = layers.map(({ core }) => core).filter((core) => configured.has(core));
  return createEventSimulator(configuration, { scan: "feature first", leak });
}

/**
 * Channel 4 (k - 1) of a core is class k of the readout, which counts from 1; other channels reach no class (Speck datasheet,
 * erratum of the readout).
 */
const channelsOfAClass = 4;
const classCount = 15;

function readoutClass(feature: number): number | null {
  const label = feature / channelsOfAClass + 1;
  return Number.isInteger(label) && label <= classCount ? label : null;
}

/** Where the spikes of the cores are seen: at a core's monitor, or at the readout. */
function createReporter(configuration: ChipConfiguration) {
  const monitored = new Set<number>();
  const read = new Set<number>();
  for (const { core, monitored: isMonitored, destinations } of configuration.cores) {
    if (isMonitored) monitored.add(core);
    if (configuration.readoutEnabled && destinations.some(({ layer }) => layer === readoutLayer))
      read.add(core);
  }
  return (addresses: number[], values: number[]): Emit =>
    (core, feature, row, column, count) => {
      if (monitored.has(core)) {
        addresses.push(addressOf({ layer: core, feature, row, column }));
        values.push(count);
      }
      const label = read.has(core) ? readoutClass(feature) : null;
      if (label === null) return;
      addresses.push(addressOf({ layer: readoutLayer, feature: label, row: 0, column: 0 }));
      values.push(count);
    };
}

/** Throws SPK-0404 for an image that cannot be loaded. */
export function createSpeckDevice(image: Image): Device {
  const configuration = parseConfiguration(artifactOf(image, configurationName));
  const simulator = simulatorOf(configuration, parseManifest(artifactOf(image, manifestName)));
  const report = createReporter(configuration);

  /** An event of the stimulus as the cores get it; null where the DVS layer drops it. */
  function arrivalOf(address: number, count: number): Arrival | null {
    const { layer, ...event } = readAddress(address);
    if (layer !== sensor) return { cores: [layer], ...event, count };
    const passed = throughCamera(configuration.camera, event);
    return passed === null ? null : { cores: configuration.camera.destinations, ...passed, count };
  }

  function arrivalsOf(charges: Stimulus["charges"][number] = []): Arrival[] {
    return charges.flatMap(([address, count]) => {
      const arrival = arrivalOf(address, count);
      if (arrival === null) return [];
      checkArrival(simulator.cores, arrival);
      return [arrival];
    });
  }

  return {
    async reset() {
      simulator.reset();
    },
    async run(stimulus: Stimulus, steps: number): Promise<ChipEvents> {
      const addresses: number[][] = [];
      const values: number[][] = [];
      for (let step = 0; step < steps; step++) {
        addresses.push([]);
        values.push([]);
        simulator.step(arrivalsOf(stimulus.charges[step]), report(addresses[step], values[step]));
      }
      return { steps, addresses, values };
    },
    async close() {},
  };
}
