/** What makes pseudo-terminals gives: the path for clients, and the board's end as a Link. */
import type { Link } from "../link/link.ts";

export interface PseudoTerminal {
  readonly path: string;
  readonly link: Link;
}
