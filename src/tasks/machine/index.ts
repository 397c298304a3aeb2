import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Argv, ExecResult, Host } from '../../host/host.ts';
import { parseDf, parseMeminfo, parseOsRelease } from '../../system/os.ts';
import { found } from '../finding.ts';
import { emptied, isDeaf } from '../firewall/emptied.ts';
import { lookAtFirewall } from '../firewall/index.ts';
import { judgeNightly, lookAtNightly } from '../nightly-backup/outdated.ts';
import type { OttoTask } from '../otto-task.ts';
import { clockOf, isByClock, judgeClock } from './clock.ts';
import { judgeCutOff, lookForCutOff } from './cut-off.ts';
import type { MachineFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { judgeMemory, lookAtMemory } from './memory.ts';
import { judgeModes, lookAtModes } from './modes.ts';
import { judgeOutgoing, lookAtOutgoing } from './outgoing.ts';
import { judgePorts, lookAtPorts } from './ports.ts';
import { judgeReachability, probe } from './reachability.ts';
import { judgeReboot, lookAtReboot } from './reboot.ts';
import { judgeRoom, lookAtDockerDisk, lookAtRoom } from './room.ts';
import { judgeSize } from './size.ts';
import { ACCEPTED_OS, judgeSystem } from './system.ts';

/**
 * A command whose answer is never empty. On a machine at its limit an answer was seen to get lost; asking twice is
 * cheaper than telling an operator that root is not root.
 */
async function answerOf(host: Host, argv: Argv): Promise<ExecResult> {
  const answer = await host.exec(argv);
  return answer.exitCode === 0 && answer.stdout.trim() === '' ? host.exec(argv) : answer;
}

async function look(host: Host, answers: Answers): Promise<MachineFacts> {
  const deaf = (await isDeaf(host)) ? await lookAtFirewall(host, answers) : undefined;
  const [
    uid,
    machine,
    cpus,
    df,
    time,
    release,
    meminfo,
    systemd,
    container,
    accepted,
    database,
    ports,
    probes,
    cutOff,
    modes,
  ] = await Promise.all([
    answerOf(host, ['id', '-u']),
    answerOf(host, ['uname', '-m']),
    answerOf(host, ['nproc']),
    host.exec(['df', '-B1', '--output=size,avail', '/']),
    host.exec(['timedatectl', 'show']),
    host.readFile('/etc/os-release'),
    host.readFile('/proc/meminfo'),
    host.stat('/run/systemd/system'),
    host.stat('/run/systemd/container'),
    host.readFile(ACCEPTED_OS),
    host.stat(layout(answers).openWebui.database),
    lookAtPorts(host),
    deaf === undefined ? probe(host, answers) : [],
    lookForCutOff(host),
    lookAtModes(host),
  ]);
  // On a machine that is merely slow, a command that was cut off must not be read as an answer.
  for (const [command, { exitCode, timedOut, stdout }] of Object.entries({
    id: uid,
    uname: machine,
    nproc: cpus,
  }))
    if (timedOut || exitCode !== 0 || stdout.trim() === '')
      throw new Error(
        `${command} ${timedOut ? 'did not answer in time' : `exited with ${exitCode} and said nothing`}`,
      );
  const now = host.now();
  const sizes = parseMeminfo(meminfo ?? '');
  const upkeep = database === undefined ? undefined : await lookAtUpkeep(host, sizes);
  return {
    root: uid.stdout.trim() === '0',
    os: parseOsRelease(release ?? ''),
    acceptedOs: accepted?.trim(),
    architecture: machine.stdout.trim(),
    systemd: systemd?.kind === 'directory',
    cpus: Number(cpus.stdout.trim()),
    ...sizes,
    disk: parseDf(df.stdout),
    dockerDisk: database === undefined ? await lookAtDockerDisk(host) : undefined,
    installed: database !== undefined,
    clock: clockOf(probes, time, container !== undefined, now),
    ports,
    probes,
    modes,
    upkeep,
    outgoing: deaf === undefined ? await lookAtOutgoing(host) : undefined,
    deaf,
    cutOff,
  };
}

async function lookAtUpkeep(host: Host, sizes: Pick<MachineFacts, 'memory' | 'swap'>) {
  const [room, memory, reboot, nightly] = await Promise.all([
    lookAtRoom(host),
    lookAtMemory(host, sizes),
    lookAtReboot(host),
    lookAtNightly(host),
  ]);
  return { room, memory, reboot, nightly };
}

function judge(facts: MachineFacts, answers: Answers): readonly Finding[] {
  // What is half-done explains whatever else is found.
  if (facts.cutOff !== undefined) return [judgeCutOff(facts.cutOff)];
  if (facts.deaf !== undefined)
    return [...judgeSystem(facts), found(FINDINGS['all-traffic-dropped'], emptied(facts.deaf))];
  if (facts.outgoing !== undefined) return [...judgeSystem(facts), ...judgeOutgoing(facts.outgoing)];
  const { upkeep } = facts;
  const worn =
    upkeep === undefined
      ? []
      : [
          ...judgeRoom(upkeep.room),
          ...judgeMemory(upkeep.memory),
          ...judgeReboot(upkeep.reboot),
          ...judgeNightly(upkeep.nightly),
        ];
  // On a full disk nothing else can be fixed, and much of it only follows from that.
  if (worn[0]?.code === 'disk-full') return worn.slice(0, 1);
  return [
    ...judgeSystem(facts),
    ...judgeSize(facts),
    ...judgeModes(facts.modes),
    ...worn,
    ...judgeClock(facts),
    ...judgePorts(facts.ports, answers),
    // What fails for the clock alone is that one finding.
    ...judgeReachability(
      facts.clock.refuted === undefined
        ? facts.probes
        : facts.probes.filter(({ result }) => !isByClock(result)),
    ),
  ];
}

/** Prerequisites: what this machine is, whether its ports are free, and whether it reaches what the steps need. */
export const machineTask: OttoTask<MachineFacts, Finding> = {
  id: 'machine',
  title: 'This machine',
  step: 'Prerequisites',
  why: 'Every later step needs this: a supported release, room for the image, free ports, and access to the places that the software comes from.',
  needs: [],
  look,
  judge,
};
