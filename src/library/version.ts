/** The version of this package, for code that has no package.json to read: in a browser. A test holds it to the real one. */
export const version = "0.1.0";
