# Remembers what runs now. It is kept from the garbage collector as well: after the switch nothing else may hold it.
set -eu
system=$(readlink -e /run/current-system)
ln -sfn "$system" /run/fleetwright-watchdog/old
ln -sfn "$system" /nix/var/nix/gcroots/fleetwright-watchdog
