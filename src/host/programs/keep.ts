import { fence, preamble, type Program } from './program.ts';

/**
 * `fleetwright-keep TOKEN NAME PATH…`: keeps systems from the garbage collector under the name of one deploy. Answers
 * `kept`, `missing PATH` or `superseded TOKEN`.
 *
 * A link anywhere is a root once the store knows of it (an indirect root), so the account needs no right for it.
 * A host belongs to one deploy at a time: what an earlier one kept, because a person was to look at it or because the
 * worker died, is let go here.
 */
export const keep: Program = {
  name: 'fleetwright-keep',
  text: `${preamble}token=$1
name=$2
shift 2
${fence}mkdir -p "$root/roots/$name" || exit 73
for other in "$root"/roots/*; do
  if [ "$other" != "$root/roots/$name" ]; then rm -rf "$other"; fi
done
for path; do
  if [ ! -e "$path" ] || ! nix-store --realise "$path" --add-root "$root/roots/$name/\${path##*/}" >/dev/null </dev/null; then
    echo "missing $path"
    exit 0
  fi
done
echo kept
`,
};

/** `fleetwright-release TOKEN NAME`: lets go of what one deploy kept. Answers `released` or `superseded TOKEN`. */
export const release: Program = {
  name: 'fleetwright-release',
  text: `${preamble}token=$1
${fence}rm -rf "$root/roots/$2" || exit 73
echo released
`,
};
