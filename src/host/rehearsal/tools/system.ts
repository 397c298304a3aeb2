import { NotRehearsed, type Tool } from '../machine.ts';

const ss: Tool = ({ machine, args }) => {
  if (args.join(' ') !== '-Hltnp') throw new NotRehearsed(`ss ${args.join(' ')}`);
  const lines = [...machine.listeners.values()].map(
    ({ address, port, process, pid }) =>
      `LISTEN 0 128 ${address}:${port} 0.0.0.0:* users:(("${process}",pid=${pid},fd=3))\n`,
  );
  return { exitCode: 0, stdout: lines.join('') };
};

const ip: Tool = ({ machine, args }) => {
  const words = args.filter((arg) => !arg.startsWith('-')).join(' ');
  const link = (ifname: string, local: string, prefixlen: number) => ({
    ifname,
    addr_info: [{ family: 'inet', local, prefixlen, scope: 'global' }],
  });
  const links = [link('eth0', machine.address, 20)];
  if (machine.packages.has('docker.io')) links.push(link('docker0', machine.bridge, 16));
  if (/^addr(ess)?( show)?$/.test(words)) return { exitCode: 0, stdout: JSON.stringify(links) };
  if (words.startsWith('route')) {
    return {
      exitCode: 0,
      stdout: JSON.stringify([
        { dst: 'default', gateway: '203.0.113.1', dev: 'eth0', prefsrc: machine.address },
      ]),
    };
  }
  throw new NotRehearsed(`ip ${args.join(' ')}`);
};

const timedatectl: Tool = () => ({ exitCode: 0, stdout: 'NTP=yes\nNTPSynchronized=yes\nTimezone=Etc/UTC\n' });

/** 80 GB with 71 GB free. */
const df: Tool = ({ args }) => {
  if (!args.some((arg) => arg.startsWith('--output=size,avail')))
    throw new NotRehearsed(`df ${args.join(' ')}`);
  const unit = args.includes('--block-size=1') || args.includes('-B1') ? 1 : 1024;
  return { exitCode: 0, stdout: `1-blocks Avail\n${84_000_000_000 / unit} ${76_000_000_000 / unit}\n` };
};

export const systemTools = { ss, ip, timedatectl, df } satisfies Record<string, Tool>;
