/** The name server of the small internet. What it does not know does not exist (NXDOMAIN). */
import { createSocket } from 'node:dgram';
import { createServer, isIP } from 'node:net';
import type { LookedUp } from '../acme/acme-words.ts';
import { DROPLET_ADDRESS, HOST_NAMES, HOSTS, WILDCARD_ZONE } from '../names.ts';
import {
  type Question,
  RECORD_TYPES,
  type RecordType,
  type ResponseCode,
  readQuestion,
  writeAnswer,
} from './dns-message.ts';

/** What a name has: its records by type, or the way in which asking for it fails (`silent`: no answer at all). */
export type Entry = Partial<Record<RecordType, readonly string[]>> | 'NXDOMAIN' | 'SERVFAIL' | 'silent';

/** What scenarios may tell the name server. Names in a zone with a wildcard ("*.client.example") may be set alone. */
export interface DnsControl {
  /** Gives `name` exactly these records of one type, or makes asking for the whole name fail. Its other types stay. */
  set(
    name: string,
    type: RecordType,
    values: readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'silent',
  ): Promise<void>;
  /** Forgets what was set: for one name, or for all. */
  reset(name?: string): Promise<void>;
}

/** The records. */
export interface Zone {
  /** The answer to a question; undefined when nothing is to be answered at all. */
  answer(
    question: Pick<Question, 'name' | 'type'>,
  ): { code: ResponseCode; values: readonly string[] } | undefined;
  /** What a visitor finds who looks a name up: an address (of an AAAA record, if there is one), or why not. */
  lookUp(name: string): LookedUp;
  readonly control: DnsControl;
}

/** Makes the zone of the small internet: its hosts, the droplet's domain with its wildcard. */
export function createZone(): Zone {
  const usual = new Map<string, Entry>([
    ...HOST_NAMES.map((name): [string, Entry] => [name, { A: [HOSTS[name]] }]),
    [WILDCARD_ZONE, { A: [DROPLET_ADDRESS] }],
    [`*.${WILDCARD_ZONE}`, { A: [DROPLET_ADDRESS] }],
    ['localhost', { A: ['127.0.0.1'], AAAA: ['::1'] }],
  ]);
  const set = new Map<string, Entry>();
  const find = (name: string): Entry => {
    const parent = name.slice(name.indexOf('.') + 1);
    const wildcard = `*.${parent}`;
    return set.get(name) ?? usual.get(name) ?? set.get(wildcard) ?? usual.get(wildcard) ?? 'NXDOMAIN';
  };
  return {
    lookUp: (name) => {
      const entry = find(name.toLowerCase());
      if (typeof entry === 'string') return { failure: entry === 'silent' ? 'SERVFAIL' : entry };
      const address = entry.AAAA?.[0] ?? entry.A?.[0];
      return address === undefined ? { failure: 'no records' } : { address };
    },
    answer: ({ name, type }) => {
      const entry = find(name);
      if (entry === 'silent') return undefined;
      if (typeof entry === 'string') return { code: entry, values: [] };
      const wanted = Object.entries(RECORD_TYPES).find(([, number]) => number === type)?.[0];
      return { code: 'NOERROR', values: entry[wanted as RecordType] ?? [] };
    },
    control: {
      set: async (name, type, values) => {
        const key = name.toLowerCase();
        if (typeof values === 'string') return void set.set(key, values);
        const family = { A: 4, AAAA: 6, CAA: 0 }[type];
        const wrong = values.find((value) => family !== isIP(value));
        if (wrong !== undefined) throw new Error(`${wrong} cannot be an ${type} record`);
        const known = find(key);
        set.set(key, { ...(typeof known === 'string' ? {} : known), [type]: [...values] });
      },
      reset: async (name) => {
        if (name === undefined) set.clear();
        else set.delete(name.toLowerCase());
      },
    },
  };
}

/** Serves the zone over UDP and TCP at `address`, port 53. Returns what stops it. */
export async function serveZone(zone: Zone, address: string): Promise<() => void> {
  const reply = (message: Buffer): Buffer | undefined => {
    const question = readQuestion(message);
    if (!question) return undefined;
    const answer = zone.answer(question);
    return answer && writeAnswer(question, answer.code, answer.values);
  };
  const udp = createSocket('udp4');
  udp.on('message', (message, { port, address: asker }) => {
    const answer = reply(message);
    if (answer) udp.send(answer, port, asker);
  });
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(53, address, resolve);
  });
  // Over TCP each message is preceded by its length (RFC 1035, 4.2.2).
  const tcp = createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const length = waiting.readUInt16BE(0);
        const answer = reply(waiting.subarray(2, 2 + length));
        waiting = waiting.subarray(2 + length);
        if (!answer) continue;
        const prefix = Buffer.alloc(2);
        prefix.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([prefix, answer]));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(53, address, resolve);
  });
  return () => {
    udp.close();
    tcp.close();
  };
}
