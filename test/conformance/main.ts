/**
 * `npm run conformance`: golden vectors made with other people's code and RTL, run by ours.
 */
import { conformance } from "./conformance.ts";

process.exitCode = await conformance(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
});
