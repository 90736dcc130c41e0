/**
 * The board's replies: bytes, cut anywhere, become packets. Formats: packet_interface.sv:454-555 (ORNL/uCaspian 185c31a).
 */
export type Reply =
  | { readonly kind: "time"; readonly time: number }
  | { readonly kind: "fire"; readonly neuron: number }
  | { readonly kind: "configured" }
  | { readonly kind: "cleared" }
  | { readonly kind: "metric"; readonly address: number; readonly value: number }
  /** A byte that starts no packet. */
  | { readonly kind: "unknown"; readonly byte: number };

/** Packet lengths by first byte. */
const lengths: ReadonlyMap<number, number> = new Map([
  [0x01, 5],
  [0x02, 3],
  [0x04, 1],
  [0x18, 1],
  [0x80, 2],
]);

function replyOf(packet: readonly number[]): Reply {
  const [first, second, third, fourth, fifth] = packet;
  switch (first) {
    case 0x01:
      return { kind: "time", time: second * 2 ** 24 + (third << 16) + (fourth << 8) + fifth };
    case 0x02:
      return { kind: "metric", address: second, value: third };
    case 0x04:
      return { kind: "cleared" };
    case 0x18:
      return { kind: "configured" };
    case 0x80:
      return { kind: "fire", neuron: second };
    default:
      return { kind: "unknown", byte: first };
  }
}

export interface ReplyParser {
  /** The packets that these bytes complete. */
  push(bytes: Uint8Array): Reply[];
}

export function createReplyParser(): ReplyParser {
  let partial: number[] = [];
  return {
    push(bytes) {
      const replies: Reply[] = [];
      for (const byte of bytes) {
        partial.push(byte);
        if (partial.length < (lengths.get(partial[0]) ?? 1)) continue;
        replies.push(replyOf(partial));
        partial = [];
      }
      return replies;
    },
  };
}

/** A packet in words, for messages. */
export function describeReply(reply: Reply): string {
  switch (reply.kind) {
    case "time":
      return `time ${reply.time}`;
    case "fire":
      return `a fire of neuron ${reply.neuron}`;
    case "configured":
      return "a configuration acknowledgement";
    case "cleared":
      return "a clear acknowledgement";
    case "metric":
      return `metric ${reply.address} = ${reply.value}`;
    case "unknown":
      return `the byte 0x${reply.byte.toString(16).padStart(2, "0")}, which starts no packet`;
  }
}
