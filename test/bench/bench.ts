// `npm run bench`: the figures that we keep an eye on, each with its aim and the command that repeats it.
// `npm run bench -- local` leaves out the test droplet, which takes about a quarter of an hour and needs root;
// `npm run bench -- droplet` measures only there; `npm run bench -- timeline` installs once and shows where the time goes.
import { packRunFile } from '../droplet/runner/package.ts';
import { firstFrame, helpMs, median, packedKb, rehearsedRun } from './measure.ts';
import { byHand, install } from './on-droplet.ts';
import { timelineLines } from './timeline.ts';

const TIMES = 7;
const ROUNDS = 3;

function row(what: string, value: string, aim: string, how: string): void {
  console.log(`${what.padEnd(42)} ${value.padStart(12)}   ${aim.padEnd(10)} ${how}`);
}

async function repeat<T>(times: number, work: () => T | Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let time = 0; time < times; time += 1) results.push(await work());
  return results;
}

async function local(): Promise<void> {
  const help = await repeat(TIMES, helpMs);
  row('--help', `${median(help).toFixed(0)} ms`, '< 150 ms', 'time bin/otto-install --help');
  const frames = await repeat(TIMES, firstFrame);
  const rehearse = 'bin/otto-install --rehearse';
  row('first screen', `${median(frames.map(({ ms }) => ms)).toFixed(0)} ms`, '< 400 ms', rehearse);
  row(
    'memory by then',
    `${median(frames.map(({ peakMb }) => peakMb)).toFixed(0)} MB`,
    '< 120 MB',
    `${rehearse}; VmHWM in /proc/PID/status`,
  );
  row('packed size', `${packedKb()} KB`, '≤ 450 KB', 'npm run package:npm');
  const run = await rehearsedRun();
  row(
    'to the terminal, mean of a run',
    `${run.meanKbPerSecond.toFixed(1)} KB/s`,
    '≤ 10 KB/s',
    `${rehearse}, played by keys`,
  );
  row('to the terminal, busiest second', `${run.peakKbPerSecond.toFixed(1)} KB/s`, '≤ 10 KB/s', 'the same');
}

async function onDroplets(): Promise<void> {
  const runFile = await packRunFile();
  const rounds = await repeat(ROUNDS, async () => {
    const installed = await install(runFile);
    const hand = await byHand();
    console.log(`  round: otto-install ${installed.seconds.toFixed(0)} s, by hand ${hand.toFixed(0)} s`);
    return { ...installed, hand };
  });
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
  const timeline = 'npm run bench -- timeline';
  row(
    'look at a healthy droplet',
    `${of((round) => round.lookSeconds).toFixed(1)} s`,
    '< 3 s',
    'otto-install check --json, on the droplet',
  );
  row('unattended install, empty bookworm', `${of((round) => round.seconds).toFixed(0)} s`, '', timeline);
  row(
    'the runbook by hand, same droplet',
    `${of((round) => round.hand).toFixed(0)} s`,
    '',
    'npm run droplet -- test by-hand --release bookworm',
  );
  row(
    'share of the time by hand',
    of((round) => round.seconds / round.hand).toFixed(2),
    '≤ 0.60',
    `${ROUNDS} times each, in turn`,
  );
  row(
    'our own time outside commands',
    `${(100 * of((round) => round.ownShare)).toFixed(1)} %`,
    '< 3 %',
    'run-ended in the --json events',
  );
}

async function once(): Promise<void> {
  const { seconds, timeline } = await install(await packRunFile());
  for (const line of timelineLines(timeline, 0.3)) console.log(line);
  console.log(`${seconds.toFixed(1)} s`);
}

const [which] = process.argv.slice(2);
if (which === 'timeline') await once();
else {
  if (which !== 'droplet') await local();
  if (which !== 'local') await onDroplets();
}
