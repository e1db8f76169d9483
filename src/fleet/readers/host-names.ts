import type { FactReader } from './fact-reader.ts';

/** What a machine calls itself. The name that it has where nobody says one is not said anywhere. */
export const hostNames: FactReader = function* ({ root }) {
  const said = root.at('networking', 'hostName').text();
  if (said !== null && said.site !== null && said.text !== '')
    yield { kind: 'host-name', name: 'hostName', value: said.text, site: said.site };
};
