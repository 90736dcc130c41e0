/**
 * Every operator, in the combinations of attributes that change what it computes, against onnxruntime-web.
 */
import { describe, it } from "vitest";
import type { NodeProto, TensorProto } from "../../../src/import/onnx/proto.ts";
import { type AttributeValue, buildModel, float, floats, integers, node, random } from "./model-builder.ts";
import { expectSameAsOracle } from "./oracle.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;
type Extents = readonly (number | string)[];

/** One node on an image, with constants as its further inputs. */
function single(
  operator: string,
  attributes: Attributes,
  options: { input?: Extents; constants?: readonly TensorProto[]; opset?: number } = {},
): Uint8Array {
  const constants = options.constants ?? [];
  return buildModel({
    input: options.input ?? ["N", 4, 9, 8],
    opset: options.opset ?? 13,
    nodes: [node(operator, ["input", ...constants.map(({ name }) => name ?? "")], "output", attributes)],
    constants,
  });
}

function chain(
  input: Extents,
  nodes: readonly NodeProto[],
  constants: readonly TensorProto[],
  opset = 13,
): Uint8Array {
  return buildModel({ input, nodes, constants, opset });
}

describe("Conv gives what onnxruntime gives", () => {
  const cases: [string, Attributes, number[]][] = [
    ["without attributes", {}, [5, 4, 3, 3]],
    ["with strides", { strides: [2, 3] }, [6, 4, 3, 2]],
    ["with pads that differ on all sides", { pads: [0, 1, 2, 3] }, [3, 4, 3, 3]],
    ["with dilations", { dilations: [2, 3], pads: [1, 1, 1, 1] }, [5, 4, 3, 2]],
    ["in two groups", { group: 2 }, [6, 2, 3, 3]],
    ["depthwise", { group: 4, pads: [1, 1, 1, 1], strides: [2, 2] }, [4, 1, 3, 3]],
    ["depthwise with a multiplier", { group: 4 }, [8, 1, 2, 2]],
    ["with auto_pad SAME_UPPER", { auto_pad: "SAME_UPPER", strides: [2, 2] }, [5, 4, 4, 3]],
    ["with auto_pad SAME_LOWER", { auto_pad: "SAME_LOWER", strides: [2, 3] }, [5, 4, 4, 2]],
    ["with auto_pad VALID", { auto_pad: "VALID", kernel_shape: [2, 5] }, [7, 4, 2, 5]],
    ["with a 1x1 kernel and strides", { strides: [2, 2] }, [9, 4, 1, 1]],
  ];
  it.each(cases)("%s", async (_, attributes, dims) => {
    await expectSameAsOracle(
      single("Conv", attributes, { constants: [random("w", dims), random("b", [dims[0]], 2)] }),
    );
    await expectSameAsOracle(single("Conv", attributes, { constants: [random("w", dims)] }));
  });
});

