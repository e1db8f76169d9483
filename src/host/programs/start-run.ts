import { asRoot, rootCommands } from '../root-commands.ts';
import { fence, preamble, stateOf, type Program } from './program.ts';

/**
 * What runs detached from every connection: `$1` is the run's folder, the rest is the command.
 * - It tells who it is before it does anything, and lets go of the lock only then: whoever holds the lock and finds
 *   no `life` knows that the command never began.
 * - The signal of a cancel goes to the whole group; the trap keeps this shell alive to write down how it ended. It is
 *   set before the lock is let go: whoever cancels holds the lock, so no cancel can come before it. One that comes
 *   before the command finds its mark here.
 * - The folder is private and the command's files are not: sudo would hand our own umask on to root, and a system
 *   whose activation writes files that nobody else can read is a broken one.
 * - The exit code appears by rename, so nobody ever reads half of it.
 */
const runner = `run=$1
shift
read -r stat </proc/$$/stat
after=\${stat##*) }
read -r boot </proc/sys/kernel/random/boot_id
nth() { shift 19; echo "$1"; }
echo "$$ $(nth $after) $boot" >"$run/life.new" && mv "$run/life.new" "$run/life" || exit 73
trap : HUP INT TERM
exec 9>&-
if [ -e "$run/cancelled" ]; then code=143
else ( umask 022 && cd "$run" && exec "$@" ) </dev/null; code=$?
fi
echo $code >"$run/rc.new"
mv "$run/rc.new" "$run/rc"`;

/**
 * Starts `"$@"` once under the name `$run`. Answers `started`, or `attached` where that run exists.
 * The last lines wait for the runner to let go of the lock, so that an answer means that the run has begun.
 * A build whose processes vanished is begun again, which an activation never is.
 * Old runs are removed, the newest twelve and all that still run are kept: each build's folder is also a garbage
 * collector root, so keeping every one of them would fill the host.
 */
const begin = (output: string): string => `state_of "$run"
if [ "$state$kind" = gonebuild ] && [ ! -e "$run/cancelled" ]; then state=unbegun; fi
case $state in
  absent) ;;
  unbegun) rm -rf "$run" ;;
  *)
    echo attached
    exit 0
    ;;
esac
mkdir "$run" || exit 73
date +%s >"$run/started"
echo "$kind" >"$run/kind"
setsid sh -c "$runner" fleetwright-runner "$run" "$@" </dev/null ${output} &
exec 9>&-
exec 8>>"$root/lock"
flock 8
echo started
ls -1t "$root/runs" | tail -n +13 | while read -r old; do
  state_of "$root/runs/$old"
  if [ "$state" != running ]; then rm -rf "$root/runs/$old"; fi
done
`;

const quotedRunner = `runner='${runner.replaceAll("'", `'"'"'`)}'\n`;

/**
 * `fleetwright-start-build RUN TOKEN REPOSITORY SHA ATTRIBUTE FLAG`: builds without root. Standard output is the store path
 * and nothing else, so it has a file of its own; everything for people is in `log`.
 * The folder is absolute because Nix resolves `result` and the exit code's file from wherever it stands.
 */
export const startBuild: Program = {
  name: 'fleetwright-start-build',
  text: `${preamble}${stateOf}${quotedRunner}run=$root/runs/$1
token=$2
kind=build
case $HOME in
  *[!A-Za-z0-9/._-]*) echo "the home folder cannot be part of a flake reference" >&2; exit 78 ;;
esac
${fence}set -- nixos-rebuild build "$6" --flake "git+file://$root/repositories/$3.git?rev=$4#$5"
${begin('>"$run/out" 2>"$run/log"')}`,
};

/**
 * `fleetwright-start-file-build RUN TOKEN REPOSITORY SHA FILE ATTRIBUTE FLAG`: builds a configuration that is no
 * flake, from a copy of the commit's files. ATTRIBUTE `-`: FILE is a NixOS configuration; else it is an expression
 * with the system under that attribute. `--no-flake`, because a flake in /etc/nixos would be taken instead.
 *
 * The copy appears by rename, so half of one is never built; those of other commits are removed.
 */
export const startFileBuild: Program = {
  name: 'fleetwright-start-file-build',
  text: `${preamble}${stateOf}${quotedRunner}run=$root/runs/$1
token=$2
kind=build
${fence}source=$root/sources/$3/$4
if [ ! -d "$source" ]; then
  rm -rf "$root/sources/$3"
  mkdir -p "$source.new" || exit 73
  git -C "$root/repositories/$3.git" archive "$4" >"$source.tar" && tar -x -C "$source.new" -f "$source.tar" || exit 73
  rm -f "$source.tar"
  mv "$source.new" "$source" || exit 73
fi
if [ "$6" = - ]; then set -- nixos-rebuild build "$7" --no-flake -I "nixos-config=$source/$5"
else set -- nixos-rebuild build "$7" --file "$source/$5" --attr "$6"
fi
${begin('>"$run/out" 2>"$run/log"')}`,
};

/**
 * `fleetwright-start-flake-activation RUN TOKEN ACTION REPOSITORY SHA ATTRIBUTE FLAG`: activates a commit with root, by
 * a nixos-rebuild that is older than `--store-path`. It evaluates once more, and takes what is built already.
 */
export const startFlakeActivation: Program = {
  name: 'fleetwright-start-flake-activation',
  text: `${preamble}${stateOf}${quotedRunner}run=$root/runs/$1
token=$2
kind=activation
${fence}reference="git+file://$root/repositories/$4.git?rev=$5#$6"
set -- ${asRoot(rootCommands['activate-flake'], { action: '"$3"', flag: '"$7"', reference: '"$reference"' }).join(' ')}
${begin('>"$run/log" 2>&1')}exit 0
`,
};

/**
 * `fleetwright-start-activation RUN TOKEN ACTION PATH`: activates with root. sudo, systemd-run and the system's own
 * script all write to one file, in order; the unit's journal does not hold it.
 * What runs now is kept from the garbage collector, since after `test` nothing else may hold on to it.
 */
export const startActivation: Program = {
  name: 'fleetwright-start-activation',
  text: `${preamble}${stateOf}${quotedRunner}run=$root/runs/$1
token=$2
kind=activation
${fence}set -- ${asRoot(rootCommands.activate, { action: '"$3"', path: '"$4"' }).join(' ')}
${begin('>"$run/log" 2>&1')}if old=$(readlink -e /run/current-system); then
  nix-store --realise "$old" --add-root "$run/old" >/dev/null 2>&1 </dev/null
fi
exit 0
`,
};
