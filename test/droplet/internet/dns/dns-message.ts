/**
 * DNS messages (RFC 1035), as much as a name server with a handful of records needs: reading a question, writing
 * its answer. dnsmasq was tried and cannot do it: it answers NXDOMAIN instead of "no such record" for the AAAA of a
 * name that has an A as soon as everything unknown is NXDOMAIN, and it cannot answer SERVFAIL at all.
 */

/** The record types that the small internet knows. */
export const RECORD_TYPES = { A: 1, AAAA: 28, CAA: 257 } as const;
export type RecordType = keyof typeof RECORD_TYPES;

/** Response codes (RFC 1035, 4.1.1). */
export const RESPONSE_CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3 } as const;
export type ResponseCode = keyof typeof RESPONSE_CODES;

/** One question: the name in lower case without its final dot, and the number of the type that is asked for. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** The bytes of the question section, to be repeated in the answer. */
  readonly section: Buffer;
  readonly recursionDesired: boolean;
}

const HEADER_BYTES = 12;
const CLASS_INTERNET = 1;

/** Reads a query; undefined for what is no query with exactly one question of class IN. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < HEADER_BYTES + 5) return undefined;
  const flags = message.readUInt16BE(2);
  const isQuery = (flags & 0xf800) === 0;
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  if (message.length < at + 4 || message.readUInt16BE(at + 2) !== CLASS_INTERNET) return undefined;
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.'),
    type: message.readUInt16BE(at),
    section: message.subarray(HEADER_BYTES, at + 4),
    recursionDesired: (flags & 0x0100) !== 0,
  };
}

/** Writes the answer: `values` are the records of the asked type (addresses; a CAA as "0 issue ca.example"), TTL 1 s. */
export function writeAnswer(question: Question, code: ResponseCode, values: readonly string[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(question.id, 0);
  const answerAuthoritativeRecursive = 0x8480;
  header.writeUInt16BE(
    answerAuthoritativeRecursive | (question.recursionDesired ? 0x0100 : 0) | RESPONSE_CODES[code],
    2,
  );
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(values.length, 6);
  const records = values.map((value) => {
    const data = recordData(question.type, value);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // the name is the question's
    record.writeUInt16BE(question.type, 2);
    record.writeUInt16BE(CLASS_INTERNET, 4);
    record.writeUInt32BE(1, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, question.section, ...records]);
}

function recordData(type: number, value: string): Buffer {
  if (type === RECORD_TYPES.A) return Buffer.from(value.split('.').map(Number));
  if (type === RECORD_TYPES.AAAA) return ipv6Bytes(value);
  if (type === RECORD_TYPES.CAA) {
    const [flags = '0', tag = '', issuer = ''] = value.split(' ');
    return Buffer.concat([Buffer.from([Number(flags), tag.length]), Buffer.from(tag + issuer)]);
  }
  throw new Error(`no record of type ${type} can be written`);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const words = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return Buffer.from(
    words.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff]),
  );
}
