/**
 * The runner of every suite that has one. Chips bring theirs along as proofs; every other suite has a file in this folder
 * and a line here.
 */
import { allTargets } from "../../../src/target/registry.ts";
import type { Proof } from "../../../src/target/target.ts";
import { runEngine } from "./engine.ts";
import type { Runner } from "./runner.ts";

const proofs = (await allTargets()).flatMap((target) => target.proofs ?? []);

/** By suite name. */
export const runners: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  ...proofs.map((proof): [string, Runner] => [proof.suite, proofRunner(proof)]),
  ["engine", runEngine],
]);

function proofRunner(proof: Proof): Runner {
  return (files) => proof.run(new Map(files.paths.map((path) => [path, files.read(path)])));
}
