#!/bin/sh
# The first process of the host. $1: the boot id, which is a new one after every reboot.
set -eu
mount -t proc proc /proc
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/sshd /run/units /run/journal /run/sudo /run/wrappers/bin
mkdir -m 1777 /run/restarts
echo "$1" >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
ln -s "$(command -v sudo)" /run/wrappers/bin/sudo
system=$(readlink /boot/default)
ln -s "$system" /run/current-system
ln -s "$system" /run/booted-system
/fleetwright/bin/set-units "$system"
/usr/sbin/sshd -D -e -f /fleetwright/sshd_config &
while :; do wait || true; sleep 1; done
