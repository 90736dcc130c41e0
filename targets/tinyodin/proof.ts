/** tinyODIN's golden vectors. */
import type { Proof } from "../../src/target/target.ts";
import { familyProof } from "../odin-family/proof.ts";
import { tinyOdinModel } from "./neuron.ts";

export const vectorProof: Proof = familyProof(
  {
    suite: "rtl/tinyodin",
    files: ["rtl/tinyodin_vectors.json"],
    whose: "ChFrenkel/tinyODIN, its Verilog simulated with Verilator 5.006; random networks and events",
    vectors: 14,
  },
  tinyOdinModel,
  (word) => ((word[0] | ((word[1] & 0x0f) << 8)) << 20) >> 20,
);
