import { preamble, type Program } from './program.ts';

/**
 * `fleetwright-find-commit REPOSITORY SHA`: makes the bare repository where it is missing and answers one line,
 * `present`, `base SHA` (the commit that was shipped last, on which a bundle may build) or `empty`.
 *
 * `-b main` and not the account's default: a HEAD that points to a branch which never exists makes Nix noisy.
 */
export const findCommit: Program = {
  name: 'fleetwright-find-commit',
  text: `${preamble}repository=$root/repositories/$1.git
mkdir -p "$repository" || exit 73
git init --quiet --bare -b main "$repository" 2>/dev/null || exit 73
if git -C "$repository" cat-file -e "$2^{commit}" 2>/dev/null; then
  echo present
elif base=$(git -C "$repository" rev-parse --verify --quiet 'refs/fleetwright/last^{commit}'); then
  echo "base $base"
else
  echo empty
fi
`,
};
