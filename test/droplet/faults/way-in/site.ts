import type { Fault, FaultContext } from '../fault.ts';

/** Faults of nginx's site: what stands in /etc/nginx. */

const SITE = '/etc/nginx/sites-enabled/otto';
/** A line that somebody added by hand; it has to survive every fix of the file. */
const BY_HAND = 'add_header X-Client "by hand";';

/** Changes the site's file with sed and lets nginx take it over. */
async function changeSite({ shell }: FaultContext, ...expressions: readonly string[]): Promise<void> {
  const words = ['', ...expressions].map((one) => `-e '${one}'`).join(' ');
  await shell(`sed -i ${words} ${SITE} && nginx -t -q && systemctl reload nginx`);
}

/** The same with a line of somebody's own in it. */
async function changeOwnSite(context: FaultContext, ...expressions: readonly string[]): Promise<void> {
  await context.shell(`sed -i '0,/server_name/s/server_name.*/&\\n    ${BY_HAND}/' ${SITE}`);
  await changeSite(context, ...expressions);
}

async function byHandIsThere({ check, shell }: FaultContext): Promise<void> {
  check.that(
    'the line that was added by hand is still there',
    (await shell(`cat ${SITE}`)).includes(BY_HAND),
  );
  check.that(
    'the site of the certificate is still there',
    (await shell(`cat ${SITE}`)).includes('managed by Certbot'),
  );
  await shell(`sed -i '/X-Client/d' ${SITE} && nginx -t -q && systemctl reload nginx`);
}

/** A site of somebody else's. */
const shop = (listen: string, name = 'shop.client.example') =>
  `server { listen ${listen}; server_name ${name}; return 200 shop; }`;
const SHOP = '/etc/nginx/sites-enabled/shop';
const SHOP_FILE = '/etc/nginx/sites-available/shop';

