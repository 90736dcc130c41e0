/** ODIN's golden vectors. */
import type { Proof } from "../../src/target/target.ts";
import { familyProof } from "../odin-family/proof.ts";
import { odinModel } from "./neuron.ts";

export const vectorProof: Proof = familyProof(
  {
    suite: "rtl/odin",
    files: ["rtl/odin_vectors.json"],
    whose:
      "ChFrenkel/ODIN commit 1781931, its Verilog simulated with Verilator 5.006; random networks and events",
    vectors: 16,
  },
  odinModel,
  (word) => (word[8] >> 6) | ((word[9] & 0x3f) << 2),
);
