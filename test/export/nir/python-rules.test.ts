import { describe, expect, it } from "vitest";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import { readHdf5 } from "../../../src/import/hdf5/read.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { goldenNir, goldenNirNames } from "../../import/nir/golden-nir.ts";
import { pythonRefusal } from "./python-rules.ts";

const text = (name: string) => new TextDecoder().decode(goldenNir(name));

describe("what python's nir.read accepts", () => {
  it("is what the package itself said of the conformance files", async () => {
    const names = goldenNirNames("conformance").filter(
      (name) => name.endsWith(".nir") && !name.includes("lzf"),
    );
    expect(names.length).toBe(12);
    for (const name of names) {
      const said = JSON.parse(text(name.replace(".nir", ".expected.json"))).nir_read_type_check;
      const refusal = pythonRefusal(await readHdf5(goldenNir(name)));
      expect(refusal === null, `${name}: ${refusal}`).toBe(said);
    }
  });

  it("is what the package itself said of the files that are wrong", async () => {
    const said: Record<string, Record<string, string>> = JSON.parse(
      text("conformance_negative/python_nir_behaviour.json"),
    );
    for (const [name, behaviour] of Object.entries(said)) {
      if (name === "external_link") continue; // Our reader opens no such file.
      const refusal = pythonRefusal(await readHdf5(goldenNir(`conformance_negative/${name}.nir`)));
      expect(refusal === null, `${name}: ${refusal}`).toBe(
        behaviour["nir.read(type_check=True)"] === "accepts",
      );
    }
  });

  it("holds for every file that we can read and write back, but for groups", async () => {
    const refused: string[] = [];
    for (const name of [...goldenNirNames("conformance"), ...goldenNirNames("conformance_negative")]) {
      const graph = name.endsWith(".nir") ? await importNir(goldenNir(name), name).catch(() => null) : null;
      if (graph === null) continue;
      const { bytes, notes } = await exportNir(graph);
      const refusal = pythonRefusal(await readHdf5(bytes));
      if (refusal !== null) refused.push(name);
      expect(
        notes.some(({ text }) => text.includes("type_check=False")),
        `${name}: ${refusal}`,
      ).toBe(refusal !== null);
    }
    expect(refused).toEqual(["conformance/conv2d_groups_dilation.nir"]);
  });
});
