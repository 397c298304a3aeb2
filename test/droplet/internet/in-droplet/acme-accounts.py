"""Makes the ACME accounts of a saved state known to the certificate authority of this run.

pebble keeps its accounts in memory, so the one that this droplet's certbot registered with is gone. Each account is
registered again with its own key, and certbot's note of the account's address is brought up to date. Where the account
is still known, the address that comes back is the one that is noted already.
"""
import glob
import os

import josepy
from acme import client, errors, messages

for folder in glob.glob("/etc/letsencrypt/accounts/acme-*/directory/*/"):
    server = folder.split("/")[4]
    with open(folder + "private_key.json", encoding="ascii") as file:
        key = josepy.JWK.json_loads(file.read())
    network = client.ClientNetwork(key)
    directory = messages.Directory.from_json(network.get(f"https://{server}/directory").json())
    try:
        account = messages.NewRegistration.from_data(terms_of_service_agreed=True)
        address = client.ClientV2(directory, network).new_account(account).uri
    except errors.ConflictError as known:
        address = known.location
    note = folder + "regr.json"
    mode = os.stat(note).st_mode & 0o777
    with open(note + ".new", "w", encoding="ascii") as file:
        file.write(messages.RegistrationResource(body={}, uri=address).json_dumps())
    os.chmod(note + ".new", mode)
    os.replace(note + ".new", note)
