/**
 * The runner of every suite that has one. Chips bring theirs along as proofs; every other suite has a file in this folder
 * and a line here.
 */
import { allTargets } from "../../../src/target/registry.ts";
import type { Proof } from "../../../src/target/target.ts";
import { runEncoders } from "./encoders.ts";
import { runEngine } from "./engine.ts";
import { runLava } from "./law-lava.ts";
import { runOdin } from "./law-odin.ts";
import { runLoihiSamples } from "./loihi-samples.ts";
import { runBraille } from "./nir-braille.ts";
import { runCnn } from "./nir-cnn.ts";
import { runDigits } from "./nir-digits.ts";
import { runNirFiles } from "./nir-files.ts";
import { runLif } from "./nir-lif.ts";
import { runNirNegative } from "./nir-negative.ts";
import type { Runner } from "./runner.ts";
import { runSinabs } from "./sinabs.ts";
import { runSnnTorch } from "./snntorch.ts";

const proofs = (await allTargets()).flatMap((target) => target.proofs ?? []);

/** By suite name. */
export const runners: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  ...proofs.map((proof): [string, Runner] => [proof.suite, proofRunner(proof)]),
  ["engine", runEngine],
  ["neurons/snntorch", runSnnTorch],
  ["neurons/sinabs", runSinabs],
  ["neurons/lava", runLava],
  ["neurons/odin", runOdin],
  ["neurons/encoders", runEncoders],
  ["loihi/samples", runLoihiSamples],
  ["nir/files", runNirFiles],
  ["nir/negative", runNirNegative],
  ["nir/lif", runLif],
  ["nir/braille", runBraille],
  ["nir/digits", runDigits],
  ["nir/cnn", runCnn],
]);

function proofRunner(proof: Proof): Runner {
  return (files) => proof.run(new Map(files.paths.map((path) => [path, files.read(path)])));
}
