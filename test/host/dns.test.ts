import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveName } from '../../src/host/dns.ts';

/** Response codes of RFC 1035 by the first label of the name that is asked for. */
const CODES: Readonly<Record<string, number>> = { here: 0, empty: 0, broken: 2, nowhere: 3 };

let server: Socket;
let address = '';
beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (query, { port }) => server.send(answerTo(query), port, '127.0.0.1'));
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${server.address().port}`;
});
afterAll(() => server.close());

/** A minimal answer: the question repeated, and for 'here' the one record that was asked for. */
function answerTo(query: Buffer): Buffer {
  const length = query[12] ?? 0;
  const name = query.subarray(13, 13 + length).toString();
  const end = query.indexOf(0, 12) + 5;
  const type = query.readUInt16BE(end - 4);
  const data = name !== 'here' ? undefined : RECORDS[type];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (CODES[name] ?? 3), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data === undefined ? 0 : 1, 6);
  const question = query.subarray(12, end);
  if (data === undefined) return Buffer.concat([header, question]);
  const record = Buffer.from([0xc0, 12, type >> 8, type & 0xff, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([header, question, record, data]);
}

const RECORDS: Readonly<Record<number, Buffer>> = {
  1: Buffer.from([203, 0, 113, 10]),
  28: Buffer.from('20010db8000000000000000000000001', 'hex'),
  257: Buffer.concat([Buffer.from([0, 5]), Buffer.from('issueletsencrypt.org')]),
};

test.each([
  ['here.example', 'A', { ok: true, addresses: ['203.0.113.10'] }],
  ['here.example', 'AAAA', { ok: true, addresses: ['2001:db8::1'] }],
  ['here.example', 'CAA', { ok: true, addresses: ['0 issue letsencrypt.org'] }],
  ['nowhere.example', 'A', { ok: false, failure: 'nxdomain' }],
  ['empty.example', 'AAAA', { ok: false, failure: 'nodata' }],
  ['broken.example', 'A', { ok: false, failure: 'servfail' }],
] as const)('%s %s', async (name, type, expected) => {
  expect(await resolveName(name, type, { servers: [address] })).toMatchObject(expected);
});

test('a resolver that does not answer is a timeout, within the limit', async () => {
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const servers = [`127.0.0.1:${silent.address().port}`];
  const result = await resolveName('here.example', 'A', { servers, limitMs: 300 });
  silent.close();
  expect(result).toMatchObject({ ok: false, failure: 'timeout' });
});