describe("pools give what onnxruntime gives", () => {
  const windows: [string, Attributes][] = [
    ["2x2", { kernel_shape: [2, 2], strides: [2, 2] }],
    ["3x2 with stride 1, the default", { kernel_shape: [3, 2] }],
    ["with pads", { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 2, 1] }],
    ["with auto_pad SAME_UPPER", { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" }],
    ["with auto_pad SAME_LOWER", { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" }],
    ["with ceil_mode", { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }],
    ["with ceil_mode and pads", { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
    ["with ceil_mode that changes nothing", { kernel_shape: [3, 2], strides: [3, 2], ceil_mode: 1 }],
    [
      "with ceil_mode whose last window would start in the padding",
      { kernel_shape: [1, 1], strides: [3, 3], ceil_mode: 1 },
    ],
  ];
  it.each(windows)("MaxPool %s", (_, attributes) => expectSameAsOracle(single("MaxPool", attributes)));
  it.each(windows)("AveragePool %s", (_, attributes) =>
    expectSameAsOracle(single("AveragePool", attributes)),
  );
  const counted = windows.filter(([name]) => name !== "with ceil_mode and pads");
  it.each(counted)("AveragePool counting its padding, %s", (_, attributes) =>
    expectSameAsOracle(single("AveragePool", { ...attributes, count_include_pad: 1 })),
  );

  it.each(["GlobalAveragePool", "GlobalMaxPool"])("%s", (operator) =>
    expectSameAsOracle(single(operator, {})),
  );
  it("ReduceMean over height and width, keeping the axes or not, in both forms of the operator", async () => {
    await expectSameAsOracle(single("ReduceMean", { axes: [2, 3] }));
    await expectSameAsOracle(single("ReduceMean", { axes: [-1, -2], keepdims: 0 }));
    await expectSameAsOracle(
      single("ReduceMean", { keepdims: 0 }, { constants: [integers("axes", [2, 3])], opset: 18 }),
    );
  });
});

describe("linear layers give what onnxruntime gives", () => {
  const gemms: [string, Attributes, number[], number[] | null][] = [
    ["without attributes", {}, [4, 5], [5]],
    ["transB", { transB: 1 }, [5, 4], [5]],
    ["alpha and beta", { transB: 1, alpha: float(0.5), beta: float(-2) }, [6, 4], [6]],
    ["without a bias", { transB: 1 }, [3, 4], null],
    ["with one bias for all outputs", {}, [4, 7], [1]],
    ["with a scalar bias", {}, [4, 7], []],
    ["with a bias of one row", {}, [4, 7], [1, 7]],
  ];
  it.each(gemms)("Gemm %s", (_, attributes, weight, bias) => {
    const constants = [random("w", weight), ...(bias ? [random("b", bias, 3)] : [])];
    return expectSameAsOracle(single("Gemm", attributes, { input: ["N", 4], constants }));
  });
  it("MatMul, alone, followed by an Add on either side, and by weights transposed in the file", async () => {
    const w = random("w", [4, 5]);
    const b = random("b", [5], 2);
    await expectSameAsOracle(single("MatMul", {}, { input: ["N", 4], constants: [w] }));
    await expectSameAsOracle(
      chain(["N", 4], [node("MatMul", ["input", "w"], "y"), node("Add", ["b", "y"], "output")], [w, b]),
    );
    const transposed = [
      node("Transpose", ["v"], "w", { perm: [1, 0] }),
      node("MatMul", ["input", "w"], "y"),
      node("Add", ["y", "b"], "output"),
    ];
    await expectSameAsOracle(chain(["N", 4], transposed, [random("v", [5, 4]), b]));
  });
  it("a layer whose output is used before and after a bias keeps both", () =>
    expectSameAsOracle(
      chain(
        ["N", 4],
        [
          node("MatMul", ["input", "w"], "y"),
          node("Add", ["y", "b"], "z"),
          node("Relu", ["y"], "r"),
          node("Add", ["z", "r"], "output"),
        ],
        [random("w", [4, 5]), random("b", [5], 2)],
      ),
    ));
  it("a bias after a convolution that has one already", () =>
    expectSameAsOracle(
      chain(
        ["N", 4, 5, 5],
        [node("Conv", ["input", "w", "a"], "y"), node("Add", ["y", "b"], "output")],
        [random("w", [3, 4, 2, 2]), random("a", [3], 2), random("b", [3, 1, 1], 3)],
      ),
    ));
});

describe("arithmetic with constants gives what onnxruntime gives", () => {
  const constants: [string, TensorProto][] = [
    ["a scalar", floats("c", [], [1.5])],
    ["one value", floats("c", [1], [-0.75])],
    ["one value per channel", random("c", [4, 1, 1])],
    ["one value per channel, with a batch axis", random("c", [1, 4, 1, 1])],
    ["a map that is constant within channels", floats("c", [1, 2], [2, 2])],
  ];
  const image = ["N", 4, 3, 2];
  for (const operator of ["Add", "Sub", "Mul", "Div"]) {
    it.each(constants)(`${operator} by %s`, (_, c) =>
      expectSameAsOracle(single(operator, {}, { input: image, constants: [c] })),
    );
  }
  it.each(["Add", "Sub", "Mul"])("%s with the constant first", (operator) =>
    expectSameAsOracle(chain(image, [node(operator, ["c", "input"], "output")], [random("c", [4, 1, 1])])),
  );
  it("one value per feature of a flat input", () =>
    expectSameAsOracle(single("Mul", {}, { input: ["N", 6], constants: [random("c", [6])] })));
  it("BatchNormalization on images and on flat inputs, opset 7 to 15", async () => {
    const constants = [
      random("s", [4]),
      random("b", [4], 2),
      random("m", [4], 3),
      floats("v", [4], [0.5, 1, 2, 0.01]),
    ];
    for (const opset of [7, 9, 14, 15]) {
      await expectSameAsOracle(single("BatchNormalization", { epsilon: float(0.01) }, { constants, opset }));
    }
    await expectSameAsOracle(single("BatchNormalization", {}, { input: ["N", 4], constants }));
  });
});

describe("activations give what onnxruntime gives", () => {
  it("Relu", () => expectSameAsOracle(single("Relu", {})));
  it("Clip by attributes, before opset 11", () =>
    expectSameAsOracle(single("Clip", { min: float(0), max: float(0.5) }, { opset: 7 })));
  it("Clip by inputs, and without a maximum", async () => {
    await expectSameAsOracle(
      single("Clip", {}, { constants: [floats("min", [], [0]), floats("max", [], [0.25])] }),
    );
    await expectSameAsOracle(single("Clip", {}, { constants: [floats("min", [], [0])] }));
  });
  it("Clip that does not clip", () => expectSameAsOracle(single("Clip", {})));
});

describe("shapes and joins give what onnxruntime gives", () => {
  it("Flatten, before and after axes could be negative", async () => {
    await expectSameAsOracle(single("Flatten", {}, { opset: 7 }));
    await expectSameAsOracle(single("Flatten", { axis: -3 }));
  });
  it.each([[[0, -1]], [[-1, 4 * 9 * 8]], [[0, 288]]])("Reshape to %j", (target) =>
    expectSameAsOracle(single("Reshape", {}, { constants: [integers("shape", target)] })),
  );
  it("Reshape to flat with a fixed batch", () =>
    expectSameAsOracle(
      single("Reshape", {}, { input: [3, 4, 2, 2], constants: [integers("shape", [3, 16])] }),
      3,
    ));
  it("Reshape by arithmetic on the input's shape, as torch writes x.view(x.size(0), -1)", () =>
    expectSameAsOracle(
      chain(
        ["N", 4, 2, 2],
        [
          node("Shape", ["input"], "shape"),
          node("Gather", ["shape", "zero"], "batch", { axis: 0 }),
          node("Unsqueeze", ["batch", "axes"], "first"),
          node("Concat", ["first", "rest"], "target", { axis: 0 }),
          node("Reshape", ["input", "target"], "output"),
        ],
        [integers("zero", [0], []), integers("axes", [0]), integers("rest", [-1])],
      ),
    ));
  it("Squeeze of a global pool, axes as attribute and as input", async () => {
    const pool = node("GlobalAveragePool", ["input"], "y");
    const image = ["N", 4, 5, 5];
    await expectSameAsOracle(
      chain(image, [pool, node("Squeeze", ["y"], "output", { axes: [2, 3] })], [], 11),
    );
    await expectSameAsOracle(
      chain(image, [pool, node("Squeeze", ["y", "axes"], "output")], [integers("axes", [-1, -2])]),
    );
  });
  it("Concat of channels, of features, and along a negative axis", async () => {
    const branches = [node("Relu", ["input"], "a"), node("Conv", ["input", "w"], "b")];
    const w = random("w", [3, 4, 1, 1]);
    await expectSameAsOracle(
      chain(["N", 4, 3, 3], [...branches, node("Concat", ["a", "b", "input"], "output", { axis: 1 })], [w]),
    );
    await expectSameAsOracle(
      chain(["N", 4, 3, 3], [...branches, node("Concat", ["b", "a"], "output", { axis: -3 })], [w]),
    );
    await expectSameAsOracle(
      chain(
        ["N", 4],
        [node("Relu", ["input"], "a"), node("Concat", ["a", "input"], "output", { axis: 1 })],
        [],
      ),
    );
  });
  it("Add of branches, and of an activation to itself", async () => {
    const nodes = [
      node("Relu", ["input"], "a"),
      node("Add", ["a", "input"], "b"),
      node("Add", ["b", "b"], "output"),
    ];
    await expectSameAsOracle(chain(["N", 4, 3, 3], nodes, []));
  });
  it("Pad by attribute, by input, and on named axes", async () => {
    await expectSameAsOracle(single("Pad", { pads: [0, 0, 1, 2, 0, 0, 3, 0] }, { opset: 10 }));
    await expectSameAsOracle(single("Pad", {}, { constants: [integers("pads", [0, 0, 1, 0, 0, 0, 0, 2])] }));
    const named = chain(
      ["N", 4, 3, 3],
      [node("Pad", ["input", "pads", "", "axes"], "output")],
      [integers("pads", [1, 2, 0, 1]), integers("axes", [2, 3])],
      18,
    );
    await expectSameAsOracle(named);
  });
  it("Identity, Dropout and Cast change nothing", () =>
    expectSameAsOracle(
      chain(
        ["N", 4],
        [
          node("Identity", ["input"], "a"),
          node("Dropout", ["a"], "b"),
          node("Cast", ["b"], "c", { to: 1 }),
          node("Relu", ["c"], "output"),
        ],
        [],
      ),
    ));
});

describe.each([7, 9, 11, 13, 17, 21])("opset %i", (opset) => {
  it("a small network of convolution, normalisation, pool and linear layer is read as onnxruntime reads it", () =>
    expectSameAsOracle(
      chain(
        ["N", 2, 8, 8],
        [
          node("Conv", ["input", "w"], "y", { pads: [1, 1, 1, 1] }),
          node("BatchNormalization", ["y", "s", "b", "m", "v"], "n"),
          node("Relu", ["n"], "r"),
          node("MaxPool", ["r"], "p", { kernel_shape: [2, 2], strides: [2, 2] }),
          node("Flatten", ["p"], "f"),
          node("Gemm", ["f", "u", "c"], "output", { transB: 1 }),
        ],
        [
          random("w", [3, 2, 3, 3]),
          random("s", [3], 2),
          random("b", [3], 3),
          random("m", [3], 4),
          floats("v", [3], [1, 2, 0.5]),
          random("u", [5, 48], 5),
          random("c", [5], 6),
        ],
        opset,
      ),
    ));
});
