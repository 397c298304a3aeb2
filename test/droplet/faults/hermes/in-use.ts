import type { Fault, FaultContext } from '../fault.ts';
import { answers, CHECKOUT, DROP_INS, ENV, HOME, restart, stop, UNIT } from './tools.ts';

/** Runs the plain fix, with nobody there, and says what it did to what it must leave alone. */
const plainFix = 'otto-install fix || :';

/** What an operator asks of an Otto whose Hermes is elsewhere has to be done there, and makes none at the usual place. */
const operateElsewhere = `
old=$(grep ^API_SERVER_KEY= /srv/hermes/.env)
otto-install restart --part hermes --yes
otto-install rotate-key --how generated --yes
test "$old" != "$(grep ^API_SERVER_KEY= /srv/hermes/.env)"
otto-install backup --to /root/moved.tar.gz --yes
tar -tzf /root/moved.tar.gz | grep -c state.db
rm /root/moved.tar.gz
test ! -e ${HOME}`;

/** What is refused in words where another user runs Hermes, and what a backup without its memory says. */
const operateAsRoot = `
otto-install update hermes --yes && exit 1
otto-install rotate-key --how generated --yes && exit 1
otto-install backup --to /root/without.tar.gz --yes
rm /root/without.tar.gz`;

/** What the finding says to do by hand: a copy for the deploy user, and the unit out of the way. */
const carryOver = `
systemctl stop hermes-gateway
cp -a /root/.hermes ${HOME}
chown -R cleo: ${HOME}
mv ${UNIT} /root/
systemctl daemon-reload`;

/** A container named agent that held Hermes's port: stopped once somebody agreed, and neither removed nor started again by Docker. */
async function agentIsStopped({ shell, check }: FaultContext): Promise<void> {
  const state = await shell("docker inspect -f '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}' agent");
  check.that('the container is stopped, stays so, and is still there', state.trim() === 'exited no', state);
  await shell('docker rm -f agent');
}

