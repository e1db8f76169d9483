import { fence, preamble, type Program } from './program.ts';

/**
 * `fleetwright-receive-bundle TOKEN REPOSITORY SHA`, the bundle on standard input, with the commit under the ref
 * `refs/fleetwright/ship/SHA`. Answers one line: `received`, `refused` (git's words are on standard error) or
 * `superseded TOKEN`. The number of bytes that arrived proves nothing; only the commit being there does.
 *
 * The input is drained before the lock is taken: a slow upload must not hold up another repository's deploy.
 */
export const receiveBundle: Program = {
  name: 'fleetwright-receive-bundle',
  text: `${preamble}token=$1
repository=$root/repositories/$2.git
mkdir -p "$repository" || exit 73
incoming=$repository/incoming.$$
trap 'rm -f "$incoming"' EXIT
trap 'exit 75' HUP INT TERM
cat >"$incoming" || exit 73
${fence}git init --quiet --bare -b main "$repository" 2>/dev/null || exit 73
if git -C "$repository" fetch --quiet --no-tags "$incoming" "+refs/fleetwright/ship/$3:refs/fleetwright/last" </dev/null &&
  git -C "$repository" cat-file -e "$3^{commit}" &&
  git -C "$repository" update-ref refs/heads/main "$3"; then
  echo received
else
  echo refused
fi
`,
};
