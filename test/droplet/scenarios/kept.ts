import type { Scenario } from '../runner/scenario.ts';

/** Where one scenario ends the next one begins, and Docker's data comes along. */
export const scenario: Scenario = {
  name: 'kept',
  title: 'a droplet starts from the disk of another',
  needs: 'droplet',
  releases: ['bookworm', 'trixie', 'forky'],
  usesPackage: false,
  minutes: 5,
  async run({ droplet, step, check }) {
    await step('its files are there', async () => {
      check.equal('the file that the other one wrote', await droplet.read('/root/kept'), 'kept\n');
    });
    await step('its container was started again', async () => {
      const answers = async () => (await droplet.exec(['docker', 'exec', 'kept', 'cat', '/kept'])).stdout;
      for (let i = 0; i < 50 && (await answers()) !== 'kept too\n'; i += 1)
        await droplet.exec(['sleep', '0.2']);
      check.equal('what was written in the container', await answers(), 'kept too\n');
    });
  },
};
