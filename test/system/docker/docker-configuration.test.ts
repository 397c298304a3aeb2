import { expect, test } from 'vitest';
import {
  bridgeOf,
  parseSettings,
  refusedSettings,
  repairSettings,
} from '../../../src/system/docker/docker-configuration.ts';

const GOOD = { bip: '172.26.0.1/16', 'log-opts': { 'max-size': '10m' } };

test.each([
  ['a comma too many', '{ "bip": "172.26.0.1/16", "log-opts": { "max-size": "10m", }, }'],
  ['a comma too few', '{\n  "bip": "172.26.0.1/16"\n  "log-opts": { "max-size": "10m" }\n}'],
  ['two commas', '{ "bip": "172.26.0.1/16",, "log-opts": { "max-size": "10m" } }'],
  ['no end', '{ "bip": "172.26.0.1/16", "log-opts": { "max-size": "10m" }'],
  ['one end too many', '{ "bip": "172.26.0.1/16", "log-opts": { "max-size": "10m" } } }'],
  ['no braces around it', '"bip": "172.26.0.1/16", "log-opts": { "max-size": "10m" }'],
  ['a remark', '{\n  // the bridge\n  "bip": "172.26.0.1/16", "log-opts": { "max-size": "10m" }\n}'],
  ["a text editor's quotes", '{ “bip”: “172.26.0.1/16”, "log-opts": { "max-size": "10m" } }'],
])('settings with %s are fixed', (_, text) => {
  expect(parseSettings(text)).toBeUndefined();
  expect(parseSettings(repairSettings(text) ?? '')).toEqual(GOOD);
});

test.each(['<html>502</html>', 'bip', '{ "bip": }'])('%s is not', (text) => {
  expect(repairSettings(text)).toBeUndefined();
});

test('what the daemon refuses, from its journal', () => {
  const about =
    'unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives';
  expect(
    refusedSettings(
      `${about} are specified both as a flag and in the configuration file: hosts: (from flag: [fd://], from file: [tcp://0.0.0.0:2375]), log-level: (from flag: info, from file: debug)`,
    ),
  ).toEqual(['hosts', 'log-level']);
  expect(refusedSettings(`${about} don't match any configuration option: nosuch, colour`)).toEqual([
    'nosuch',
    'colour',
  ]);
  expect(refusedSettings('API listen on /run/docker.sock')).toEqual([]);
});

test('the address of the bridge', () => {
  expect(bridgeOf({ bip: '172.26.0.1/16' })).toBe('172.26.0.1');
  expect(bridgeOf({ bridge: 'none' })).toBeUndefined();
});
