/**
 * Tables that describe protobuf messages, and the TypeScript types that follow from them: a message is declared once, in
 * schema.ts, and reader, writer and mapping are checked against that declaration by the compiler.
 */

/** Values of fields by protobuf's type. */
export interface ScalarTypes {
  string: string;
  bool: boolean;
  uint32: number;
  sint32: number;
  double: number;
  bytes: Uint8Array;
}
export type Scalar = keyof ScalarTypes;

export interface Field {
  readonly id: number;
  readonly type: Scalar | Message;
  readonly repeated: boolean;
}

/** A message: its name in network.proto, and its fields by name, in the order of their numbers. */
export interface Message {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** One value. */
export function field<const Type extends Scalar | Message>(id: number, type: Type) {
  return { id, type, repeated: false } as const;
}

/** Any number of values, in order. */
export function list<const Type extends Scalar | Message>(id: number, type: Type) {
  return { id, type, repeated: true } as const;
}

export function message<const Fields extends Message["fields"]>(name: string, fields: Fields) {
  return { name, fields } as const;
}

type ElementOf<Type> = Type extends Scalar
  ? ScalarTypes[Type]
  : Type extends Message
    ? RecordOf<Type>
    : never;

type ValueOf<Declared extends Field> = Declared["repeated"] extends true
  ? readonly ElementOf<Declared["type"]>[]
  : Declared["type"] extends Scalar
    ? ElementOf<Declared["type"]>
    : ElementOf<Declared["type"]> | null;

/** What a message holds: an absent scalar has protobuf's default (0, false, ""), an absent message is null. */
export type RecordOf<Declared extends Message> = {
  readonly [Name in keyof Declared["fields"]]: ValueOf<Declared["fields"][Name]>;
};

/** A record of any message, for code that walks the tables. */
export type AnyRecord = Readonly<Record<string, unknown>>;

/**
 * Fields that a file holds and this version does not know, as the raw bytes they came in. The key is the path of the
 * message that holds them: "" for the file, "populations/hidden/law" for the law of the population named hidden.
 */
export type RawFields = ReadonlyMap<string, Uint8Array>;

/**
 * The step in such a path. Elements that have names are found by them, so that their fields follow when a list changes;
 * others by position.
 */
export function pathOf(parent: string, name: string, element: AnyRecord, index: number | null): string {
  const start = parent === "" ? name : `${parent}/${name}`;
  if (index === null) return start;
  const key = typeof element.name === "string" ? element.name : String(index);
  return `${start}/${key.replaceAll("%", "%25").replaceAll("/", "%2F")}`;
}
