#!/bin/sh
# Holds one host that exists only in this mount namespace: the machine's own root, under a layer in memory that takes
# every write. Commands come on standard input; when it ends, everything ends with it.
#   house.sh SCRATCH SEED      up BOOT_ID | down
set -eu
scratch=$1
seed=$2
mount -t tmpfs -o mode=755 fleetwright-e2e "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
root=$scratch/root
mount --rbind /dev "$root/dev"
cp -R "$seed" "$root/fleetwright"
sh "$root/fleetwright/bin/furnish.sh" "$root"
init=
down() {
  if [ -n "$init" ]; then
    # The first process inside takes everything inside along, and its parent out here clears it away.
    kill -KILL $(cat "/proc/$init/task/$init/children" 2>/dev/null || echo "$init") 2>/dev/null || true
    wait "$init" 2>/dev/null || true
    init=
  fi
}
while read -r command value; do
  case $command in
    up)
      unshare --mount --pid --fork --kill-child -- chroot "$root" /bin/sh /fleetwright/bin/init.sh "$value" </dev/null >&2 &
      init=$!
      echo "up $init"
      ;;
    down)
      down
      echo down
      ;;
  esac
done
down
