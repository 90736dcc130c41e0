/**
 * The import table of docs/architecture.md: which room may import which. Read it as the plan of the house.
 */
import { isBuiltin } from "node:module";
import { describe, expect, it } from "vitest";
import { codeOf, filesBelow, importsOf, resolveImport, textOf } from "./sources.ts";

/** Rooms that a room may import, besides itself and `errors`, which everybody may. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  graph: [],
  network: [],
  link: [],
  "link/node": ["link"],
  data: [],
  formats: [],
  import: ["graph", "network", "formats"],
  export: ["graph", "network", "import", "formats"],
  simulate: ["network"],
  target: ["network", "link"],
  lower: ["graph", "network", "simulate", "target"],
  board: ["link", "link/node"],
  targets: ["graph", "network", "target", "link", "formats"],
  registry: ["targets", "target"],
  report: ["graph", "network", "data", "target"],
  survey: ["graph", "network", "simulate", "lower", "target", "report"],
  library: ["graph", "network", "import", "simulate", "lower", "target"],
};
/** The command line and the package's entries may import everything, and only they the registry. */
const mayImportAll: readonly string[] = ["cli", "entry"];

/** Rooms that also run in a browser: no Node module in them, and none of Node's globals. */
const browserRooms = [
  "errors",
  "graph",
  "network",
  "link",
  "data",
  "simulate",
  "target",
  "lower",
  "report",
  "survey",
  "library",
];

const files = [...filesBelow("src/", ".ts"), ...filesBelow("targets/", ".ts")];

function roomOf(path: string): string {
  if (path === "src/target/registry.ts") return "registry";
  if (path.startsWith("src/link/node/")) return "link/node";
  // File formats as plain data, which front ends, chips and emulated chips read and write alike.
  if (path.startsWith("src/import/hdf5/") || path.startsWith("src/import/netx/format/")) return "formats";
  // What the package exports.
  if (path === "src/index.ts" || path === "src/browser.ts") return "entry";
  const [top, room] = path.split("/");
  return top === "targets" ? "targets" : room;
}

/** A target's folder; targets import nothing of one another. */
function chipOf(path: string): string | null {
  return path.startsWith("targets/") ? path.split("/")[1] : null;
}

/** Chips that are variants of one design share a folder of their family, which itself imports nothing of them. */
const families: Readonly<Record<string, readonly string[]>> = { "odin-family": ["odin", "tinyodin"] };

function isOwn(from: string, to: string): boolean {
  const [chip, other] = [chipOf(from), chipOf(to)];
  return chip === other || (chip !== null && other !== null && (families[other]?.includes(chip) ?? false));
}

function isAllowed(from: string, to: string): boolean {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (mayImportAll.includes(room) || other === "errors") return true;
  if (room === other) return isOwn(from, to);
  return mayImport[room]?.includes(other) ?? false;
}

/** "file imports other" for every relative import that breaks the rule. */
function violationsOf(paths: readonly string[], allowed: (from: string, to: string) => boolean): string[] {
  return paths.flatMap((path) =>
    importsOf(textOf(path)).flatMap(({ specifier }) => {
      const to = resolveImport(path, specifier);
      return to === null || allowed(path, to) ? [] : [`${path} imports ${to}`];
    }),
  );
}

/** The file and all that runs with it: relative imports followed, except types. */
function closureOf(path: string): string[] {
  const reached = new Set([path]);
  for (const from of reached) {
    for (const { specifier, typeOnly } of importsOf(textOf(from))) {
      const to = resolveImport(from, specifier);
      if (to?.endsWith(".ts") && !typeOnly) reached.add(to);
    }
  }
  return [...reached];
}

/** "file uses thing" for everything that only Node has. */
function nodeUses(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const source = textOf(path);
    const modules = importsOf(source).filter(({ specifier }) => isBuiltin(specifier));
    const globals =
      codeOf(source).match(/\b(?:Buffer\.|process\.|__dirname|__filename|require\(["'`])/g) ?? [];
    return [...modules.map(({ specifier }) => specifier), ...globals].map((thing) => `${path} uses ${thing}`);
  });
}

const devices = files.filter((path) => /^targets\/[^/]+\/device\.ts$/.test(path));

describe("the import table", () => {
  it("has a row for every room", () => {
    const rooms = new Set(files.map(roomOf));
    for (const room of mayImportAll) rooms.delete(room);
    expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
  });

  it("is obeyed by every file", () => {
    expect(violationsOf(files, isAllowed)).toEqual([]);
  });

  it("lets only the command line and the package's entries use the registry", () => {
    const outside = files.filter((path) => !["cli", "entry", "registry"].includes(roomOf(path)));
    expect(violationsOf(outside, (_, to) => to !== "src/target/registry.ts")).toEqual([]);
  });

  it("would notice a room that reaches too far", () => {
    expect(isAllowed("src/graph/graph.ts", "src/network/network.ts")).toBe(false);
    expect(isAllowed("src/lower/lower.ts", "src/target/registry.ts")).toBe(false);
    expect(isAllowed("targets/generic/place.ts", "targets/ucaspian/core.ts")).toBe(false);
    expect(isAllowed("targets/odin/index.ts", "targets/odin-family/core.ts")).toBe(true);
    expect(isAllowed("targets/odin-family/core.ts", "targets/odin/neuron.ts")).toBe(false);
    expect(isAllowed("targets/odin/index.ts", "targets/tinyodin/neuron.ts")).toBe(false);
    expect(isAllowed("targets/generic/place.ts", "targets/odin-family/core.ts")).toBe(false);
    expect(isAllowed("src/link/link.ts", "src/link/node/serial.ts")).toBe(false);
    expect(importsOf('export {\n  a,\n} from "./x.ts";\nconst b = await import("node:fs");')).toEqual([
      { specifier: "./x.ts", typeOnly: false },
      { specifier: "node:fs", typeOnly: false },
    ]);
  });
});

describe("a device", () => {
  it("exists for every chip with golden vectors", () => {
    expect(devices).toContain("targets/ucaspian/device.ts");
  });

  it.each(devices)("%s computes with its own files, link and types alone", (device) => {
    const allowed = (from: string, to: string) =>
      isOwn(from, to) || ["link", "errors", "formats"].includes(roomOf(to));
    const running = closureOf(device);
    const found = running.flatMap((path) =>
      importsOf(textOf(path)).flatMap(({ specifier, typeOnly }) => {
        const to = resolveImport(path, specifier);
        // Of `target`, only the types that a device implements.
        if (to === null || allowed(path, to) || (typeOnly && to === "src/target/target.ts")) return [];
        return [`${path} imports ${to}`];
      }),
    );
    expect(found).toEqual([]);
  });
});

describe("code that also runs in a browser", () => {
  it.each(browserRooms)("%s uses nothing that only Node has", (room) => {
    const own = files.filter((path) => roomOf(path) === room);
    expect(own).not.toEqual([]);
    expect(nodeUses(own)).toEqual([]);
  });

  it("is all that the entry for browsers reaches", () => {
    const reached = closureOf("src/browser.ts");
    expect(reached.length).toBeGreaterThan(200);
    expect(nodeUses(reached)).toEqual([]);
  });

  it.each(devices)("%s and what runs with it use nothing that only Node has", (device) => {
    expect(nodeUses(closureOf(device))).toEqual([]);
  });
});
