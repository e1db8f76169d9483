/**
 * A fixed POSIX shell text that runs on a host as `sh -c TEXT NAME ARGUMENT…`. Values reach it as positional
 * parameters only and are never put into the text, so a host can compare the text byte by byte with the one it expects.
 */
export interface Program {
  /** `$0` of the run: how a host, its process list and its log recognise the program. */
  readonly name: `fleetwright-${string}`;
  readonly text: string;
}

/**
 * The first lines of every program. NixOS keeps `sudo` and the system's tools outside the compiled-in path, and a
 * login shell that reads no profile would not find them. Fixed language: some answers can only be told by their words.
 */
export const preamble = `set -u
umask 077
PATH=/run/wrappers/bin:/run/current-system/sw/bin:$PATH
LC_ALL=C.UTF-8 SYSTEMD_PAGER= SYSTEMD_COLORS=0
export PATH LC_ALL SYSTEMD_PAGER SYSTEMD_COLORS
root=$HOME/.fleetwright
`;

/**
 * Takes the host-wide lock and refuses a fencing token that is lower than the highest one seen here, so that a worker
 * which lost its lock while it was stalled cannot touch the host any more. The caller sets `$token`. The lock lasts
 * until file descriptor 9 is closed. The number is replaced by rename: a full disk must not leave an empty fence.
 */
export const fence = `mkdir -p "$root/runs" "$root/repositories" || exit 73
exec 9>>"$root/lock" || exit 73
flock 9 || exit 73
highest=0
if [ -e "$root/fence" ]; then
  read -r highest <"$root/fence" || exit 73
fi
if [ "$token" -lt "$highest" ]; then
  echo "superseded $highest"
  exit 0
fi
if [ "$token" -gt "$highest" ]; then
  echo "$token" >"$root/fence.new" || exit 73
  mv "$root/fence.new" "$root/fence" || exit 73
fi
`;

/**
 * Defines `state_of DIRECTORY`, which sets `$state` to one of `absent`, `unbegun`, `running`, `gone` or
 * `ended N`. A process id alone proves nothing, since ids are used again: the start time and the boot must match too.
 * When only the shell around a command was killed, the command lives on in the process group, and so does the run.
 * A process id that is in use as a group's is never given away, so a stranger under it means that the group is gone.
 */
export const stateOf = `state_of() {
  if [ ! -d "$1" ]; then state=absent; return; fi
  if [ -e "$1/rc" ]; then read -r code <"$1/rc"; state="ended $code"; return; fi
  if [ ! -e "$1/life" ]; then state=unbegun; return; fi
  read -r leader born boot <"$1/life"
  read -r now_boot </proc/sys/kernel/random/boot_id
  state=gone
  if [ "$boot" = "$now_boot" ]; then
    search=yes
    if read -r stat 2>/dev/null </proc/"$leader"/stat; then
      set -- "$1" \${stat##*) }
      if [ "\${21}" != "$born" ]; then search=no
      elif [ "$2" != Z ]; then search=no state=running
      fi
    fi
    if [ "$search" = yes ]; then
      for file in /proc/[0-9]*/stat; do
        read -r stat 2>/dev/null <"$file" || continue
        set -- "$1" \${stat##*) }
        if [ "$4" = "$leader" ] && [ "$2" != Z ]; then state=running; break; fi
      done
    fi
  fi
  # The command may have ended while we looked: its exit code counts for more than its absence.
  if [ "$state" = gone ] && [ -e "$1/rc" ]; then read -r code <"$1/rc"; state="ended $code"; fi
}
`;
