/**
 * Which commands there are, in the order of the road. Each is loaded only when it is called: behind them lie heavy rooms (a
 * protobuf decoder, the lowering), and --help should not wait for those.
 */
import type { Command } from "commander";

/** Gives a command its arguments, options, examples and work. */
export type Definition = (command: Command) => Command;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Definition>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: "inspect",
    summary: "show what a model or network holds, and what would become of it",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand,
  },
  {
    name: "convert",
    summary: "convert a trained network to integers",
    load: async () => (await import("./commands/convert.ts")).convertCommand,
  },
  {
    name: "simulate",
    summary: "run samples through a network or a float model, and count",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
  },
  {
    name: "verify",
    summary: "compare the original, the integers and the board",
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  {
    name: "report",
    summary: "show a conversion as one page: accuracy, layers, spikes, placement",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    name: "diff",
    summary: "what changed between two networks, in words and numbers",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "repeat",
    summary: "convert again from a network's provenance, byte for byte",
    load: async () => (await import("./commands/repeat.ts")).repeatCommand,
  },
  {
    name: "emit",
    summary: "place a network on a chip and write its configuration",
    load: async () => (await import("./commands/emit.ts")).emitCommand,
  },
  {
    name: "emulate",
    summary: "run a virtual board on a pseudo-terminal or a TCP port",
    load: async () => (await import("./commands/emulate.ts")).emulateCommand,
  },
  {
    name: "flash",
    summary: "configure a board with a network",
    load: async () => (await import("./commands/flash.ts")).flashCommand,
  },
  {
    name: "run",
    summary: "run samples on a board, every spike compared with the simulation",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "deploy",
    summary: "convert, verify, flash and run in one go",
    load: async () => (await import("./commands/deploy.ts")).deployCommand,
  },
  {
    name: "export",
    summary: "write a network for other tools",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  {
    name: "targets",
    summary: "list the chips, or show one",
    load: async () => (await import("./commands/targets.ts")).targetsCommand,
  },
  {
    name: "prove",
    summary: "run a chip's golden vectors, made with somebody else's code or RTL",
    load: async () => (await import("./commands/prove.ts")).proveCommand,
  },
  {
    name: "ports",
    summary: "list the serial ports, and the boards that may be behind them",
    load: async () => (await import("./commands/ports.ts")).portsCommand,
  },
  {
    name: "doctor",
    summary: "check what boards need of this machine",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "demo",
    summary: "the whole road on a network that comes with spikec",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of the text form (.snn.yaml)",
    load: async () => (await import("./commands/schema.ts")).schemaCommand,
  },
  {
    name: "errors",
    summary: "list all error codes",
    load: async () => (await import("./commands/errors.ts")).errorsCommand,
  },
];
