/**
 * What every fix that the catalogue offers may do to the world, and to whose: a harm audit on paper. `found-as`, `label` and `ledger` are
 * Otto's own; `nobody` is asked about, always. The tests' setup compares what each judgement offers with this list, and
 * test/tasks/effects-of-fixes.test.ts the list with the catalogue. A fix that does nothing of the kind has an empty list.
 */
export const EFFECTS_OF_FIXES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'accounts-differ-in-case': {
    'rename-accounts': [],
  },
  'administrator-is-a-stranger': {
    'accept-administrators': [],
    'start-over': ['deletes label', 'deletes nobody', 'replaces found-as', 'stops label'],
  },
  'administrator-missing': {
    'let-in-a': [],
    'promote-b': [],
    'promote-c': [],
  },
  'administrator-not-named': {
    'accept-administrators': [],
  },
  'bridge-connection-off': {
    'correct-connection': [],
  },
  'bridge-firewall-drops': {
    'allow-device': ['opens found-as'],
  },
  'bridge-key-not-read': {
    'restart-hermes': ['stops found-as'],
  },
  'bridge-key-wrong': {
    'correct-connection': ['deletes found-as', 'stops found-as'],
    'recreate-with-connection': ['replaces found-as'],
  },
  'bridge-model-not-read': {
    'restart-hermes': ['stops found-as'],
  },
  'bridge-model-renamed': {
    'correct-connection': [],
  },
  'bridge-moved': {
    'correct-connection': [],
  },
  'bridge-name-unknown': {
    'correct-connection': [],
  },
  'bridge-no-connection': {
    'correct-connection': [],
  },
  'bridge-not-hermes': {
    'correct-connection': [],
  },
  'bridge-other-port': {
    'correct-connection': [],
  },
  'bridge-refused': {
    'allow-device': ['opens found-as'],
  },
  'bridge-url-elsewhere': {
    'correct-connection': [],
  },
  'bridge-url-is-loopback': {
    'correct-connection': ['replaces found-as'],
  },
  'bridge-v1-missing': {
    'correct-connection': [],
  },
  'certificate-beside-expired-one': {
    'change-lines': ['replaces found-as', 'replaces nobody'],
    'install-again': [],
  },
  'certificate-cut-off': {
    'put-files-back': ['replaces found-as'],
    'keep-files': [],
  },
  'certificate-expired': {
    'get-certificate': [],
  },
  'certificate-files-gone': {
    'get-another-certificate': ['deletes nobody'],
    'relink-files': [],
  },
  'certificate-for-another-name': {
    'install-again': [],
  },
  'certificate-is-a-test': {
    'get-certificate': [],
  },
  'certificate-made-for-another-name': {
    'get-certificate': [],
  },
  'certificate-missing': {
    'get-certificate': [],
  },
  'certificate-not-taken-over': {
    'reload-nginx': [],
  },
  'certificate-refused-account': {
    'try-anyway': [],
  },
  'certificate-refused-authority-away': {
    'try-anyway': [],
  },
  'certificate-refused-authority-untrusted': {
    'try-anyway': [],
  },
  'certificate-refused-busy': {
    'try-anyway': [],
  },
  'certificate-refused-caa': {
    'try-anyway': [],
  },
  'certificate-refused-connection': {
    'try-anyway': [],
  },
  'certificate-refused-disk': {
    'try-anyway': [],
  },
  'certificate-refused-dns': {
    'try-anyway': [],
  },
  'certificate-refused-firewall': {
    'try-anyway': [],
  },
  'certificate-refused-name': {
    'try-anyway': [],
  },
  'certificate-refused-nginx': {
    'try-anyway': [],
  },
  'certificate-refused-nothing-listens': {
    'try-anyway': [],
  },
  'certificate-refused-other-machine': {
    'try-anyway': [],
  },
  'certificate-refused-plugin': {
    'try-anyway': [],
  },
  'certificate-refused-rate-limit': {
    'try-anyway': [],
  },
  'certificate-refused-unknown': {
    'try-anyway': [],
  },
  'certificate-refused-way-of-proof': {
    'try-anyway': [],
  },
  'certificate-unlinked': {
    'forget-certificate': ['deletes nobody'],
    'relink-files': [],
  },
  'chat-claude-key-refused': {
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'chat-not-recorded': {
    'record-proof': [],
  },
  'claude-cli-missing': {
    'install-cli': ['deletes found-as'],
  },
  'claude-credentials-damaged': {
    'sign-in': ['deletes found-as', 'replaces found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-credentials-not-usable-by-user': {
    'give-to-user': [],
  },
  'claude-credentials-readable-by-others': {
    'restrict-to-user': [],
  },
  'claude-extra-usage': {
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-key-differs': {
    'change-settings': ['replaces found-as'],
  },
  'claude-key-instead-of-sign-in': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-key-missing': {
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-key-not-set': {
    'change-settings': ['replaces found-as'],
  },
  'claude-key-refused': {
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-not-signed-in': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-oauth-not-allowed': {
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-sign-in-ends-soon': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-sign-in-expired': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-sign-in-held-twice': {
    'leave-to-user': ['replaces found-as'],
  },
  'claude-sign-in-shadows-key': {
    'set-sign-in-aside': ['replaces found-as'],
  },
  'claude-sign-in-used-up': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-sign-in-without-inference': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-token-refused': {
    'sign-in': ['deletes found-as'],
    'use-api-key': ['replaces found-as', 'stops found-as'],
  },
  'claude-token-refused-first': {
    'comment-out-token': ['replaces found-as', 'stops found-as'],
  },
  'clock-not-kept': {
    'enable-time-sync': [],
  },
  'clock-wrong': {
    'set-clock': [],
  },
  'container-network-closed': {
    'allow-device': ['opens found-as'],
    'allow-network': ['opens found-as'],
  },
  'container-way-limited': {
    'put-rule-first': ['opens found-as'],
  },
  'container-without-network': {
    'recreate-with-network': ['replaces found-as'],
  },
  'containerd-down': {
    'start-containerd': [],
  },
  'containers-dropped-by-a-rule': {
    'delete-rule': ['deletes nobody', 'opens nobody'],
  },
  'containers-kept-from-internet': {
    'delete-rule': ['deletes nobody', 'opens nobody'],
  },
  'data-below-open-folder': {
    'close-to-others': [],
  },
  'deploy-user-group-missing': {
    'create-group': [],
  },
  'deploy-user-home-elsewhere': {
    'move-home': ['leads-elsewhere nobody'],
  },
  'deploy-user-home-missing': {
    'create-home': [],
  },
  'deploy-user-home-owner': {
    'give-home-to-user': [],
  },
  'deploy-user-in-admin': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-disk': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-docker': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-lxd': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-root': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-sudo': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-in-wheel': {
    'remove-from-group': ['deletes nobody'],
  },
  'deploy-user-missing': {
    'create-user': [],
  },
  'deploy-user-password-empty': {
    'lock-password': [],
  },
  'deploy-user-shell': {
    'give-bash': ['opens nobody'],
  },
  'docker-bridge-missing': {
    'restart-docker': ['stops nobody'],
  },
  'docker-bridge-stale': {
    'restart-docker': ['stops nobody'],
  },
  'docker-client-missing': {
    'install-packages': [],
  },
  'docker-dpkg-interrupted': {
    'finish-installation': [],
    'repair-and-remove': [],
    'repair-half-installed': [],
  },
  'docker-missing': {
    'install-packages': [],
  },
  'docker-configuration-invalid': {
    'correct-file': [],
    'remove-settings': [],
    'start-without-settings': [],
    'use-copy': [],
  },
  'docker-down': {
    'start-docker': [],
  },
  'docker-is-snap': {
    'replace-snap': ['stops nobody'],
  },
  'docker-masked': {
    'unmask-and-start': [],
  },
  'docker-not-enabled': {
    enable: [],
  },
  'docker-rules-gone': {
    'restart-docker': ['stops nobody'],
  },
  'docker-silent': {
    'restart-docker': ['stops nobody'],
  },
  'docker-start-limit': {
    'reset-and-start': [],
  },
  'docker0-rule-behind-deny': {
    'put-rule-first': ['opens found-as'],
  },
  'docker0-rule-for-old-address': {
    'allow-docker0': ['opens found-as'],
  },
  'docker0-rule-for-udp': {
    'allow-docker0': ['opens found-as'],
  },
  'docker0-rule-missing': {
    'allow-docker0': ['opens found-as'],
  },
  'docker0-rule-other-interface': {
    'allow-docker0': ['opens found-as'],
  },
  'docker0-rule-other-port': {
    'allow-docker0': ['opens found-as'],
  },
  'dpkg-interrupted': {
    'finish-installation': [],
    'repair-and-remove': [],
    'repair-half-installed': [],
  },
  'firewall-lets-all-in': {
    'drop-by-default': ['opens found-as', 'stops nobody'],
  },
  'firewall-not-at-boot': {
    'load-at-boot': [],
  },
  'firewall-not-loaded': {
    'load-rules': ['deletes found-as', 'opens nobody', 'stops found-as', 'stops nobody'],
  },
  'firewall-not-started': {
    'load-rules': ['opens found-as', 'stops found-as', 'stops nobody'],
  },
  'firewall-off': {
    'enable-firewall': ['opens found-as', 'stops found-as'],
  },
  'firewall-proved': {
    'keep-proved-firewall': ['stops found-as'],
  },
  'firewall-unconfirmed': {
    'give-firewall-up': ['opens found-as', 'stops found-as'],
    'keep-firewall': ['stops found-as'],
    'prove-and-keep': ['stops found-as'],
  },
  'gh-settings-damaged': {
    'sign-in': ['replaces found-as'],
  },
  'gh-settings-of-another-user': {
    'sign-in': ['replaces found-as'],
  },
  'gh-settings-old': {
    'sign-in': ['replaces found-as'],
  },
  'git-has-no-github-credentials': {
    'use-gh-for-git': [],
  },
  'github-forbidden': {
    'sign-in-with-another-account': [],
  },
  'github-not-signed-in': {
    'sign-in': [],
  },
  'github-repository-not-visible': {
    'sign-in-with-another-account': [],
  },
  'github-token-refused': {
    'sign-in': [],
  },
  'hermes-api-fails': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-api-not-enabled': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-api-switched-off': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-clone-unfinished': {
    'clone-again': ['replaces found-as'],
  },
  'hermes-code-left-behind': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-code-of-another-user': {
    'give-code-to-user': [],
  },
  'hermes-config-incomplete': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-config-malformed': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-config-missing': {
    'write-config': ['replaces found-as'],
  },
  'hermes-config-unreadable': {
    'rewrite-config': ['replaces found-as'],
  },
  'hermes-config-without-indentation': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-config-without-version': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-does-not-start': {
    'recreate-venv': ['deletes found-as', 'deletes nobody'],
  },
  'hermes-env-duplicates': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-env-incomplete': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-env-missing': {
    'write-env': ['replaces found-as'],
  },
  'hermes-env-open-quote': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-env-windows-text': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-failed': {
    start: ['stops found-as'],
  },
  'hermes-database-damaged': {
    'set-database-aside': ['stops found-as', 'replaces found-as'],
  },
  'hermes-files-of-another-user': {
    'give-files-to-user': ['stops found-as'],
  },
  'hermes-folder-in-the-way': {
    'set-folder-aside': ['replaces nobody'],
  },
  'hermes-gateway-by-hand': {
    'end-process': ['stops found-as', 'stops nobody'],
  },
  'hermes-install-outdated': {
    install: [],
  },
  'hermes-installed-from-elsewhere': {
    install: [],
  },
  'hermes-key-in-config': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-key-missing': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-key-not-accepted': {
    'restart-hermes': ['deletes found-as', 'stops found-as'],
  },
  'hermes-key-refused': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-listens-on-loopback': {
    'change-settings': ['replaces found-as', 'stops found-as'],
  },
  'hermes-local-ports-open': {
    'load-rules': [],
  },
  'hermes-lock-taken': {
    'end-process': ['stops found-as', 'stops nobody'],
  },
  'hermes-model-base-url': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-model-name-incomplete': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-model-not-listed': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-model-not-set': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-modules-missing': {
    'install-missing': [],
    'recreate-venv': ['deletes found-as', 'deletes nobody'],
    reinstall: [],
  },
  'hermes-nft-missing': {
    'install-nftables': [],
  },
  'hermes-not-cloned': {
    clone: ['deletes found-as'],
  },
  'hermes-not-enabled': {
    enable: [],
  },
  'hermes-not-installed': {
    'create-venv': [],
    install: [],
    'recreate-venv': ['deletes found-as'],
  },
  'hermes-not-running': {
    start: ['deletes found-as', 'stops found-as'],
  },
  'hermes-open-without-key': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-other-model-name': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-other-port': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-other-provider': {
    'change-settings': ['replaces found-as'],
  },
  'hermes-packages-half-written': {
    'recreate-venv': ['deletes found-as'],
    'reinstall-half-written': ['deletes found-as'],
  },
  'hermes-packages-missing': {
    install: [],
    'recreate-venv': ['deletes found-as'],
  },
  'hermes-port-open': {
    'remove-rule': ['deletes nobody'],
  },
  'hermes-port-taken': {
    'end-process': ['stops found-as', 'stops nobody'],
    'stop-container': ['stops found-as', 'stops nobody'],
    'stop-unit': ['stops found-as', 'stops nobody'],
  },
  'hermes-runs-old-settings': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-runs-on-loopback': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-sandbox-not-wanted': {
    'remove-sandbox': ['deletes found-as', 'stops found-as'],
  },
  'hermes-second-unit': {
    'end-second-unit': ['deletes found-as', 'stops found-as', 'stops nobody'],
  },
  'hermes-settings-mode': {
    'restrict-to-user': [],
  },
  'hermes-settings-of-another-user': {
    'restrict-to-user': [],
  },
  'hermes-silent': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-started-too-often': {
    'reset-and-start': ['deletes found-as', 'stops found-as'],
  },
  'hermes-still-on-loopback': {
    'restart-hermes': ['stops found-as'],
  },
  'hermes-token-in-address': {
    'remove-token': ['replaces found-as'],
  },
  'hermes-unit-masked': {
    unmask: [],
  },
  'hermes-unit-missing': {
    'create-unit': [],
  },
  'hermes-unit-not-hardened': {
    'add-drop-in': [],
  },
  'hermes-unit-not-read': {
    'reload-units': [],
  },
  'hermes-unit-wrong': {
    'correct-unit': ['stops found-as'],
  },
  'hermes-unsandboxed': {
    'sandbox-with-proof': ['stops found-as'],
    'sandbox-without-proof': ['stops found-as'],
  },
  'hermes-venv-dead': {
    'recreate-venv': ['deletes found-as', 'deletes nobody'],
    'relink-venv': ['deletes found-as'],
  },
  'hermes-venv-other-python': {
    'recreate-venv': ['deletes found-as', 'deletes nobody'],
  },
  'hermes-venv-unfinished': {
    'add-pip': [],
    'recreate-venv': ['deletes found-as', 'deletes nobody'],
  },
  'hermes-wants-another-python': {
    'install-python': [],
  },
  'http-site-gone': {
    'rewrite-and-install': [],
  },
  'https-does-not-answer': {
    'reload-nginx': [],
  },
  'https-gone': {
    'install-again': [],
  },
  'memory-ran-out': {
    acknowledge: [],
    'add-swap': [],
  },
  'name-does-not-answer': {
    'try-anyway': [],
  },
  'name-leads-to-another-server': {
    'try-anyway': [],
  },
  'nginx-cannot-be-reloaded': {
    'write-pid-file': ['replaces found-as'],
  },
  'nginx-configuration-broken': {
    'disable-file': ['deletes nobody'],
  },
  'nginx-down': {
    'start-nginx': [],
  },
  'nginx-down-certificate-gone': {
    'serve-over-http': [],
  },
  'nginx-masked': {
    'unmask-and-start': [],
  },
  'nginx-not-enabled': {
    enable: [],
  },
  'nginx-not-reloaded': {
    'reload-nginx': [],
  },
  'nginx-outside-its-service': {
    'end-and-start': ['stops nobody'],
  },
  'nginx-site-closed': {
    'open-site': ['replaces found-as'],
    'reload-nginx': [],
    'rewrite-site': [],
  },
  'nginx-site-asks-for-password': {
    'ask-nobody': ['replaces found-as', 'replaces nobody'],
  },
  'nginx-site-impatient': {
    'change-lines': ['replaces found-as', 'replaces nobody'],
    'rewrite-site': [],
  },
  'nginx-site-missing': {
    'add-site': [],
  },
  'nginx-site-no-websocket': {
    'change-lines': ['replaces found-as', 'replaces nobody'],
    'rewrite-site': [],
  },
  'nginx-site-not-enabled': {
    'enable-site': [],
  },
  'nginx-site-other-port': {
    'change-lines': ['leads-elsewhere nobody', 'replaces found-as', 'replaces nobody'],
    'rewrite-site': ['leads-elsewhere nobody'],
  },
  'nginx-site-passes-nothing-on': {
    'rewrite-site': [],
  },
  'nginx-site-small-uploads': {
    'change-lines': ['replaces found-as', 'replaces nobody'],
    'rewrite-site': [],
  },
  'nginx-site-syntax': {
    'correct-mistake': [],
    'rewrite-site': [],
  },
  'nginx-site-twice': {
    'keep-one-site': ['deletes nobody'],
  },
  'nightly-backup-outdated': {
    'update-program': [],
  },
  'no-administrator': {
    claim: ['deletes label', 'replaces found-as', 'stops label'],
    'remove-claim-container': ['deletes label', 'stops label'],
  },
  'open-webui-absent': {
    publish: [],
    start: ['replaces found-as'],
  },
  'open-webui-env-file-refused': {
    'remove-export': ['replaces found-as'],
  },
  'open-webui-image-missing': {
    'pull-image': [],
  },
  'open-webui-keys-on-command-line': {
    recreate: ['replaces found-as'],
  },
  'open-webui-keys-readable': {
    'restrict-to-root': [],
  },
  'open-webui-left-over': {
    'remove-left-over': ['deletes found-as'],
  },
  'open-webui-never-started': {
    'recreate-never-started': ['deletes found-as', 'replaces found-as'],
  },
  'open-webui-not-after-reboot': {
    'restart-after-reboot': [],
  },
  'open-webui-not-reached': {
    'publish-again': ['stops nobody'],
  },
  'open-webui-open-to-internet': {
    recreate: ['replaces found-as'],
  },
  'open-webui-other-data': {
    recreate: ['replaces found-as'],
  },
  'open-webui-other-port': {
    recreate: ['replaces found-as'],
  },
  'open-webui-paused': {
    unpause: [],
  },
  'open-webui-port-taken': {
    'free-port': ['stops label', 'stops nobody'],
  },
  'open-webui-port-of-another': {
    'stop-container': ['stops nobody'],
  },
  'open-webui-restarts': {
    'recreate-from-env-file': ['replaces found-as'],
  },
  'open-webui-secret-key-unset': {
    recreate: ['replaces found-as'],
  },
  'open-webui-set-aside': {
    'put-back': [],
  },
  'open-webui-settings-not-kept': {
    'keep-settings': ['replaces found-as'],
  },
  'open-webui-silent': {
    restart: ['stops found-as'],
  },
  'open-webui-stopped': {
    start: [],
  },
  'open-webui-unclaimed': {
    'claim-cut-off': ['deletes label', 'replaces found-as', 'stops found-as', 'stops label'],
  },
  'opt-missing': {
    'create-folder': [],
  },
  'opt-writable-by-others': {
    'give-to-root': [],
  },
  'os-untested': {
    'accept-system': [],
  },
  'other-connection-silent': {
    'switch-off': ['deletes found-as', 'stops found-as'],
  },
  'outgoing-traffic-dropped': {
    'allow-outgoing': ['opens nobody'],
  },
  'packages-missing': {
    'install-packages': [],
  },
  'own-copy-damaged': {
    'keep-copy': ['deletes ledger'],
  },
  'own-copy-missing': {
    'keep-copy': ['deletes ledger'],
  },
  'own-copy-outdated': {
    'keep-copy': ['deletes ledger'],
  },
  'packets-not-forwarded': {
    'forward-packets': ['opens nobody'],
  },
  'paperclip-absent': {
    deploy: [],
  },
  'paperclip-administrator-missing': {
    'claim-inside': [],
  },
  'paperclip-administrator-not-named': {
    'accept-administrators': [],
    'start-over': ['deletes found-as', 'replaces nobody', 'stops found-as'],
  },
  'paperclip-cannot-be-claimed': {
    'open-sign-up': ['deletes found-as', 'stops found-as'],
  },
  'paperclip-data-of-another-user': {
    'give-data-back': ['deletes found-as', 'stops found-as'],
  },
  'paperclip-half-moved': {
    'undo-move': [],
  },
  'paperclip-never-started': {
    recreate: ['deletes found-as', 'stops found-as'],
  },
  'paperclip-not-reached': {
    'publish-again': ['stops nobody'],
  },
  'paperclip-on-another-port': {
    restart: ['stops found-as'],
  },
  'paperclip-open-to-internet': {
    'publish-on-loopback': ['replaces found-as'],
  },
  'paperclip-other-port': {
    recreate: ['replaces found-as'],
  },
  'paperclip-port-taken': {
    'free-port': ['stops label', 'stops nobody'],
  },
  'paperclip-paused': {
    unpause: [],
  },
  'paperclip-restarts': {
    'remove-lock-file': ['stops found-as'],
  },
  'paperclip-shares-id': {
    'move-to-own-user': ['replaces found-as'],
  },
  'paperclip-sign-up-open': {
    'close-sign-up': ['deletes found-as', 'stops found-as'],
  },
  'paperclip-silent': {
    restart: ['stops found-as'],
  },
  'paperclip-stale-database-lock': {
    'remove-lock-file': ['stops found-as'],
  },
  'paperclip-stopped': {
    start: [],
  },
  'paperclip-unclaimed': {
    claim: ['replaces found-as'],
    'recreate-unreachable': ['deletes found-as', 'stops found-as'],
  },
  'paperclip-unhealthy': {
    restart: ['stops found-as'],
  },
  'paperclip-unpublished': {
    'close-and-publish': ['deletes found-as', 'stops found-as'],
  },
  'paperclip-without-network': {
    'recreate-with-network': ['replaces found-as', 'stops found-as'],
  },
  'paperclip-without-secret': {
    recreate: ['deletes found-as', 'replaces found-as', 'stops found-as'],
  },
  'port-3000-held': {
    'stop-unit': ['stops nobody'],
  },
  'port-80-held': {
    'stop-unit': ['stops nobody'],
  },
  'port-8642-held': {
    'end-process': ['stops nobody'],
    'stop-container': ['stops nobody'],
  },
  'reboot-pending': {
    'reboot-at-night': ['stops nobody'],
  },
  'renewal-account-gone': {
    'renew-with-new-account': [],
  },
  'renewal-failing': {
    'get-certificate': [],
    'renew-now': [],
  },
  'renewal-impossible': {
    'prove-by-nginx': [],
  },
  'renewal-overdue': {
    'renew-now': [],
  },
  'renewal-timer-off': {
    'enable-renewal': [],
  },
  'server-packages-dpkg-interrupted': {
    'finish-installation': [],
    'repair-and-remove': [],
    'repair-half-installed': [],
  },
  'server-packages-missing': {
    'install-packages': [],
  },
  'sign-in-by-header': {
    'recreate-without-header': ['replaces found-as'],
  },
  'sign-in-switched-off': {
    'recreate-with-sign-in': ['replaces found-as'],
  },
  'sign-up-open': {
    'recreate-with-sign-up-closed': ['replaces found-as'],
    'close-sign-up': ['deletes found-as', 'stops found-as'],
  },
  'ssh-port-closed': {
    'allow-ssh': ['opens nobody'],
  },
  'swap-missing': {
    'add-swap': [],
  },
  'users-see-no-model': {
    'recreate-with-all-models': ['replaces found-as'],
  },
  'web-ports-closed': {
    'allow-web-ports': ['opens found-as', 'opens nobody'],
  },
  'web-ports-denied': {
    'allow-web-ports-first': ['opens nobody'],
  },
  'web-ports-dropped-by-a-rule': {
    'delete-rule': ['deletes nobody', 'opens nobody'],
  },
  'web-ports-limited': {
    'allow-web-ports-first': ['opens nobody'],
  },
};
