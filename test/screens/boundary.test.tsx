import { readdir, readFile } from 'node:fs/promises';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { questionsFor } from '../../src/answers/questions.ts';
import { keepCrash } from '../../src/commands/keep-crash.ts';
import { Frame } from '../../src/components/frame.tsx';
import { useKeys } from '../../src/components/terminal.tsx';
import { Text } from '../../src/components/text.tsx';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { Boundary } from '../../src/screens/boundary.tsx';
import { questionsOf } from '../../src/screens/route.ts';
import { createWizardServices } from '../../src/wizard/services.ts';
import { ENTER, session, showScreen } from './glass.tsx';
import { NGINX_DOWN, wizard } from './home-app.tsx';

/** Makes the mistake that a key asks for. */
function Clumsy() {
  const [draws, setDraws] = useState(true);
  useKeys((input) => {
    if (input === 'd') setDraws(false);
    if (input === 'k') throw new Error('a key went wrong');
    if (input === 'p') void Promise.reject(new Error('nobody waited'));
  });
  if (!draws) throw new Error('drawing went wrong');
  return (
    <Frame title="All well" keys={[]}>
      <Text>here</Text>
    </Frame>
  );
}

describe('a mistake in a screen', () => {
  it.each([
    ['d', 'drawing went wrong'],
    ['k', 'a key went wrong'],
  ])('by the key %s is words, is kept, and leads back', async (key, words) => {
    const kept: unknown[] = [];
    const keep = async (error: unknown) => {
      kept.push(error);
      return '/var/log/otto-install/crash.log';
    };
    const shown = await showScreen(
      <Boundary atWork={true}>
        <Clumsy />
      </Boundary>,
      { session: { ...session, keepCrash: keep } },
    );
    await shown.send(key);
    const screen = await shown.waitFor(words);
    expect(screen).toContain('What is running on this server goes on.');
    expect(screen).toContain('/var/log/otto-install/crash.log');
    expect(screen).not.toMatch(/\.tsx?:\d|at Clumsy/);
    expect(kept).toEqual([expect.objectContaining({ message: words })]);
    await shown.send(ENTER);
    expect(shown.screen()).toContain('All well');
  });

  it('that an answer leads to does not end the wizard', async () => {
    const missing = () => {
      throw new Error('One answer is missing:\n\n  githubToken');
    };
    const shown = await wizard(NGINX_DOWN, 80, 24, { complete: missing });
    await shown.send('w');
    await shown.waitFor('Your answers');
    await shown.send(ENTER);
    expect(shown.screen()).toContain('This screen could not continue: One answer is missing:');
    await shown.send(ENTER);
    expect(shown.screen()).toContain('Your answers');
  });

  it('is written to a log of its own, with its stack', async () => {
    const folder = `/tmp/otto-crash-${process.pid}-${Date.now()}`;
    const path = (await keepCrash(new Error('a key went wrong'), folder)) ?? '';
    expect(await readdir(folder)).toEqual([path.slice(folder.length + 1)]);
    expect(await readFile(path, 'utf8')).toMatch(/a key went wrong\n +at .*boundary\.test/);
  });
});

describe('an Otto that was set up with a token, whose sign-in to GitHub is gone', () => {
  const saved = { domain: 'otto.example.com', email: 'ops@example.com', github: 'token' } as const;

  it('is asked for a token, and for nothing else, on the way to the plan', () => {
    const services = createWizardServices({
      host: createRehearsal({ speed: Number.POSITIVE_INFINITY }).host,
      session,
      inputs: { saved },
      onMachine: new Set(),
      onProblem: () => {},
    });
    const kept = ['user', 'adminName', 'adminEmail'];
    const open = questionsOf(services, services.draft, 'open').filter(({ id }) => !kept.includes(id));
    expect(open.map(({ id }) => id)).toEqual(['githubToken']);
    const [token] = open;
    if (token?.kind !== 'text') throw new Error('a token is typed');
    expect(token.problem('')).toContain('Paste a token');
    const answers = services.complete(token.accept(services.draft, 'ghp_0123456789'));
    expect(answers.githubToken?.reveal()).toBe('ghp_0123456789');
  });

  it('may sign in instead', () => {
    const [choice] = questionsFor(saved).filter(({ id }) => id === 'github');
    if (choice?.kind !== 'choice') throw new Error('it is a choice');
    expect(questionsFor(choice.choices[1]?.accept(saved) ?? saved).map(({ id }) => id)).not.toContain(
      'github',
    );
  });
});
