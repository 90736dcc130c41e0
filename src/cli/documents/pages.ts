/** The pages of docs/ that are made from the code, by file name. */
import { errorsMarkdown } from "../../errors/markdown.ts";
import { commandsPage } from "./commands-page.ts";
import { targetsPage } from "./targets-page.ts";

export const pages: ReadonlyMap<string, () => string | Promise<string>> = new Map<
  string,
  () => string | Promise<string>
>([
  ["commands.md", commandsPage],
  ["errors.md", errorsMarkdown],
  ["targets.md", targetsPage],
]);
