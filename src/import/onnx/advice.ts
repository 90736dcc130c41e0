/**
 * Operators that cannot be imported, by family: why, and the way out. Messages are read by people who trained the
 * network, so the way out speaks of layers and training.
 */

export interface UnsupportedFamily {
  readonly operators: readonly string[];
  readonly why: string;
  readonly advice: string;
  /** The output has the shape of the first input, so that the import can go on and find what else is refused. */
  readonly keepsShape: boolean;
}

const families: readonly UnsupportedFamily[] = [
  {
    operators: [
      "LeakyRelu",
      "PRelu",
      "Elu",
      "Selu",
      "Celu",
      "ThresholdedRelu",
      "Shrink",
      "Softplus",
      "Softsign",
    ],
    why: "its output is negative or curved where a spike rate is zero or straight",
    advice: "replace it by ReLU and train again",
    keepsShape: true,
  },
  {
    operators: ["Sigmoid"],
    why: "a spike rate grows straight from zero and this curve does not; it is supported only as the last layer",
    advice: "replace it by ReLU (or ReLU6, where the output must stay bounded) and train again",
    keepsShape: true,
  },
  {
    operators: ["Tanh", "HardSigmoid", "Erf", "Mish"],
    why: "a spike rate grows straight from zero and this curve does not",
    advice: "replace it by ReLU (or ReLU6, where the output must stay bounded) and train again",
    keepsShape: true,
  },
  {
    operators: ["Gelu", "HardSwish", "Swish", "QuickGelu"],
    why: "its curve has no spiking counterpart",
    advice: "replace it by ReLU and train again",
    keepsShape: true,
  },
  {
    operators: ["Softmax", "LogSoftmax", "Hardmax"],
    why: "it compares all values with one another; that is supported only as the last layer",
    advice: "keep it as the last layer only; attention cannot be converted",
    keepsShape: true,
  },
  {
    operators: [
      "LayerNormalization",
      "InstanceNormalization",
      "GroupNormalization",
      "LpNormalization",
      "LRN",
      "MeanVarianceNormalization",
      "RMSNormalization",
    ],
    why: "it normalises by statistics of each sample",
    advice: "use BatchNormalization, whose statistics are constants after training, and train again",
    keepsShape: true,
  },
  {
    operators: ["LSTM", "GRU", "RNN", "Scan", "Loop"],
    why: "it is recurrent",
    advice: "use a feed-forward network; recurrent spiking networks can be imported from NIR",
    keepsShape: false,
  },
  {
    operators: [
      "If",
      "Where",
      "Equal",
      "Greater",
      "GreaterOrEqual",
      "Less",
      "LessOrEqual",
      "Not",
      "And",
      "Or",
    ],
    why: "it decides by the data what is computed",
    advice: "export one path of the network, without conditions on the data",
    keepsShape: false,
  },
  {
    operators: [
      "Exp",
      "Log",
      "Sqrt",
      "Pow",
      "Abs",
      "Neg",
      "Reciprocal",
      "Sin",
      "Cos",
      "Floor",
      "Ceil",
      "Round",
      "Sign",
    ],
    why: "its curve has no spiking counterpart",
    advice: "compute it before the network, on the data, or leave it out and train again",
    keepsShape: true,
  },
  {
    operators: ["ArgMax", "ArgMin", "TopK", "ReduceMax", "ReduceMin"],
    why: "it chooses among values",
    advice: "export the network so that it ends in the logits; the class is chosen by spikec",
    keepsShape: false,
  },
  {
    operators: ["Max", "Min", "Sum", "Mean"],
    why: "it is not one of the operators that join branches here",
    advice: "join branches by Add or Concat; clip with Clip or ReLU",
    keepsShape: true,
  },
  {
    operators: [
      "ConvTranspose",
      "Resize",
      "Upsample",
      "DepthToSpace",
      "SpaceToDepth",
      "MaxUnpool",
      "GridSample",
    ],
    why: "it enlarges or rearranges maps",
    advice: "use convolutions with strides and pools; decoders cannot be converted",
    keepsShape: false,
  },
  {
    operators: ["LpPool", "GlobalLpPool", "MaxRoiPool", "RoiAlign"],
    why: "this kind of pooling has no spiking counterpart",
    advice: "use AveragePool or MaxPool and train again",
    keepsShape: false,
  },
  {
    operators: [
      "Einsum",
      "Attention",
      "MultiHeadAttention",
      "MatMulInteger",
      "QLinearConv",
      "QLinearMatMul",
      "ConvInteger",
    ],
    why: "it is not a linear layer with constant float weights",
    advice: "write it as Gemm or Conv; export quantized networks in QDQ form",
    keepsShape: false,
  },
  {
    operators: [
      "Split",
      "Slice",
      "Expand",
      "Tile",
      "GatherElements",
      "GatherND",
      "ScatterND",
      "NonZero",
      "ConstantOfShape",
      "Range",
    ],
    why: "it cuts or copies tensors",
    advice: "export with fixed sizes and constant folding; give parallel branches layers of their own",
    keepsShape: false,
  },
];

const byOperator: ReadonlyMap<string, UnsupportedFamily> = new Map(
  families.flatMap((family) => family.operators.map((operator) => [operator, family] as const)),
);

/** What to say of an operator that has no importer. */
export function unsupported(operator: string): Omit<UnsupportedFamily, "operators"> {
  const family = byOperator.get(operator);
  if (family) return family;
  const foreign = operator.includes(".");
  return {
    why: foreign ? "it is not a standard ONNX operator" : "this operator is not supported",
    advice: foreign
      ? "export with standard operators only, without fusing or runtime-specific optimisation"
      : "rebuild this part of the network from convolutions, linear layers, ReLU and pools",
    keepsShape: false,
  };
}
