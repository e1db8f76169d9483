import type { FactReader } from './fact-reader.ts';

/** Users that modules declare, and the ssh keys by which they come in. */
export const people: FactReader = function* ({ root }) {
  for (const [name, node] of root.at('users', 'users').entries()) {
    const kind = node.at('isNormalUser').isOn ? 'normal' : node.at('isSystemUser').isOn ? 'system' : null;
    if (kind !== null) yield { kind: 'user', name, value: kind, site: node.site };
    for (const each of node.at('openssh', 'authorizedKeys', 'keys').items()) {
      const said = each.text();
      if (said !== null && said.text.trim() !== '')
        yield { kind: 'key', name, value: said.text.trim(), site: said.site };
    }
  }
};

/** What declares secrets, and under which option. Names only: nothing of a secret is ever opened. */
const vaults = [
  ['sops', ['sops', 'secrets']],
  ['age', ['age', 'secrets']],
  ['vaultix', ['vaultix', 'secrets']],
  ['clan', ['clan', 'core', 'vars', 'generators']],
  ['colmena', ['deployment', 'keys']],
] as const;

export const secrets: FactReader = function* ({ root }) {
  for (const [vault, path] of vaults)
    for (const [name, node] of root.at(...path).entries())
      yield { kind: 'secret', name, value: vault, site: node.site };
};
