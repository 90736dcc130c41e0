/**
 * Every operator that can be imported, and who translates it. An operator that is not here is refused.
 * Heads (Softmax, LogSoftmax, Sigmoid at the very end) are taken off before this table is asked: see head.ts.
 */
import type { OperatorImporter } from "../operation.ts";
import { importClip, importRelu } from "./activations.ts";
import { importAdd, importDiv, importMul, importSub } from "./arithmetic.ts";
import { importConstant, importGather, importShape } from "./constants.ts";
import { importConv } from "./convolution.ts";
import { importConcat } from "./joining.ts";
import { importGemm, importMatMul } from "./linear.ts";
import { importBatchNormalization } from "./normalization.ts";
import { importPad } from "./padding.ts";
import { importCast, importDropout, importIdentity } from "./passing.ts";
import {
  importAveragePool,
  importGlobalAveragePool,
  importGlobalMaxPool,
  importMaxPool,
  importReduceMean,
} from "./pooling.ts";
import { importDequantizeLinear, importQuantizeLinear } from "./quantization.ts";
import {
  importFlatten,
  importReshape,
  importSqueeze,
  importTranspose,
  importUnsqueeze,
} from "./reshaping.ts";

export const operatorImporters: ReadonlyMap<string, OperatorImporter> = new Map([
  ["Gemm", importGemm],
  ["MatMul", importMatMul],
  ["Conv", importConv],
  ["BatchNormalization", importBatchNormalization],
  ["Relu", importRelu],
  ["Clip", importClip],
  ["AveragePool", importAveragePool],
  ["GlobalAveragePool", importGlobalAveragePool],
  ["ReduceMean", importReduceMean],
  ["MaxPool", importMaxPool],
  ["GlobalMaxPool", importGlobalMaxPool],
  ["Add", importAdd],
  ["Sub", importSub],
  ["Mul", importMul],
  ["Div", importDiv],
  ["Concat", importConcat],
  ["Pad", importPad],
  ["Flatten", importFlatten],
  ["Reshape", importReshape],
  ["Squeeze", importSqueeze],
  ["Unsqueeze", importUnsqueeze],
  ["Transpose", importTranspose],
  ["Identity", importIdentity],
  ["Dropout", importDropout],
  ["Cast", importCast],
  ["QuantizeLinear", importQuantizeLinear],
  ["DequantizeLinear", importDequantizeLinear],
  ["Constant", importConstant],
  ["Shape", importShape],
  ["Gather", importGather],
]);
