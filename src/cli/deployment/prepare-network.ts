/** The first half of the whole road, in the manner of each kind of model: its network and samples, and how they are verified. */
import type { Network } from "../../network/network.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { type Converted, type ConvertOptions, convertModel } from "../conversion/convert-model.ts";
import { readGraph } from "../files.ts";
import {
  type ConvertedSpiking,
  convertSpiking,
  inputShapeOf,
  type SpikingConvertOptions,
} from "../native/convert-spiking.ts";
import { isSpikingFile, readSpikingGraph } from "../native/spiking-files.ts";
import { readTimedSamples } from "../native/timed-samples.ts";
import { type SpikingVerification, verifySpiking } from "../native/verify-spiking.ts";
import {
  forTimeOf,
  readGraphSamples,
  readNetworkSamples,
  type SampleFiles,
  type ScaledSamples,
} from "../samples.ts";
import { type Verification, verifyNetwork } from "../verification/verify-network.ts";

export interface PrepareRequest {
  readonly file: string;
  readonly target: Target;
  /** Of a native spiking network: `SpikingConvertOptions`. */
  readonly convert: ConvertOptions;
  readonly samples: SampleFiles;
  /** Samples that the emulated chip runs in the verification, every layer compared. */
  readonly boardSamples: number;
}

/** What a model became, and how it stands beside its floats: in the manner of its kind. */
export type Verified =
  | { readonly kind: "activations"; readonly converted: Converted; readonly verification: Verification }
  | {
      readonly kind: "spiking";
      readonly converted: ConvertedSpiking;
      readonly verification: SpikingVerification;
    };

export interface Prepared {
  readonly network: Network;
  readonly samples: ScaledSamples;
  verify(): Promise<Verified>;
}

const onEmulation = ({ target, boardSamples }: PrepareRequest) => ({ target, boardSamples, port: null });

async function prepareActivations(context: Context, request: PrepareRequest): Promise<Prepared> {
  const { file, target, samples: files, convert } = request;
  // A conversion may take minutes: samples and labels that do not fit the model are found before it.
  await readGraphSamples(files, await readGraph(file));
  const converted = await convertModel(context, file, target, convert);
  const { network, graph } = converted;
  const samples = await readNetworkSamples(files, network, context.terminal);
  const verify = async (): Promise<Verified> => ({
    kind: "activations",
    converted,
    verification: await verifyNetwork(context, network, graph, samples, onEmulation(request)),
  });
  return { network, samples, verify };
}

/** A native network runs as long as its samples, and its conversion says so. */
async function prepareSpiking(context: Context, request: PrepareRequest): Promise<Prepared> {
  const { terminal } = context;
  const { file, target, samples: files } = request;
  const convert = request.convert as SpikingConvertOptions;
  const shape = inputShapeOf(await readSpikingGraph(file));
  const unlabelled = { ...files, labels: undefined };
  const { timesteps } = await readTimedSamples(unlabelled, shape, 0, convert.timesteps, () => {});
  const converted = await convertSpiking(context, file, target, { ...convert, timesteps });
  const samples = await readNetworkSamples(files, converted.network, terminal);
  const network = forTimeOf(converted.network, samples);
  const verify = async (): Promise<Verified> => ({
    kind: "spiking",
    converted,
    verification: await verifySpiking(context, network, converted.graph, samples, onEmulation(request)),
  });
  return { network, samples, verify };
}

/** Converted. Throws SPK-01xx to SPK-03xx for the model, SPK-06xx for the samples. */
export function prepareNetwork(context: Context, request: PrepareRequest): Promise<Prepared> {
  return isSpikingFile(request.file)
    ? prepareSpiking(context, request)
    : prepareActivations(context, request);
}
