import { describe, expect, it } from 'vitest';
import { NOT_STARTED } from '../../src/run/view-model.ts';
import { followHome } from '../../src/wizard/home-store.ts';
import { type Found, lookEvents } from '../looks.ts';
import { ScriptedRun } from '../scripted-run.ts';

const NGINX_DOWN: Found = { 'nginx-site': { code: 'nginx-down' } };
const STARTING: Found = { 'open-webui': { code: 'open-webui-starting', severity: 'missing', fixes: [] } };

function home(againMs = 10) {
  const runs: ScriptedRun[] = [];
  const store = followHome(() => {
    const run = new ScriptedRun();
    runs.push(run);
    return { run, changes: Promise.resolve({ since: 5, changed: [] }) };
  }, againMs);
  /** The look that was started last finds this. */
  const finds = (found: Found, part = Number.POSITIVE_INFINITY) => {
    runs.at(-1)?.emit(...lookEvents(found).slice(0, part));
  };
  const codes = () => store.state().look.tasks.flatMap(({ findings }) => findings.map(({ code }) => code));
  return { store, runs, finds, codes };
}

const soon = (ms = 150) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the looks of a home', () => {
  it('nothing begins by itself', () => {
    const { store, runs } = home();
    expect(runs).toEqual([]);
    expect(store.state()).toEqual({ look: NOT_STARTED, looking: false });
  });

  it('the first one is shown as it comes in', async () => {
    const { store, finds } = home();
    store.look();
    finds({}, 8);
    await soon();
    expect(store.state().looking).toBe(true);
    expect(store.state().look.tasks.filter(({ state }) => state === 'healthy').length).toBeGreaterThan(0);
    finds({});
    expect(store.state().looking).toBe(false);
    expect(store.state().changes).toEqual({ since: 5, changed: [] });
  });

  it('the next one takes its place when it is complete', async () => {
    const { store, finds, codes } = home();
    store.look();
    finds(NGINX_DOWN);
    store.look();
    expect(store.state().looking).toBe(true);
    finds({}, 30);
    await soon();
    expect(codes()).toEqual(['nginx-down']);
    finds({});
    expect(codes()).toEqual([]);
  });

  it('after fixing it is shown as it comes in: what was fixed is not there any more', async () => {
    const { store, finds, codes } = home();
    store.look();
    finds(NGINX_DOWN);
    const attempt = {
      request: { title: 'Install git', codes: ['packages-missing'] },
      run: NOT_STARTED,
      notes: [],
    };
    store.look({ attempt });
    finds({}, 3);
    await soon();
    expect(codes()).toEqual([]);
    expect(store.state().attempt).toBeUndefined();
    finds({});
    expect(store.state().attempt).toEqual(attempt);
    // Asked for by an operator, it is an old story.
    store.look();
    finds({});
    expect(store.state().attempt).toBeUndefined();
  });

  it('a look that is given up changes nothing any more', () => {
    const { store, runs, finds, codes } = home();
    store.look();
    finds({});
    store.look();
    store.rest();
    expect(runs[1]?.stopped).toBeDefined();
    runs[1]?.emit(...lookEvents(NGINX_DOWN));
    expect(codes()).toEqual([]);
    expect(store.state().looking).toBe(false);
  });

  it('looks again by itself only while something is coming up by itself', async () => {
    const { store, runs, finds } = home();
    store.look();
    finds(STARTING);
    await soon(50);
    expect(runs).toHaveLength(2);
    finds(NGINX_DOWN);
    await soon(50);
    expect(runs).toHaveLength(2);
  });
});
