"""Runs as the attacker: python3 -I watch.py FLOW ATTEMPT …"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import others  # noqa: E402
import plants  # noqa: E402
import reads  # noqa: E402
import swaps  # noqa: E402
from common import watch  # noqa: E402

watch({
    "swap-hermes": swaps.SwapHermes,
    "swap-hermes-in-two-steps": swaps.SwapHermesForRoot,
    "swap-claude": swaps.SwapClaude,
    "swap-config-folder": swaps.SwapConfig,
    "swap-checkout": swaps.SwapCheckout,
    "list-then-read": swaps.ListThenRead,
    "swap-settings": swaps.SwapSettings,
    "renamed-home": swaps.RenamedHome,
    "git-config": plants.GitConfig,
    "python-startup": plants.PythonStartup,
    "tools-and-path": plants.Tools,
    "npx-in-a-home": plants.NpxHere,
    "forged-journal": plants.Journals,
    "odd-names": plants.OddNames,
    "pipes-and-devices": plants.Pipes,
    "hard-links": plants.HardLinks,
    "huge-and-deep": plants.Huge,
    "terminal-escapes": plants.Escapes,
    "read-secrets": reads.ReadSecrets,
    "data-of-containers": reads.Containers,
    "claim-open-webui": others.ClaimOpenWebui,
    "claim-paperclip": others.ClaimPaperclip,
    "take-ports": others.TakePorts,
    "temporary-names": others.TemporaryNames,
    "named-program": others.NamedProgram,
})
