/** What the engine does not cover: such a network runs on the reference interpreter, with this text as a note. */
export class Uncovered extends Error {}
