import type { Proposal, ProposedHost, ProposedZone } from './proposal.ts';

/**
 * A first `.github/fleetwright.yml`. What the repository tells is written; what it cannot tell stands as a question in a
 * comment at the place of the answer, so that `fleetwright check-config` names every one that is still open.
 */
export function writeConfig({ hosts, zones, leftOut }: Proposal): string {
  const lines = [
    '# What Fleetwright knows of this fleet. Written from the repository; every line that begins with "# question:" is',
    '# left to you. `fleetwright check-config` says what is still missing.',
    '',
    'hosts:',
    ...(hosts.length === 0
      ? ['  {}', '  # question: no host was found in this repository; what are they called?']
      : []),
    ...hosts.flatMap(hostLines),
    ...leftOut.map(({ name, why }) => `  # left out: ${oneLine(name)} (${oneLine(why)})`),
    '',
    ...(zones.length === 0 ? [] : ['zones:', ...zones.flatMap(zoneLines), '']),
    'deploy:',
    '  # The hosts that a merged pull request changes are deployed at once. `false`: only by /deploy.',
    '  on_merge: true',
  ];
  return `${lines.join('\n')}\n`;
}

function hostLines({ name, attribute, from, addresses, sshPort, tags }: ProposedHost): string[] {
  const [address, ...others] = addresses;
  const where = `${from.file}:${from.line}${from.confidence === 'certain' ? '' : `, ${from.confidence}`}`;
  return [
    `  ${scalar(name)}:`,
    `    # ${oneLine(from.how)} (${oneLine(where)})`,
    ...(address === undefined
      ? ['    # question: where does it listen for ssh? A name or an address.', '    # address:']
      : [
          ...(others.length === 0 ? [] : [`    # question: or is it reached at ${others.map(oneLine).join(', ')}?`]),
          `    address: ${scalar(address)}`,
        ]),
    ...(sshPort === null ? [] : [`    port: ${sshPort}`]),
    `    # question: what is its host key? \`ssh-keyscan -t ed25519${sshPort === null ? '' : ` -p ${sshPort}`} ${oneLine(address ?? '<address>')} | ssh-keygen -lf -\` prints it; compare it on the host.`,
    '    # host_key: SHA256:',
    ...(attribute === null ? [] : [`    attribute: ${scalar(attribute)}`]),
    `    tags: [${tags.map(scalar).join(', ')}]`,
  ];
}

function zoneLines({ zone, file, alsoIn, servers }: ProposedZone): string[] {
  return [
    `  ${scalar(zone)}:`,
    ...(alsoIn.length === 0
      ? []
      : [`    # question: ${alsoIn.map(oneLine).join(', ')} holds it too; which one is served?`]),
    `    file: ${scalar(file)}`,
    ...(servers.length === 0 ? ['    # question: which hosts or addresses serve it?'] : []),
    `    servers: [${servers.map(scalar).join(', ')}]`,
  ];
}

/** Names come from a repository that anybody may have written to: a line end in one would end the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}

/** A plain scalar where YAML reads it as just that text; else in double quotes, as JSON writes it (YAML 1.2, section 7.3.1). */
function scalar(text: string): string {
  const plain = /^[A-Za-z_/][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text : JSON.stringify(text);
}