export const siteFaults: readonly Fault[] = [
  {
    name: 'way-in-site-missing',
    group: 'way-in',
    title: "the site's file was deleted",
    on: ['current', 'april'],
    break: ({ shell }) => shell(`rm ${SITE} && systemctl reload nginx`).then(() => undefined),
    code: 'nginx-site-missing',
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-site-not-enabled',
    group: 'way-in',
    title: 'the site is in sites-available, without a link in sites-enabled',
    break: ({ shell }) =>
      shell(`mv ${SITE} /etc/nginx/sites-available/otto && systemctl reload nginx`).then(() => undefined),
    code: 'nginx-site-not-enabled',
    async after({ check, shell }) {
      check.that('it is a link', (await shell(`readlink ${SITE}`)).includes('sites-available/otto'));
      await shell(`rm ${SITE} && mv /etc/nginx/sites-available/otto ${SITE} && systemctl reload nginx`);
    },
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-syntax-semicolon',
    group: 'way-in',
    title: "a semicolon is missing in Otto's site",
    on: ['current', 'april'],
    async break(context) {
      await changeOwnSite(context);
      await context.shell(`sed -i 's/proxy_http_version 1.1;/proxy_http_version 1.1/' ${SITE}`);
    },
    code: 'nginx-site-syntax',
    after: byHandIsThere,
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-syntax-directive',
    group: 'way-in',
    title: "a directive that nginx does not know in Otto's site, and nginx did not come back after a restart",
    async break(context) {
      await changeOwnSite(context);
      await context.shell(
        `sed -i '0,/location \\/ {/s/location \\/ {/&\\n        proxy_red_timeout 300;/' ${SITE}`,
      );
      await context.shell('systemctl restart nginx || true');
    },
    code: 'nginx-site-syntax',
    after: byHandIsThere,
    touches: ['nginx-site', 'nginx'],
  },
  {
    name: 'way-in-syntax-foreign',
    group: 'way-in',
    title: "a mistake in somebody else's site",
    async break({ shell }) {
      await shell(
        `echo '${shop('80')}' | sed 's/listen/lsten/' > ${SHOP_FILE} && ln -s ${SHOP_FILE} ${SHOP}`,
      );
    },
    code: 'nginx-configuration-broken',
    async after({ check, shell }) {
      check.that(
        "somebody else's site is as it was",
        (await shell(`cat ${SHOP_FILE}`)).includes('lsten 80;'),
      );
      await shell(`rm -f ${SHOP_FILE}`);
    },
    touches: ['nginx-foreign'],
  },
  {
    name: 'way-in-syntax-nginx-conf',
    group: 'way-in',
    title: 'a mistake in nginx.conf, which only a person may fix',
    break: ({ shell }) => shell("sed -i '1i wrker_processes 3;' /etc/nginx/nginx.conf").then(() => undefined),
    code: 'nginx-configuration-broken',
    repair: ({ shell }) => shell("sed -i '1d' /etc/nginx/nginx.conf").then(() => undefined),
  },
  {
    name: 'way-in-other-port',
    group: 'way-in',
    title: 'the site passes visitors on to another port',
    break: (context) => changeOwnSite(context, 's/127.0.0.1:8080/127.0.0.1:3001/'),
    code: 'nginx-site-other-port',
    after: byHandIsThere,
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-duplicate-name',
    group: 'way-in',
    title: "an older site has Otto's name, too, and is read first",
    async break({ shell }) {
      const old = '/etc/nginx/sites-enabled/000-old';
      await shell(
        `echo '${shop('80', 'otto.client.example')}' > ${old} && nginx -t -q && systemctl reload nginx`,
      );
    },
    code: 'nginx-site-twice',
    async after({ check, shell }) {
      const kept = '/etc/nginx/sites-available/000-old';
      check.that('the older site is kept', (await shell(`cat ${kept}`)).includes('return 200 shop'));
      await shell(`rm ${kept}`);
    },
    touches: ['nginx-foreign'],
  },
  {
    name: 'way-in-default-in-front',
    group: 'way-in',
    title: "the default site listens on the machine's address itself and so comes before every name",
    async break({ shell }) {
      await shell(
        `echo '${shop('203.0.113.10:80', '_')}' > /etc/nginx/sites-enabled/zz-default && nginx -t -q && systemctl reload nginx`,
      );
    },
    code: 'nginx-other-site-in-front',
    async after({ shell }) {
      await shell(
        `rm /etc/nginx/sites-enabled/zz-default && sed -i '/listen 203.0.113.10/d' ${SITE} && nginx -t -q && systemctl restart nginx`,
      );
    },
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-no-websocket',
    group: 'way-in',
    title: 'the site lacks the headers of WebSockets',
    on: ['current', 'april'],
    break: (context) => changeOwnSite(context, '/http_upgrade/d', '/Connection "upgrade"/d'),
    code: 'nginx-site-no-websocket',
    after: byHandIsThere,
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-body-limit',
    group: 'way-in',
    title: 'client_max_body_size is missing, so nginx takes 1 MB at most',
    on: ['current', 'april'],
    break: (context) => changeOwnSite(context, '/client_max_body_size/d'),
    code: 'nginx-site-small-uploads',
    after: byHandIsThere,
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-auth-basic',
    group: 'way-in',
    title: 'auth_basic in the site: the browser’s password and Open WebUI’s token are in the same header',
    async break(context) {
      await context.shell('printf "ann:{PLAIN}secret\\n" > /etc/nginx/people');
      await changeOwnSite(
        context,
        's#location / {#&\\n        auth_basic "Otto"; auth_basic_user_file /etc/nginx/people;#',
      );
    },
    code: 'nginx-site-asks-for-password',
    async after(context) {
      await byHandIsThere(context);
      await changeSite(context, '/auth_basic/d');
    },
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-allow-deny',
    group: 'way-in',
    title: 'allow and deny in the site: an office is let in, nobody else, and this machine neither',
    break: (context) => changeSite(context, 's#location / {#&\\n        allow 203.0.113.77; deny all;#'),
    code: 'nginx-site-narrowed',
    repair: (context) => changeSite(context, '/deny all;/d'),
    touches: ['nginx-site'],
  },
  {
    name: 'way-in-upstream-other-port',
    group: 'way-in',
    title:
      'the site leads to an upstream of another file, on another port, with the headers in an included file, which lack the WebSocket’s',
    async break(context) {
      const { shell } = context;
      await shell(
        `printf 'upstream otto_page { server 127.0.0.1:3001; }\\n' > /etc/nginx/conf.d/upstream.conf; grep -E '^ *proxy_(http_version|set_header|read_timeout|buffering)' ${SITE} | sort -u | grep -v -E 'Upgrade|Connection' > /etc/nginx/snippets/otto-proxy.conf`,
      );
      await changeOwnSite(
        context,
        '/^ *proxy_\\(http_version\\|set_header\\|read_timeout\\|buffering\\)/d',
        's#proxy_pass http://127.0.0.1:8080;#include snippets/otto-proxy.conf; proxy_pass http://otto_page;#',
      );
    },
    code: 'nginx-site-other-port',
    also: ['nginx-site-no-websocket'],
    async after(context) {
      await byHandIsThere(context);
      await context.shell(
        'grep -q "Upgrade" /etc/nginx/sites-enabled/otto /etc/nginx/snippets/otto-proxy.conf',
      );
    },
    spoils: true,
  },
  {
    name: 'way-in-map-and-upstream',
    group: 'way-in',
    title:
      'healthy: a map for the header Connection, an upstream for Open WebUI, its lines in an included file',
    async break(context) {
      const { shell } = context;
      await shell(
        `printf 'map $http_upgrade $otto_connection { default upgrade; "" close; }\\nmap $host $otto_page { default otto_page; }\\nupstream otto_page { server 127.0.0.1:8080; keepalive 4; }\\n' > /etc/nginx/conf.d/upstream.conf`,
      );
      await changeSite(
        context,
        's#Connection "upgrade"#Connection $otto_connection#',
        's#proxy_pass http://127.0.0.1:8080;#proxy_pass http://$otto_page;#',
      );
    },
    code: undefined,
    spoils: true,
  },
];
