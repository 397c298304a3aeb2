import { expect, test } from 'vitest';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { openFolderAbove, openFoldersAbove } from '../../src/tasks/above-data.ts';

const droplet = () => createRehearsal({ speed: Number.POSITIVE_INFINITY, startMs: 0 });

test('folders of root alone, and what is not there yet, are well', async () => {
  const { host, machine } = droplet();
  machine.files.makeDirectory('/opt/cleo/open-webui');
  expect(await openFoldersAbove(host, ['/opt/cleo', '/opt/cleo/open-webui', '/srv/not/there/yet'])).toEqual(
    [],
  );
});

test('the first folder that is not, seen from above; whose the data itself is says nothing', async () => {
  const { host, machine } = droplet();
  machine.files.makeDirectory('/srv/otto/data', { owner: '1001:1001' });
  machine.files.change('/srv', { owner: 'root:root' });
  expect(await openFolderAbove(host, '/srv/otto')).toBeUndefined();
  expect(await openFolderAbove(host, '/srv/otto/data/webui')).toEqual({
    path: '/srv/otto',
    owner: '1001',
    kind: 'owner',
    data: '/srv/otto/data/webui',
  });
  machine.files.change('/srv', { mode: 0o1777 });
  const open = await openFoldersAbove(host, ['/srv/otto/one', '/srv/otto/two']);
  expect(open).toMatchObject([{ path: '/srv', kind: 'mode' }]);
});

test('a link of root is followed, one of somebody else is not', async () => {
  const { host, machine } = droplet();
  machine.files.makeDirectory('/mnt/volume/otto');
  machine.files.link('/srv/otto', '/mnt/volume/otto');
  expect(await openFolderAbove(host, '/srv/otto/webui')).toBeUndefined();
  machine.files.change('/mnt/volume', { owner: '1001:1001' });
  expect(await openFolderAbove(host, '/srv/otto/webui')).toMatchObject({
    path: '/mnt/volume',
    kind: 'owner',
  });
  machine.files.change('/srv/otto', { owner: '1001:1001' });
  expect(await openFolderAbove(host, '/srv/otto/webui')).toMatchObject({ path: '/srv/otto', kind: 'link' });
});
