import { expect, test } from 'vitest';
import { daemonSettings, writesRules } from '../../../src/system/docker/daemon-settings.ts';

const DEBIAN = '/usr/sbin/dockerd\0-H\0fd://\0--containerd=/run/containerd/containerd.sock\0';

test('the file, and the words that the daemon was started with', () => {
  expect(daemonSettings(DEBIAN, '{"bip":"172.20.0.1/16"}')).toEqual({
    host: 'fd://',
    containerd: '/run/containerd/containerd.sock',
    bip: '172.20.0.1/16',
  });
  expect(daemonSettings(`${DEBIAN}--data-root\0/srv/docker\0`, undefined)).toMatchObject({
    'data-root': '/srv/docker',
  });
  expect(daemonSettings('dockerd -g /srv/docker --bip=10.0.0.1/24 --debug', '')).toEqual({
    'data-root': '/srv/docker',
    bip: '10.0.0.1/24',
    debug: true,
  });
});

test('what cannot be read says nothing', () => {
  expect(daemonSettings('', 'no json')).toEqual({});
  expect(daemonSettings('dockerd --data-root', undefined)).toEqual({ 'data-root': '' });
});

test('whether it writes rules is said in either place', () => {
  expect(writesRules(daemonSettings(DEBIAN, undefined))).toBe(true);
  expect(writesRules(daemonSettings(DEBIAN, '{"iptables": false}'))).toBe(false);
  expect(writesRules(daemonSettings(`${DEBIAN}--iptables=false\0`, undefined))).toBe(false);
  expect(writesRules(daemonSettings(`${DEBIAN}--iptables=true\0`, undefined))).toBe(true);
  expect(writesRules(daemonSettings(DEBIAN, '{"firewall-backend":"nftables"}'))).toBe(false);
  expect(writesRules(daemonSettings(`${DEBIAN}--firewall-backend\0nftables\0`, undefined))).toBe(false);
});