/** Ottos whose Hermes works, otherwise than we would have made it; and what looks like a fault and is somebody's own way. */
export const inUseFaults: readonly Fault[] = [
  {
    name: 'hermes-moved-by-its-unit',
    group: 'hermes',
    title: 'Hermes moved to /srv/hermes by its unit, with its environment; the home is empty, and it answers',
    code: undefined,
    spoils: true,
    async break(context) {
      const { run, shell, until } = context;
      await stop(context);
      await shell(`mv ${HOME} /srv/hermes && chown cleo: /srv/hermes`);
      // An Otto of an earlier release has no drop-in.
      await shell(
        `for file in ${UNIT} ${DROP_INS}/*.conf; do [ ! -e "$file" ] || sed -i 's#${HOME}#/srv/hermes#g' "$file"; done`,
      );
      // The sandbox has all of the machine but the home read-only.
      await shell(
        `mkdir -p ${DROP_INS}; printf '[Service]\nReadWritePaths=/srv/hermes\n' > ${DROP_INS}/90-moved.conf`,
      );
      // Scripts and links of an environment name the place where it was made.
      await shell(
        "grep -rIl '/home/cleo/.hermes' /srv/hermes/hermes-agent/venv/bin /srv/hermes/hermes-agent/venv/lib/python3*/site-packages/*hermes* | xargs -r sed -i 's#/home/cleo/.hermes#/srv/hermes#g'",
      );
      await run('systemctl', 'daemon-reload');
      await run('systemctl', 'start', 'hermes-gateway');
      await until('Hermes answers', () => answers(context), 60_000);
    },
    async after({ shell, check }) {
      await shell(plainFix);
      const made = await shell('test -e /home/cleo/.hermes/hermes-agent && echo second || echo none');
      check.that('no second Hermes was made', made.trim() === 'none', made);
      await shell(operateElsewhere);
    },
  },
  {
    name: 'hermes-runs-as-root',
    group: 'hermes',
    title: 'Hermes of its vendor’s script: code in /usr/local/lib, memory in /root/.hermes, the unit as root',
    code: 'hermes-runs-as-another-user',
    spoils: true,
    async break(context) {
      const { run, shell, until } = context;
      await stop(context);
      await shell(`mv ${CHECKOUT} /usr/local/lib/hermes-agent && mv ${HOME} /root/.hermes`);
      await shell(
        'chown -R root: /root/.hermes /usr/local/lib/hermes-agent && echo ours > /root/.hermes/MEMORY.md',
      );
      await shell(
        `rm -rf ${DROP_INS}; sed -i -e 's#${CHECKOUT}#/usr/local/lib/hermes-agent#g' -e 's#${HOME}#/root/.hermes#g' -e 's#=/home/cleo$#=/root#' -e 's#^User=.*#User=root#' -e '/^Group=/d' ${UNIT}`,
      );
      await shell(
        "grep -rIl '/home/cleo/.hermes/hermes-agent' /usr/local/lib/hermes-agent/venv/bin /usr/local/lib/hermes-agent/venv/lib/python3*/site-packages/*hermes* | xargs -r sed -i 's#/home/cleo/.hermes/hermes-agent#/usr/local/lib/hermes-agent#g'",
      );
      await run('systemctl', 'daemon-reload');
      await run('systemctl', 'start', 'hermes-gateway');
      await until('Hermes answers', () => answers(context), 60_000);
    },
    repair: async ({ shell, check }) => {
      await shell(plainFix);
      const unit = await shell(
        `grep ^User= ${UNIT}; cat /root/.hermes/MEMORY.md; ls /home/cleo/.hermes 2>/dev/null || :`,
      );
      check.that(
        'unit and memory are as they were, and no second Hermes was made',
        unit.trim() === 'User=root\nours',
        unit,
      );
      const said = await shell(operateAsRoot);
      check.that('operations say where Hermes is', said.split('Hermes runs as root').length > 3, said);
      await shell(carryOver);
      await shell(plainFix);
      const kept = await shell(`cat ${HOME}/MEMORY.md /root/.hermes/MEMORY.md; grep ^User= ${UNIT}`);
      check.that(
        'memory came with it, and the way back stays',
        kept.trim() === 'ours\nours\nUser=cleo',
        kept,
      );
    },
  },
  {
    name: 'hermes-keys-in-environment-file',
    group: 'hermes',
    title:
      'API_SERVER_* in a file of root’s that a drop-in names, .env without any, so that the agent cannot read them',
    code: undefined,
    touches: ['hermes.service', 'hermes.env', 'hermes.unit'],
    async break(context) {
      const { run, shell } = context;
      await shell(`install -m 0600 -o root ${ENV} /etc/hermes.env; grep 'by hand' /etc/hermes.env > ${ENV}`);
      await shell(
        `mkdir -p ${DROP_INS}; printf '[Service]\\nEnvironmentFile=/etc/hermes.env\\n' > ${DROP_INS}/keys.conf`,
      );
      await run('systemctl', 'daemon-reload');
      await restart(context);
    },
    async after(context) {
      const { run, shell, check } = context;
      await shell(plainFix);
      const text = await shell(`cat ${ENV}`);
      check.that('no key was written to where the agent reads it', !text.includes('API_SERVER_KEY'), text);
      await shell(`rm ${DROP_INS}/keys.conf; cat /etc/hermes.env > ${ENV}; rm /etc/hermes.env`);
      await run('systemctl', 'daemon-reload');
      await restart(context);
    },
  },
  {
    name: 'hermes-key-in-drop-in',
    group: 'hermes',
    title: 'only API_SERVER_KEY and API_SERVER_HOST stand in a drop-in of the unit; the rest in .env',
    code: undefined,
    touches: ['hermes.service', 'hermes.env', 'hermes.unit'],
    async break(context) {
      const { run, shell } = context;
      await shell(
        `mkdir -p ${DROP_INS}; { echo '[Service]'; sed -nE 's/^(API_SERVER_(KEY|HOST)=.*)/Environment="\\1"/p' ${ENV}; } > ${DROP_INS}/keys.conf; chmod 600 ${DROP_INS}/keys.conf; cp -p ${ENV} /root/env-kept; sed -i -E '/^API_SERVER_(KEY|HOST)=/d' ${ENV}`,
      );
      await run('systemctl', 'daemon-reload');
      await restart(context);
    },
    async after(context) {
      const { run, shell, check } = context;
      const said = await shell('otto-install rotate-key --how generated --yes 2>&1 && exit 1 || :');
      check.that(
        'a new key is refused, and the place of the old one named',
        said.includes('keys.conf'),
        said,
      );
      await shell(`rm ${DROP_INS}/keys.conf; cat /root/env-kept > ${ENV}; rm /root/env-kept`);
      await run('systemctl', 'daemon-reload');
      await restart(context);
    },
  },
  {
    name: 'hermes-venv-of-uv',
    group: 'hermes',
    title: 'the environment made by uv, without pip; a module is missing and two packages were added by hand',
    code: 'hermes-venv-unfinished',
    touches: ['hermes.service', 'hermes.venv'],
    patience: 300,
    async break(context) {
      const { shell } = context;
      await stop(context);
      const venv = `${CHECKOUT}/venv`;
      await shell(`runuser -u cleo -- ${venv}/bin/python -m pip -q uninstall -y aiohttp`);
      await shell(`rm -rf ${venv}/lib/python3*/site-packages/pip ${venv}/lib/python3*/site-packages/pip-*`);
      await shell(
        `runuser -u cleo -- sh -euc 'echo "uv = 0.8.3" >> ${venv}/pyvenv.cfg; for lib in ${venv}/lib/python3*/site-packages; do cd $lib; mkdir added_by_hand-1.0.dist-info; cd added_by_hand-1.0.dist-info; touch REQUESTED; echo pip > INSTALLER; printf "Metadata-Version: 2.1\\nName: added-by-hand\\nVersion: 1.0\\n" > METADATA; for name in METADATA INSTALLER REQUESTED RECORD; do echo "added_by_hand-1.0.dist-info/$name,,"; done > RECORD; done'`,
      );
    },
    async after({ shell, check }) {
      const there = await shell(
        `ls -d ${CHECKOUT}/venv/lib/python3*/site-packages/added_by_hand-1.0.dist-info || :`,
      );
      check.that('what was added by hand is still there', there.includes('added_by_hand'), there);
    },
  },
  {
    name: 'hermes-port-of-a-container',
    group: 'hermes',
    title: 'a container published on 8642, while Hermes is stopped; Docker starts it again at each boot',
    code: 'port-8642-held',
    also: ['hermes-port-taken'],
    touches: ['hermes.service', 'hermes.port'],
    async break(context) {
      const { shell } = context;
      await stop(context);
      await shell(
        "image=$(docker inspect -f '{{.Image}}' open-webui); docker run -d --name agent --restart always -p 8642:8642 --entrypoint python3 $image -m http.server 8642",
      );
      await shell('systemctl start --no-block hermes-gateway');
    },
    after: agentIsStopped,
  },
  {
    name: 'hermes-port-of-the-host-network',
    group: 'hermes',
    title: 'a container on the host’s network listens on 8642, while Hermes is stopped',
    code: 'port-8642-held',
    also: ['hermes-port-taken'],
    touches: ['hermes.service', 'hermes.port'],
    async break(context) {
      const { shell } = context;
      await stop(context);
      await shell(
        "image=$(docker inspect -f '{{.Image}}' open-webui); docker run -d --name agent --restart always --network host --entrypoint python3 $image -m http.server 8642",
      );
      await context.until(
        'it listens',
        async () => (await context.droplet.exec(['curl', '-s', 'http://127.0.0.1:8642/'])).exitCode === 0,
      );
      await shell('systemctl start --no-block hermes-gateway');
    },
    after: agentIsStopped,
  },
  {
    name: 'hermes-update-left-work-behind',
    group: 'hermes',
    title:
      'the checkout was on branch client; somebody went to main by hand, as `hermes update` does, and left a stash',
    code: 'hermes-code-left-behind',
    touches: ['hermes.service', 'hermes.code'],
    async break(context) {
      const { shell } = context;
      const git = `runuser -u cleo -- git -C ${CHECKOUT} -c user.name=Ann -c user.email=ann@client.example`;
      await shell(
        `${git} checkout -q -b client; echo '# ours' | runuser -u cleo -- tee -a ${CHECKOUT}/README.md >/dev/null; ${git} commit -qam 'Our own tools'`,
      );
      await restart(context);
      await shell(
        `sleep 3; echo '# more' | runuser -u cleo -- tee -a ${CHECKOUT}/README.md >/dev/null; ${git} stash -q; ${git} checkout -q -`,
      );
    },
    repair: async (context) => {
      const { shell, check } = context;
      await shell(plainFix);
      const git = `runuser -u cleo -- git -C ${CHECKOUT}`;
      const pid = await shell('systemctl show -p ExecMainStartTimestampMonotonic hermes-gateway');
      const work = await shell(`${git} log -1 --format=%s client; ${git} stash list`);
      check.that(
        'the work is still there',
        work.includes('Our own tools') && work.includes('stash@{0}'),
        `${work}${pid}`,
      );
      await shell(`${git} stash drop -q; ${git} branch -D client`);
      await restart(context);
    },
  },
  {
    name: 'hermes-files-touched',
    group: 'hermes',
    title:
      '`touch` of Hermes’s code, its .env and its configuration after its start: nothing in them changed',
    code: undefined,
    touches: ['hermes.service', 'hermes.code'],
    async break(context) {
      await restart(context);
      await context.shell(
        `sleep 3; cd ${CHECKOUT}; runuser -u cleo -- touch ${ENV} ${HOME}/config.yaml pyproject.toml hermes_cli/*.py; touch ${UNIT}; systemctl daemon-reload`,
      );
    },
  },
  {
    name: 'hermes-checkout-of-the-same-tag',
    group: 'hermes',
    title: '`git checkout` of a tag of the same commit: HEAD was written, the code is the same',
    code: undefined,
    touches: ['hermes.service', 'hermes.code'],
    async break(context) {
      const { shell } = context;
      await restart(context);
      await shell(
        `sleep 3; runuser -u cleo -- git -C ${CHECKOUT} tag -f same HEAD; runuser -u cleo -- git -C ${CHECKOUT} checkout -q same`,
      );
    },
    after: async ({ shell }) => void (await shell(`runuser -u cleo -- git -C ${CHECKOUT} checkout -q -`)),
  },
];
