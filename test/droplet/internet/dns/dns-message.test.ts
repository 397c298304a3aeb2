import { describe, expect, it } from 'vitest';
import { RECORD_TYPES, readQuestion, writeAnswer } from './dns-message.ts';

/** A query as a resolver sends it: id 7, recursion desired, one question of class IN. */
function query(name: string, type: number): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, type >> 8, type & 0xff, 0, 1])]);
}

function ask(name: string, type: number) {
  const question = readQuestion(query(name, type));
  if (!question) throw new Error('the query was not understood');
  return question;
}

describe('DNS messages', () => {
  it('reads a question, whatever the case of its letters', () => {
    const question = ask('Otto.Client.Example', RECORD_TYPES.A);
    expect(question).toMatchObject({ id: 7, name: 'otto.client.example', type: 1, recursionDesired: true });
  });

  it.each([
    ['too short', Buffer.from([0, 7, 1, 0])],
    ['an answer', Buffer.from([0, 7, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])],
    ['a name that is cut off', query('otto.client.example', 1).subarray(0, 20)],
  ])('does not answer what is no question: %s', (_, message) => {
    expect(readQuestion(message)).toBeUndefined();
  });

  it('writes addresses', () => {
    const answer = writeAnswer(ask('a.example', RECORD_TYPES.A), 'NOERROR', ['203.0.113.10', '203.0.113.11']);
    expect(answer.readUInt16BE(2)).toBe(0x8580); // an answer, authoritative, recursion desired and available, no error
    expect(answer.readUInt16BE(6)).toBe(2);
    expect([...answer.subarray(-4)]).toEqual([203, 0, 113, 11]);
  });

  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
  ])('writes the IPv6 address %s', (address, hex) => {
    const answer = writeAnswer(ask('a.example', RECORD_TYPES.AAAA), 'NOERROR', [address]);
    expect(answer.subarray(-16).toString('hex')).toBe(hex);
  });

  it('writes a CAA record', () => {
    const answer = writeAnswer(ask('a.example', RECORD_TYPES.CAA), 'NOERROR', ['0 issue ca.example']);
    expect(answer.subarray(-17).toString('latin1')).toBe('\0\x05issueca.example');
  });

  it('says that a name does not exist, or that asking failed', () => {
    const question = ask('a.example', RECORD_TYPES.A);
    expect(writeAnswer(question, 'NXDOMAIN', []).readUInt16BE(2) & 0xf).toBe(3);
    expect(writeAnswer(question, 'SERVFAIL', []).readUInt16BE(2) & 0xf).toBe(2);
  });
});
