/**
 * Thrown by an operator's importer where it cannot translate a node. The import goes on, so that one message can
 * list every refusal; it is never seen outside this room.
 */
export class Refusal extends Error {
  /** The way out; null where the table of advice for the operator says it. */
  readonly advice: string | null;

  constructor(reason: string, advice: string | null = null) {
    super(reason);
    this.name = "Refusal";
    this.advice = advice;
  }
}
