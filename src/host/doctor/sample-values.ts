interface Known {
  readonly path: string;
  readonly home?: string;
  readonly action?: string;
}

/**
 * Values for every hole of a root command, to ask sudo whether it would allow the command; nothing is run with them. A
 * moment far ahead, a unit that every host has, a commit that there is not.
 */
export function sampleValues({
  path,
  home = '/var/lib/fleetwright',
  action = 'test',
}: Known): Readonly<Record<string, string>> {
  return {
    path,
    action,
    since: '1',
    lines: '20',
    unit: 'sshd.service',
    machine: 'web',
    form: 'cat',
    until: '9999999999',
    seconds: '1200',
    flag: '--no-reexec',
    reference: `git+file://${home}/.fleetwright/repositories/a~b.git?rev=${'0'.repeat(40)}#a`,
  };
}
