/** What a .snn.yaml file cannot be: each refused with code, file, line and keys. */
import { describe, expect, it } from "vitest";
import { complaintOf, small } from "./small-text.ts";

const change = (from: string | RegExp, to: string): string => {
  const text = small.replace(from, to);
  expect(text, `${from} stands in the small text`).not.toBe(small);
  return text;
};
const lif = (fields: string): string => change("type: LIF, tau: 0.01, r: 10", fields);

describe("a key that the form does not have", () => {
  const cases: [text: () => string, complaint: string][] = [
    [
      () => `${small}edgs: []\n`,
      'SPK-0121 net.snn.yaml:9 edgs: there is no key "edgs" here; did you mean edges?',
    ],
    [
      () => change("tau:", "tao:"),
      'net.snn.yaml:6 nodes.lif.tao: there is no key "tao" here; did you mean tau?',
    ],
    [() => change("dt: 1e-3", "dt: 1e-3, resett: value"), "net.snn.yaml:2 time.resett: "],
    [() => change("r: 10", "__proto__: 10"), "net.snn.yaml:6 nodes.lif.__proto__: "],
    [() => `${small}__proto__: {polluted: true}\n`, "net.snn.yaml:9 __proto__: "],
  ];
  it.each(cases)("is refused with its line and the name that was meant (%#)", async (text, complaint) => {
    expect(await complaintOf(text())).toContain(complaint);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("a node", () => {
  const cases: [what: string, text: () => string, complaint: string][] = [
    [
      "of an unknown type",
      () => change("LIF", "LIFF"),
      'lif.type: there is no node of type "LIFF"; did you mean LIF?',
    ],
    [
      "of a type of sinabs by half its name",
      () => change("type: LIF", "type: IAF"),
      "did you mean SinabsIAF?",
    ],
    [
      "without a type",
      () => change("type: LIF, ", ""),
      "SPK-0121 net.snn.yaml:6 nodes.lif: the node has no type",
    ],
    [
      "without a needed key",
      () => change("tau: 0.01, ", ""),
      "net.snn.yaml:6 nodes.lif: the key tau is missing",
    ],
    ["that is nothing", () => change(/lif: .*/, "lif:"), "net.snn.yaml:6 nodes.lif: a node is needed"],
    [
      "named twice",
      () => change("chain", "  lif: {type: IF}\nchain"),
      'SPK-0120 net.snn.yaml:8: "lif" stands there twice',
    ],
    [
      "with words for numbers",
      () => change("0.01", "fast"),
      "net.snn.yaml:6 nodes.lif.tau: a number, nested lists",
    ],
    [
      "with a time constant below 0",
      () => change("0.01", "-1"),
      "SPK-0202 net.snn.yaml:6 nodes.lif: its tau is -1",
    ],
    ["with NaN", () => change("0.01", ".nan"), "net.snn.yaml:6 nodes.lif.tau: "],
    [
      "with uneven rows",
      () => change("[[1, 2]]", "[[1, 2], [3]]"),
      "net.snn.yaml:5 nodes.fc.weight.1: a list of 1",
    ],
    [
      "with weights of another size",
      () => change("[[1, 2]]", "[[1, 2, 3]]"),
      "SPK-0201 net.snn.yaml:5 nodes.fc: ",
    ],
    [
      "with weights of too few axes",
      () => change("[[1, 2]]", "[1, 2]"),
      "SPK-0201 net.snn.yaml:5 nodes.fc.weight: ",
    ],
    [
      "with another shape than follows",
      () => change("r: 10", "r: 10, shape: [3]"),
      "SPK-0201 net.snn.yaml:6 nodes.lif.shape: it says [3]",
    ],
    [
      "with a membrane of another shape",
      () => change("r: 10", "v_init: [1, 2]"),
      "SPK-0201 net.snn.yaml:6 nodes.lif: ",
    ],
    ["beyond memory", () => change("[2]", "[2000000, 2000000]"), "SPK-0204 net.snn.yaml:4 nodes.input: "],
    [
      "with beta and tau",
      () => lif("type: LIF, tau: 1, beta: 0.9"),
      "nodes.lif.beta: it stands in place of tau and r",
    ],
    ["with a beta of no decay", () => lif("type: LIF, beta: 1"), "nodes.lif.beta: 0 or more and less than 1"],
    [
      "of Alpha that subtracts",
      () => lif("type: Alpha, alpha: 0.9, beta: 0.8, reset_mechanism: subtract"),
      "nodes.lif.reset_mechanism: Alpha knows",
    ],
    [
      "with another reset than there is",
      () => lif("type: Leaky, beta: 0.9, reset_mechanism: zeroo"),
      "did you mean zero?",
    ],
    [
      "with a group in place of a word",
      () => lif("type: Leaky, beta: 0.9, reset_mechanism: {}"),
      "nodes.lif.reset_mechanism: one of these is needed: subtract, zero, none",
    ],
    [
      "of Lapicque without a circuit",
      () => lif("type: Lapicque, R: 1"),
      "nodes.lif: a Lapicque needs R and C, or beta",
    ],
    [
      "that recurs in two ways",
      () => lif("type: RLeaky, beta: 0.9, V: 1, recurrent_weight: [[1]]"),
      "not both",
    ],
    [
      "of sinabs with factor and time constant",
      () => lif("type: SinabsLIF, tau_mem: 10, alpha_mem: 0.9"),
      "nodes.lif.tau_mem: alpha_mem says the same",
    ],
    [
      "of sinabs without either",
      () => lif("type: SinabsLIF, norm_input: false"),
      "nodes.lif: the key tau_mem is missing",
    ],
    [
      "with other spikes than sinabs has",
      () => lif("type: SinabsIAF, spike_fn: Multi"),
      "nodes.lif.spike_fn: MultiSpike, SingleSpike",
    ],
  ];
  it.each(cases)("%s is refused", async (_, text, complaint) => {
    expect(await complaintOf(text())).toContain(complaint);
  });
});

describe("edges", () => {
  const edges = (list: string): string => `${small}edges: ${list}\n`;
  const cases: [what: string, text: () => string, complaint: string][] = [
    [
      "to a name that is no node",
      () => change("fc, lif,", "fc, lfi,"),
      'SPK-0121 net.snn.yaml:8 chain.2: "lfi" is no node; did you mean lif?',
    ],
    [
      "that come twice",
      () => edges("[[lif, output]]"),
      'net.snn.yaml:9 edges.0: "lif" and "output" are joined already',
    ],
    [
      "of three ends",
      () => edges("[[lif, fc, 1]]"),
      "net.snn.yaml:9 edges.0: [from, to] or {from, to, delay}",
    ],
    [
      "with a delay below 0",
      () => edges("[{from: lif, to: output, delay: -1}]"),
      "SPK-0121 net.snn.yaml:9 edges.0.delay: 0 or more",
    ],
    [
      "with half a step",
      () => edges("[{from: lif, to: output, delay: 0.5}]"),
      "SPK-0121 net.snn.yaml:9 edges.0",
    ],
    [
      "from a node to itself without delay",
      () => edges("[[lif, lif]]"),
      'SPK-0202 net.snn.yaml:9 edges.0: the cycle "lif" -> "lif" takes no time',
    ],
    [
      "round without delay",
      () => `${change("  output:", "  b: {type: IF}\n  output:")}edges: [[lif, b], [b, lif]]\n`,
      'SPK-0202 net.snn.yaml:10 edges.1: the cycle "lif" -> "b" -> "lif"',
    ],
    ["into an Input", () => edges("[{from: lif, to: input, delay: 1}]"), "SPK-02"],
  ];
  it.each(cases)("%s are refused", async (_, text, complaint) => {
    expect(await complaintOf(text())).toContain(complaint);
  });
});

describe("what is said about time and input", () => {
  const stimulus = (text: string): string => `${small}stimulus: ${text}\n`;
  const cases: [what: string, text: () => string, complaint: string][] = [
    [
      "a preset that is none",
      () => change("dt: 1e-3", "preset: snntorsh"),
      "net.snn.yaml:2 time.preset: one of these is needed",
    ],
    [
      "no dt where it is needed",
      () => lif("type: LIF, tau: 0.01, r: 1").replace("dt: 1e-3", "preset: norse"),
      "SPK-0118 net.snn.yaml:2 time: dt is needed",
    ],
    [
      "another version of the form",
      () => change("snn/1", "snn/2"),
      "net.snn.yaml:1 format: format: snn/1 is needed",
    ],
    [
      "a drive of another shape",
      () => stimulus("{steps: 9, drive: [{value: [1, 2, 3]}]}"),
      "SPK-0201 net.snn.yaml:9 stimulus.drive.0.value: its shape is [3], and [2] is needed",
    ],
    [
      "a drive into no Input",
      () => stimulus("{steps: 9, drive: [{input: inptu}]}"),
      'drive.0.input: "inptu" is no Input; did you mean input?',
    ],
    [
      "a drive past the end",
      () => stimulus("{steps: 9, drive: [{at: [9]}]}"),
      "drive.0.at: step 9 is past the last, 8",
    ],
    [
      "a drive that ends before it begins",
      () => stimulus("{steps: 9, drive: [{from: 5, to: 2}]}"),
      "drive.0.to: it ends before",
    ],
    ["more steps than memory holds", () => stimulus("{steps: 16777216, drive: []}"), "stimulus.steps: "],
    [
      "no Output",
      () => change("type: Output", "type: IF"),
      "net.snn.yaml:4 nodes: there is no node of type Output",
    ],
  ];
  it.each(cases)("%s is refused", async (_, text, complaint) => {
    expect(await complaintOf(text())).toContain(complaint);
  });
});

describe("numbers in other files", () => {
  it.each(["../w.npy", "/etc/passwd", "a/../../w.npy", "C:w.npy", "..\\w.npy"])(
    "are not looked for outside the folder: %s",
    async (path) => {
      const text = change("[[1, 2]]", `{file: ${JSON.stringify(path)}}`);
      const complaint = await complaintOf(text, () => Promise.reject(new Error("it was looked for")));
      expect(complaint).toContain("SPK-0122 net.snn.yaml:5 nodes.fc.weight.file: ");
      expect(complaint).toContain("not inside the network's folder");
    },
  );
});
