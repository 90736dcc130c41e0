/**
 * The boards as data: a file each under boards/, and what all of them have in common. The law is the firmware's, the same on
 * every board; what differs is memory, flash and wire.
 */
import type { NumericRules } from "../../src/target/rules.ts";
import type { Chip, Label, Source } from "../../src/target/target.ts";
import avr328p from "./boards/avr328p.json" with { type: "json" };
import cortexM0 from "./boards/cortex-m0.json" with { type: "json" };
import cortexM3 from "./boards/cortex-m3.json" with { type: "json" };
import cortexM4 from "./boards/cortex-m4.json" with { type: "json" };
import rp2040 from "./boards/rp2040.json" with { type: "json" };
import rv32 from "./boards/rv32.json" with { type: "json" };
import type { BoardModel } from "./device.ts";
import rules from "./rules.json" with { type: "json" };

/** A board's file. */
export interface BoardData extends BoardModel {
  readonly title: string;
  readonly label: string;
  /** Hexadecimal vendor and product of USB adapters and boards that it may appear as; [] where anything may stand there. */
  readonly usb: readonly { readonly vendor: string; readonly product: string; readonly name: string }[];
  readonly sources: readonly Source[];
  readonly unknown: readonly string[];
}

export const boards: readonly BoardData[] = [rp2040, cortexM0, cortexM3, cortexM4, rv32, avr328p];

/** Sources of the law and the wire, for every board. */
const commonSources: readonly Source[] = [
  { what: "the neuron law: integrate and fire, leak by shift or multiplication", from: "docs/law.md" },
  { what: "the loader protocol and the network image", from: "docs/protocol.md" },
];

export function chipOf(board: BoardData): Chip {
  const { name, title, label, flash, arena, maxFrame, baudRate, sources, unknown } = board;
  return {
    name,
    title,
    label: label as Label,
    limits: { slotBytes: flash.slotBytes, arenaBytes: arena, frameBytes: maxFrame },
    rules: rules as NumericRules,
    wire: { baudRate, description: `UART of ${baudRate} baud, 8N1; loader protocol 2.0 (docs/protocol.md)` },
    sources: [...sources, ...commonSources],
    unknown,
  };
}
