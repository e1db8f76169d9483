/** What a caller can tell from the exit code of any subcommand. */
export const exitCodes = [
  { code: 0, when: 'it went well' },
  { code: 1, when: 'it ran and found something wrong: findings, or a story that stopped' },
  { code: 2, when: 'it was called wrongly: an unknown option, a file that is not there, settings that cannot be read' },
] as const;
