import { hermesPatch } from '../../artefacts/hermesRepository.ts';
import type { Part, Place } from '../part.ts';
import { AGREED, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

const CHECKOUT = '/home/cleo/.hermes/hermes-agent';

/** What runs as Hermes: the commit, whether files of it were changed, every package of its environment, what pip noted beside the code of another release. */
async function code({ droplet }: Place): Promise<string> {
  const script = `
cd ${CHECKOUT}
git -c safe.directory='*' rev-parse HEAD
git -c safe.directory='*' status --porcelain
venv=$(ls -d venv .venv 2>/dev/null | head -1)
"$venv/bin/python" -I -c "from importlib.metadata import distributions; print(*sorted({d.name + ' ' + d.version for d in distributions()}), sep='\\n')"
grep -h '^Version: ' *.egg-info/PKG-INFO 2>/dev/null | grep -vFx "Version: $(sed -n 's/^version = "\\(.*\\)"/\\1/p' pyproject.toml)" || true
ls -d .venv* venv* .git/index.lock 2>/dev/null || true
`;
  return droplet.must(['runuser', '-u', 'cleo', '--', 'sh', '-euc', script]);
}

const versionOf = (place: Place) =>
  place.droplet.must(['sed', '-n', 's/^version = "\\(.*\\)"/\\1/p', `${CHECKOUT}/pyproject.toml`]);

/** What there is to be had for this Otto: the release that follows April's, or a patch of the current one. */
async function offer({ internet, otto }: Place): Promise<void> {
  await internet.github.setMain(otto === 'april' ? 'v0.19.0' : await hermesPatch('patched'));
}

export const updateHermes: readonly Part[] = [
  {
    flow: 'update-hermes',
    twin: 'nothing-newer',
    on: ['current'],
    async run(place) {
      const before = await code(place);
      const { exitCode, stdout, stderr } = await place.run('otto-install update hermes --yes');
      place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      place.check.matches('what is told', stdout, /Nothing was done/);
      place.check.equal('what runs', await code(place), before);
      return 'nothing was done';
    },
  },
  {
    flow: 'update-hermes',
    twin: 'local-changes',
    async run(place) {
      const { droplet, check } = place;
      await offer(place);
      const asCleo = (line: string) => droplet.must(['runuser', '-u', 'cleo', '--', 'sh', '-euc', line]);
      await asCleo(`printf '\\n# by hand\\n' >>${CHECKOUT}/gateway/run.py`);
      const before = await code(place);
      const { exitCode, stdout, stderr } = await place.run('otto-install update hermes --yes');
      check.that('it does not end well', exitCode !== 0, `${exitCode}`);
      check.matches('what is told', `${stdout}${stderr}`, /were changed on this machine: gateway\/run\.py/);
      check.equal('what runs', await code(place), before);
      await asCleo(`cd ${CHECKOUT} && git checkout -q -- gateway/run.py`);
      return 'refused, with the name of the file';
    },
  },
  {
    flow: 'update-hermes',
    twin: 'packages-unreachable',
    on: ['april'],
    async run(place) {
      const { check, internet } = place;
      await offer(place);
      const before = await code(place);
      await internet.hosts.play('pypi.small.example', { kind: 'refused' });
      const told = await inLines(place, 'update hermes', [AGREED], 1).finally(() => internet.hosts.heal());
      check.matches('what is told', told, /failed/);
      check.equal('what runs', await code(place), before);
      return 'undone: the code and the environment of before';
    },
  },
  {
    flow: 'update-hermes',
    twin: 'does-not-start',
    async run(place) {
      const { check, internet } = place;
      await internet.github.setMain(await hermesPatch('broken'));
      const before = await code(place);
      await inLines(place, 'update hermes', [AGREED], 1);
      check.equal('what runs', await code(place), before);
      return 'undone: the code and the environment of before, one restart';
    },
  },
  {
    flow: 'update-hermes',
    twin: 'power-cut',
    async run(place) {
      await offer(place);
      const before = await code(place);
      const outcome = await cutPower(place, {
        words: 'update hermes',
        exchanges: [AGREED],
        at: /Install Hermes and what it needs/,
        afterMs: 1_500,
        title: 'Update Hermes',
      });
      place.check.equal('what runs', await code(place), before);
      return outcome;
    },
  },
  {
    flow: 'update-hermes',
    twin: 'good',
    // On the current Otto it is part of `update all`.
    on: ['april'],
    async run(place) {
      const version = '0.19.0';
      await offer(place);
      const from = (await versionOf(place)).trim();
      const told = await inLines(place, 'update hermes', [AGREED]);
      place.check.matches(
        'what is told',
        told,
        new RegExp(`Hermes is now ${version.replaceAll('.', '\\.')}`),
      );
      place.check.equal('the version', (await versionOf(place)).trim(), version);
      return `${from} → ${version}`;
    },
  },
];
