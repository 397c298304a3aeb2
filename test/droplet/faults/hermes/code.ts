import type { Fault, FaultContext } from '../fault.ts';
import { CHECKOUT, restart, stop, VENV } from './tools.ts';

const OF_CODE = { group: 'hermes', touches: ['hermes.service', 'hermes.code'] } as const;

/** Hermes's code and the environment it runs from. */
export const codeFaults: readonly Fault[] = [
  {
    ...OF_CODE,
    name: 'hermes-venv-python-gone',
    title: 'the Python that the environment points to is gone, as after an upgrade of the distribution',
    code: 'hermes-venv-dead',
    break: async (context) => {
      await stop(context);
      await context.shell(
        `cd ${VENV}/bin; runuser -u cleo -- ln -sfn /usr/bin/python3.99 python3; runuser -u cleo -- ln -sfn python3 python`,
      );
    },
  },
  {
    ...OF_CODE,
    name: 'hermes-venv-of-another-python',
    title: 'the environment’s packages were made for another Python than the one it points to now',
    code: 'hermes-venv-other-python',
    patience: 300,
    break: async (context) => {
      await stop(context);
      await context.shell(
        `mv ${VENV}/lib/python3.* ${VENV}/lib/python3.9; sed -i 's/^version *=.*/version = 3.9.2/' ${VENV}/pyvenv.cfg`,
      );
    },
  },
  {
    ...OF_CODE,
    name: 'hermes-pip-half-finished',
    title: 'pip was killed while it wrote a package',
    code: 'hermes-packages-half-written',
    patience: 240,
    break: async (context) => {
      await stop(context);
      await cutOff(context);
    },
  },
  {
    ...OF_CODE,
    name: 'hermes-packages-removed',
    title: 'aiohttp was removed: Hermes starts, says active and has no API',
    code: 'hermes-modules-missing',
    patience: 240,
    break: async (context) => {
      await context.shell(`runuser -u cleo -- ${VENV}/bin/python -m pip -q uninstall -y aiohttp`);
      await stop(context);
      await context.run('systemctl', 'start', 'hermes-gateway');
    },
  },
  {
    ...OF_CODE,
    name: 'hermes-code-of-root',
    title: 'root ran git pull: files of the checkout belong to root',
    code: 'hermes-code-of-another-user',
    break: async (context) => {
      await context.shell(`chown root:root ${CHECKOUT}/.git/HEAD ${CHECKOUT}/pyproject.toml`);
    },
  },
  {
    ...OF_CODE,
    name: 'hermes-code-half-edited',
    title: 'a file of Hermes’s code does not end where Python expects it',
    code: 'hermes-does-not-start',
    patience: 300,
    // A person’s change to the code is never thrown away.
    repair: async (context) => {
      await context.shell(`cd ${CHECKOUT} && runuser -u cleo -- git checkout -q -- hermes_cli/main.py`);
      await restart(context);
    },
    break: async (context) => {
      await stop(context);
      await context.shell(`echo 'def broken(' >> ${CHECKOUT}/hermes_cli/main.py`);
    },
  },
];

/** Has pip write anthropic again and kills it while it is at it: as soon as the old files are set aside under "~nthropic" and
 * new ones are being written. */
async function cutOff({ shell }: FaultContext): Promise<void> {
  await shell(`
cd ${CHECKOUT}
version=$(runuser -u cleo -- venv/bin/python -c 'import importlib.metadata as m; print(m.version("anthropic"))')
setsid --fork runuser -u cleo -- venv/bin/python -m pip -q --disable-pip-version-check install --force-reinstall --no-deps "anthropic==$version" </dev/null >/dev/null 2>&1
for i in $(seq 3000); do
  if [ -d venv/lib/python3*/site-packages/~nthropic ] && [ -d venv/lib/python3*/site-packages/anthropic ]; then
    for pid in $(ls /proc | grep '^[0-9]*$'); do
      if tr '\\0' ' ' 2>/dev/null < /proc/$pid/cmdline | grep -q "^venv/bin/python -m pip .*anthropic=="; then kill -KILL $pid; fi
    done
    exit 0
  fi
  sleep 0.005
done
exit 1`);
}
