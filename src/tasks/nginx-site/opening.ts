import type { Answers } from '../../answers/schema.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, notOurs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { servers, TEST } from '../../system/nginx/nginx.ts';
import { parseFile } from '../../system/nginx/nginx-syntax.ts';
import { takeOver } from './judge-unit.ts';
import type { NginxSite } from './look.ts';
import { isClosed, opened } from './template.ts';

/** The lines go that keep visitors out until there is an administrator; everything else stays. */
export function openSite(site: NginxSite, { domain }: Answers): readonly Fix[] {
  const { content, origin, siteMode, unit } = site;
  const path = site.servers[0]?.file;
  if (content === undefined || path === undefined) return [];
  const edited = opened(content);
  if (edited === content || stillCloses(path, edited)) return [];
  // certbot's lines make it 'edited by hand', too: our own remark in the first line tells that it is ours.
  const ours = origin === 'ours' || /^# Otto: .*Written by otto-install/m.test(content);
  const write = writeFile(path, edited, siteMode.mode, `Pass visitors of ${domain} on to Open WebUI`, {
    owner: siteMode.owner,
    proof: TEST,
    effects: replaces(path, ours ? foundAs('our site') : notOurs),
  });
  return [
    {
      id: 'open-site',
      title: 'Let visitors in',
      consequence: ours ? undefined : `The old file is kept. Somebody else wrote ${path}.`,
      actions: [write, ...takeOver(unit)],
    },
  ];
}

function stillCloses(path: string, content: string): boolean {
  const block = parseFile({ path, content });
  return isClosed(servers([{ name: 'http', args: [], block, file: path, from: 0, to: 0, inside: 0 }]));
}
