/** All 500 digits on the emulated rp2040: what the smaller test of `npm test` cannot wait for. */
import { expect, it } from "vitest";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { converted, samplesFor } from "../targets/mcu/networks.ts";
import { linkTo, shareOf, sideBySide } from "./on-board.ts";

it("all 500 digits on the emulated rp2040 have the integers' spikes and classes, 97 % of them right or more", async () => {
  const network = await converted("digits_mlp", 16);
  const { samples, labels } = samplesFor("digits_mlp");
  const target = mcuTarget("rp2040");
  const link = linkTo(await target.wire!.firmwareBoard!("core"));
  const { comparison, classes, otherMembranes, steps, computed } = await sideBySide(
    network,
    target,
    link,
    samples,
  );
  const accuracy = shareOf(labels, classes.board);
  console.log(
    `${samples.length} digits: accuracy ${accuracy}, ${comparison.mismatches} mismatches / ${comparison.spikes} spikes, ` +
      `${(computed / steps).toFixed(3)} ms a step at 125 MHz, as the emulator counts cycles`,
  );
  expect(samples.length).toBe(500);
  expect(comparison).toMatchObject({ mismatches: 0, first: null });
  expect(otherMembranes).toBe(0);
  expect(classes.board).toEqual(classes.simulated);
  expect(accuracy).toBeGreaterThanOrEqual(0.97);
});
