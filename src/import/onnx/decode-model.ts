/**
 * Bytes become a ModelProto whose frame is sound: it decodes, it holds a graph, and its versions are ones we know.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Note } from "../../graph/graph.ts";
import { type GraphProto, type ModelProto, onnx, toNumber } from "./proto.ts";
import { checkStructure } from "./structure-limit.ts";

/** Operators changed their meaning often before opset 7 (broadcasting); 21 is the newest that is tested. */
export const opsetRange = { oldest: 7, newest: 21 } as const;
/** onnx.proto, enum Version: opsets came with IR version 3. */
const oldestIrVersion = 3;

export interface DecodedModel {
  readonly graph: GraphProto;
  readonly opset: number;
  readonly notes: readonly Note[];
}

/** @throws SpikecError SPK-0101 where the bytes are no ONNX model, SPK-0103 where its version is too old. */
export function decodeModel(bytes: Uint8Array, file: string): DecodedModel {
  const model = decode(bytes, file);
  if (!model.graph || toNumber(model.irVersion) < 1) {
    throw new SpikecError("SPK-0101", "the file holds no ONNX graph", { where: file });
  }
  const irVersion = toNumber(model.irVersion);
  if (irVersion < oldestIrVersion) {
    throw new SpikecError("SPK-0103", `IR version ${irVersion} is older than ${oldestIrVersion}`, {
      where: file,
    });
  }
  const opset = standardOpset(model, file);
  return { graph: model.graph, opset, notes: opset > opsetRange.newest ? [newerOpset(opset, file)] : [] };
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  if (bytes.length === 0) throw new SpikecError("SPK-0101", "the file is empty", { where: file });
  checkStructure(bytes, file);
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (cause) {
    // The decoder throws RangeError at a cut, Error at a wrong wire type: both mean the same to the user.
    throw new SpikecError(
      "SPK-0101",
      `the file does not decode as ONNX: it is truncated, or something else`,
      {
        where: file,
        cause,
      },
    );
  }
}

function standardOpset(model: ModelProto, file: string): number {
  const versions = (model.opsetImport ?? [])
    .filter(({ domain }) => isStandardDomain(domain))
    .map(({ version }) => toNumber(version));
  if (versions.length === 0) {
    throw new SpikecError(
      "SPK-0101",
      "the file names no opset of the standard operators: it is truncated or damaged",
      {
        where: file,
      },
    );
  }
  const opset = Math.max(...versions);
  if (opset < opsetRange.oldest) {
    throw new SpikecError("SPK-0103", `opset ${opset} is older than ${opsetRange.oldest}`, { where: file });
  }
  return opset;
}

/** ONNX: the empty domain and "ai.onnx" both name the standard operators. */
export function isStandardDomain(domain: string | null | undefined): boolean {
  return !domain || domain === "ai.onnx";
}

function newerOpset(opset: number, where: string): Note {
  return {
    level: "warning",
    where,
    text: `opset ${opset} is newer than ${opsetRange.newest}, the newest that spikec is tested with; read as ${opsetRange.newest}`,
  };
}
