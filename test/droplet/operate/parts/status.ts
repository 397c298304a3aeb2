import type { Part } from '../part.ts';

export const status: readonly Part[] = [
  {
    flow: 'status',
    twin: 'good',
    async run(place) {
      const { exitCode, stdout, stderr } = await place.run('otto-install status');
      place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      for (const what of [/Hermes/, /Open WebUI/, /Paperclip/, /nginx/])
        place.check.matches('what it shows', stdout, what);
      const json = await place.run('otto-install status --json');
      place.check.equal(
        'what it finds',
        (JSON.parse(json.stdout) as { check: { outcome: string } }).check.outcome,
        'healthy',
      );
      return 'everything runs';
    },
  },
  {
    flow: 'status',
    twin: 'hermes-stopped',
    async run(place) {
      const { droplet, check } = place;
      await droplet.must(['systemctl', 'stop', 'hermes-gateway']);
      const { exitCode, stdout } = await place
        .run('otto-install status')
        .finally(() => droplet.must(['systemctl', 'start', 'hermes-gateway']));
      check.equal(`the exit code of ${stdout}`, exitCode, 1);
      check.matches('what it shows', stdout, /✗ hermes-gateway +(failed|inactive)/);
      return 'said, exit code 1';
    },
  },
];
