import { fence, preamble, type Program } from './program.ts';

/**
 * `fleetwright-receive-bundle TOKEN REPOSITORY SHA`, the bundle on standard input, with the commit under the ref
 * `refs/fleetwright/ship/SHA`. Answers one line: `received`, `refused` (git's words are on standard error) or
 * `superseded TOKEN`. The number of bytes that arrived proves nothing; only the commit being there does.
 *
 * The repository is a copy, so a broken one (somebody pruned it) is replaced when the bundle is a whole one.
 * The input is drained before the lock is taken: a slow upload must not hold up another repository's deploy.
 */
export const receiveBundle: Program = {
  name: 'fleetwright-receive-bundle',
  text: `${preamble}token=$1
repository=$root/repositories/$2.git
fresh=$repository.fresh
mkdir -p "$root/repositories" || exit 73
incoming=$root/repositories/incoming.$$
trap 'rm -rf "$incoming" "$fresh"' EXIT
trap 'exit 75' HUP INT TERM
cat >"$incoming" || exit 73
${fence}take() {
  git init --quiet --bare -b main "$1" 2>/dev/null || exit 73
  git -C "$1" fetch --quiet --no-tags "$incoming" "+refs/fleetwright/ship/$2:refs/fleetwright/last" </dev/null &&
    git -C "$1" cat-file -e "$2^{commit}" &&
    git -C "$1" update-ref refs/heads/main "$2"
}
if take "$repository" "$3"; then
  echo received
elif take "$fresh" "$3" 2>/dev/null; then
  rm -rf "$repository" && mv "$fresh" "$repository" || exit 73
  echo received
else
  echo refused
fi
`,
};
