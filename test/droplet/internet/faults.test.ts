import { describe, expect, it } from 'vitest';
import { BAD_GATEWAY, createFaults, PORTAL } from './faults.ts';

describe('faults of hosts', () => {
  it('has none at first, and none of the neighbours', () => {
    const faults = createFaults();
    faults.play('github.com', { kind: 'refused' });
    expect(faults.of('github.com')).toEqual({ kind: 'refused' });
    expect(faults.of('api.github.com')).toBeUndefined();
    expect(faults.answerFor('github.com', '/')).toBeUndefined();
    faults.heal('github.com');
    expect(faults.of('github.com')).toBeUndefined();
  });

  it('answers instead of the stand-in below a path, as often as asked', () => {
    const faults = createFaults();
    faults.play('github.com', { kind: 'answer', answer: PORTAL, path: '/login', times: 2 });
    expect(faults.answerFor('github.com', '/Nucleotto')).toBeUndefined();
    expect(faults.answerFor('github.com', '/login/device/code')).toBe(PORTAL);
    expect(faults.answerFor('github.com', '/login/device/code')).toBe(PORTAL);
    expect(faults.answerFor('github.com', '/login/device/code')).toBeUndefined();
  });

  it('answers for ever when no number is given, until all are healed', () => {
    const faults = createFaults();
    faults.play('api.github.com', { kind: 'answer', answer: BAD_GATEWAY });
    for (let time = 0; time < 5; time += 1) expect(faults.answerFor('api.github.com', '/')).toBe(BAD_GATEWAY);
    faults.heal();
    expect(faults.answerFor('api.github.com', '/')).toBeUndefined();
  });
});
