#!/bin/sh
# The first process of the namespaces that `run.sh` makes. $1: the root of the hosts. $2: a folder for what run.sh asks.
set -eu
root=$1
scratch=$2
shift 2
readlink /proc/self/ns/pid >"$scratch/space"
here=$(dirname "$(readlink -f "$0")")
mount -t sysfs sysfs /sys
# One hierarchy for all, whatever the machine has: what systemd in the hosts expects.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o mode=755 fleetwright-test /run
mkdir -p /run/netns /run/fleet/root /run/fleet/tmp
mount --bind "$root" /run/fleet/root
mount -o remount,bind,ro /run/fleet/root
ip link set lo up
group=/sys/fs/cgroup/fleetwright-test-$(basename "$scratch")
mkdir "$group"
echo "$group" >/run/fleet/cgroup
cd "$here/../.."
code=0
TMPDIR=/run/fleet/tmp node node_modules/vitest/vitest.mjs run --config test/fleet/vitest.config.ts "$@" || code=$?
# Whatever a broken test left runs in these groups, and they outlive the namespaces.
find "$group" -name cgroup.kill -exec sh -c 'echo 1 >"$1"' - {} \; 2>/dev/null || true
for _ in 1 2 3 4 5 6 7 8 9 10; do
  find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  [ -d "$group" ] || break
  sleep 0.2
done
exit "$code"
