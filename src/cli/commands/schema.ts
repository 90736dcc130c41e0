/** schema: the JSON Schema of .snn.yaml files; docs/snn.schema.json is made by it. */
import type { Command } from "commander";
import { jsonSchema } from "../../import/yaml/schema/schema.ts";
import { action, examples } from "../command.ts";

export function schemaCommand(command: Command): Command {
  return command.addHelpText("after", examples("spikec schema")).action(
    action<[], object>(async ({ terminal }) => {
      const schema = jsonSchema();
      terminal.result(schema, JSON.stringify(schema, null, 2));
    }),
  );
}
