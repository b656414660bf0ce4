# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vault
short_description: Encrypt texts with the vault password of the play, and read what was encrypted
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Encrypts texts as C(ansible-vault) does, with the password that this run of Ansible has. C(ansible.builtin.copy) with
    C(decrypt=false) writes them.
  - With O(src) reads a file that was encrypted that way, as C(ansible.builtin.unvault) does. What comes out is in clear text;
    use C(no_log) where it must not show.
options:
  _terms:
    description:
      - Texts to encrypt.
    type: list
    elements: str
  src:
    description:
      - File of the controller to read instead. One that is not encrypted is refused.
    type: path
  json:
    description:
      - Whether O(src) holds JSON, and what that holds is wanted.
    type: bool
    default: false
  password_file:
    description:
      - File with the vault password, or a program that prints it. Without it, the passwords of C(--vault-id),
        C(--vault-password-file), C(ANSIBLE_VAULT_PASSWORD_FILE) and C(ansible.cfg).
    type: path
"""

EXAMPLES = r"""
- name: A file that only those who know the vault password can read
  ansible.builtin.copy:
    content: "{{ lookup('convox.rack.vault', 'API_TOKEN: ' ~ api_token, password_file='vault-password') }}"
    dest: secrets-of-web.yml
    decrypt: false
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_raw:
  description: The encrypted texts; with O(src) the one text that was encrypted, or what it holds.
  type: list
  elements: raw
  sample: ["$ANSIBLE_VAULT;1.1;AES256\n6330…"]
"""

import json
import typing as t

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.plugin_utils import core
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


class LookupModule(LookupBase):
    """What Ansible finds."""

    def run(self, terms: list[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        """See DOCUMENTATION. Raises AnsibleLookupError, which never quotes what is secret."""
        self.set_options(var_options=variables, direct=kwargs)
        src = plain(self.get_option("src"))
        if bool(src) == bool(terms):
            raise AnsibleLookupError("convox.rack.vault: give texts to encrypt, or a file to read as src")
        vault = self._vault()
        if not src:
            return [vault.encrypt(str(plain(term))) for term in terms]
        text = _decrypted(vault, src)
        return [_parsed(src, text) if self.get_option("json") else text]

    def _vault(self) -> core.Vault:
        name = plain(self.get_option("password_file"))
        try:
            vault = core.Vault(self._loader, name)
        except AnsibleError as error:
            raise AnsibleLookupError(
                f"convox.rack.vault: the vault password in {name!r} cannot be read: {error}"
            ) from None
        if vault.has_password:
            return vault
        raise AnsibleLookupError(
            "convox.rack.vault: there is no vault password, and nothing is written in plain text. Give one with "
            "--vault-id, --vault-password-file, ANSIBLE_VAULT_PASSWORD_FILE or password_file."
        )


def _decrypted(vault: core.Vault, src: str) -> str:
    try:
        content = local_files.read_bytes(src)
    except OSError as error:
        raise AnsibleLookupError(f"convox.rack.vault: {src!r} cannot be read: {error.strerror}") from None
    if not content.startswith(b"$ANSIBLE_VAULT;"):
        raise AnsibleLookupError(f"convox.rack.vault: {src!r} is not encrypted with ansible-vault")
    try:
        return vault.decrypt(content)
    except AnsibleError:
        raise AnsibleLookupError(
            f"convox.rack.vault: {src!r} was encrypted with another vault password, or is damaged"
        ) from None


def _parsed(src: str, text: str) -> t.Any:
    try:
        return json.loads(text)
    except ValueError:
        raise AnsibleLookupError(f"convox.rack.vault: {src!r} holds no JSON") from None
