import { preamble, type Program } from './program.ts';

/**
 * `fleetwright-run-check NAME`: runs the program `fleetwright-probe-NAME` of the system that is running, without root,
 * without arguments and without input, for at most thirty seconds. Answers `BASE64:CODE` with the end of what it printed,
 * or `missing`.
 *
 * What may be run this way is for the host's own configuration to say, which was reviewed, built and activated like
 * everything else: only a program that it puts into the system's path under a name that says what it is for. The config
 * file names one of them and can give it nothing. It runs as the account, which may do less than any service there.
 */
export const runCheck: Program = {
  name: 'fleetwright-run-check',
  text: `${preamble}program=/run/current-system/sw/bin/fleetwright-probe-$1
if [ ! -x "$program" ]; then echo missing; exit 0; fi
cd / || exit 71
exec 3>&1
code=$({ { timeout -k 2 30 "$program" 2>&1 </dev/null 3>&- 4>&-; echo $? >&4; } | tail -c 2000 | base64 | tr -d '[:space:]' >&3; } 4>&1)
echo ":$code"
`,
};
