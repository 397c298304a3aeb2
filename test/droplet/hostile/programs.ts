import type { FaultContext } from '../faults/fault.ts';
import type { Surrounding } from './surrounding.ts';

/** Programs that hang, and print what nobody expects; and no memory. A Docker that hangs is a fault: docker-frozen. */

const shell = (line: string) => async (context: FaultContext) => void (await context.shell(line));

/** Puts a program of that name before the real one in root's search path. */
const instead =
  (name: string, script: string) =>
  async ({ droplet }: FaultContext) =>
    droplet.write(`/usr/local/sbin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
const asBefore = (...names: readonly string[]) =>
  shell(`rm -f ${names.map((name) => `/usr/local/sbin/${name}`).join(' ')}`);

const GARBAGE = 'head -c 10000000 /dev/urandom';
const PAGE = "printf '<!DOCTYPE html>\\n<html><body>Please sign in.</body></html>\\n'";

/** All processes of a service or a container stand still: they are there, and do nothing. */
const frozen = (pids: string) => `for pid in ${pids}; do kill -STOP "$pid"; done`;
const thawed = (pids: string) => `for pid in ${pids}; do kill -CONT "$pid" || true; done`;
const NGINX = '$(pgrep -x nginx)';
const HERMES = '$(systemctl show -P MainPID hermes-gateway)';
const OPEN_WEBUI = "$(docker inspect -f '{{.State.Pid}}' open-webui)";

const RUN_UNIT = '/run/systemd/system/otto-install-run.service.d';

export const programs: readonly Surrounding[] = [
  {
    name: 'programs-nginx-frozen',
    group: 'programs',
    title: 'nginx hangs (SIGSTOP): its service is active, and nobody gets an answer',
    begin: shell(frozen(NGINX)),
    during: 'check',
    says: [/nginx/, /does not answer|no answer|nothing answers/i],
    seconds: 90,
    end: shell(thawed(NGINX)),
  },
  {
    name: 'programs-hermes-frozen',
    group: 'programs',
    title: 'Hermes hangs (SIGSTOP): its port is open, and nobody gets an answer',
    begin: shell(frozen(HERMES)),
    during: 'check',
    says: [/Hermes/, /does not answer|did not answer|no answer|nothing answers/i],
    seconds: 90,
    end: shell(thawed(HERMES)),
  },
  {
    name: 'programs-open-webui-frozen',
    group: 'programs',
    title: 'Open WebUI hangs (SIGSTOP): its container runs, and nobody gets an answer',
    begin: shell(frozen(OPEN_WEBUI)),
    during: 'check',
    says: [/Open WebUI/, /does not answer|did not answer|no answer|nothing answers/i],
    seconds: 90,
    end: shell(thawed(OPEN_WEBUI)),
  },
  {
    name: 'programs-docker-garbage',
    group: 'programs',
    title: 'docker prints 10 MB of anything, and ends with 0',
    begin: instead('docker', GARBAGE),
    during: 'fix',
    exitCodes: [1, 2],
    says: [/Docker|container/],
    seconds: 180,
    end: asBefore('docker'),
  },
  {
    name: 'programs-systemctl-garbage',
    group: 'programs',
    title: 'systemctl prints 10 MB of anything, and ends with 0',
    begin: instead('systemctl', GARBAGE),
    during: 'fix',
    exitCodes: [1, 2],
    says: [/./],
    seconds: 180,
    end: asBefore('systemctl'),
  },
  {
    name: 'programs-docker-page',
    group: 'programs',
    title: 'docker, curl and git print a web page, and end with 0',
    begin: async (context) => {
      for (const name of ['docker', 'curl', 'git']) await instead(name, PAGE)(context);
    },
    during: 'check',
    says: [/Docker|container/],
    seconds: 90,
    end: asBefore('docker', 'curl', 'git'),
  },
  {
    name: 'programs-df-hangs',
    group: 'programs',
    title: 'df hangs, as on a network disk whose server is gone',
    begin: instead('df', 'exec sleep 1000'),
    during: 'check',
    exitCodes: [0, 1],
    says: [/./],
    seconds: 90,
    end: asBefore('df'),
  },
  {
    name: 'programs-nothing-answers',
    group: 'programs',
    title: 'docker, nginx, ss and systemctl hang while an operation is asked for',
    begin: async (context) => {
      for (const name of ['docker', 'nginx', 'ss', 'systemctl'])
        await instead(name, 'exec sleep 1000')(context);
    },
    during: 'restart --part open-webui --yes',
    exitCodes: [1, 2],
    says: [/answer|time|could not/i],
    seconds: 300,
    end: asBefore('docker', 'nginx', 'ss', 'systemctl'),
  },
  {
    name: 'memory-run-cannot-start',
    group: 'memory',
    title: 'there is so little memory that the run itself cannot start, while nginx has to be started',
    begin: shell(`
systemctl stop nginx
mkdir -p ${RUN_UNIT}
printf '[Service]\\nLimitAS=900M\\nLimitCORE=0\\n' >${RUN_UNIT}/memory.conf
systemctl daemon-reload`),
    // In the foreground there is no unit that is limited. (The kernel's own killing of it is what unbreakable does.)
    during: 'fix nginx-down --detach && otto-install attach',
    // It then does it in the foreground, and says so.
    exitCodes: [0],
    says: [/ends with this window.*memory/s],
    seconds: 120,
    end: shell(
      `rm -r ${RUN_UNIT}; systemctl daemon-reload; systemctl reset-failed otto-install-run 2>/dev/null || true`,
    ),
    wayOn: 'fix nginx-down',
  },
];
