/** The behaviour suite on the firmware itself: the Pico's in rp2040js, the Uno's in avr8js. */
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { converted, samplesFor } from "../targets/mcu/networks.ts";
import { type BoardUnderTest, describeBoard } from "./behaviour.ts";

async function emulated(name: string, firmware: string): Promise<BoardUnderTest> {
  const target = mcuTarget(name);
  const board = await target.wire!.firmwareBoard!(firmware);
  return {
    target,
    async open() {
      const [host, far] = memoryLinks();
      void serve(board, far);
      return host;
    },
    close: async () => {},
  };
}

for (const [name, firmware, emulator] of [
  ["rp2040", "core", "rp2040js"],
  ["rp2040", "whole", "rp2040js"],
  ["avr328p", "whole", "avr8js"],
])
  describeBoard({
    name: `the ${firmware} firmware of the ${name} in ${emulator}`,
    make: () => emulated(name, firmware),
    networks: async () => [
      await converted("wine_mlp", 16),
      await converted("wine_mlp", 12, { input: "rate" }),
    ],
    samples: () => samplesFor("wine_mlp").samples,
  });
