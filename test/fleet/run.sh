#!/bin/sh
# `npm run test:fleet`: real test hosts. Everything that this starts lives in namespaces of its own, with a network
# that leads nowhere; what the machine has is compared before and after.
#   test/fleet/run.sh [--cache FOLDER] [what vitest takes]
set -eu
here=$(dirname "$(readlink -f "$0")")
cache=/var/cache/fleetwright-test
if [ "${1:-}" = --cache ]; then
  cache=$2
  shift 2
fi
if [ "$(id -u)" != 0 ]; then
  echo 'The real test hosts need root: they are machines of their own in namespaces.' >&2
  exit 1
fi
for program in debootstrap systemd-nspawn unshare nsenter ip flock git ssh-keygen redis-server; do
  if ! command -v "$program" >/dev/null; then
    echo "The real test hosts need $program (apt-get install debootstrap systemd-container iproute2 util-linux git openssh-client redis-server)." >&2
    exit 1
  fi
done
began=$(date +%s)
root=$(sh "$here/root/make-root.sh" "$cache")
echo "the root of the hosts is there after $(($(date +%s) - began)) s"

scratch=$(mktemp -d)
# What must be the same afterwards. Processes come and go on a machine; those of our namespace are counted.
the_machine() {
  # Another run may be making its root.
  grep -v "$cache/" /proc/self/mounts
  ip -o link | cut -d: -f2
  ip netns list 2>/dev/null
  find /etc -xdev \( -type f -o -type l \) -printf '%p %s %T@ %l\n' | sort
  getent passwd
  getent group
  find /sys/fs/cgroup -type d -name "fleetwright-test-$(basename "$scratch")" 2>/dev/null
}
the_machine >"$scratch/before"
code=0
unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc --ipc --cgroup \
  sh "$here/inside.sh" "$root" "$scratch" "$@" || code=$?
the_machine >"$scratch/after"
space=$(cat "$scratch/space" 2>/dev/null || echo none)
left=$(for process in /proc/[0-9]*; do
  if [ "$(readlink "$process/ns/pid" 2>/dev/null)" = "$space" ]; then tr '\0' ' ' <"$process/cmdline"; fi
done)
if ! cmp -s "$scratch/before" "$scratch/after" || [ -n "$left" ]; then
  echo 'The test hosts left something behind on this machine:' >&2
  diff "$scratch/before" "$scratch/after" >&2 || true
  echo "$left" >&2
  code=1
else
  echo 'nothing is left of the test hosts: machines, mounts, namespaces, processes, bridges, /etc, users are as before'
fi
rm -rf "$scratch"
exit "$code"
