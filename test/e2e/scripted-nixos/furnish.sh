#!/bin/sh
# What a NixOS host has and this machine has not. $1: the root of the host.
set -eu
root=$1
echo 'fleetwright:x:64321:64321::/var/lib/fleetwright:/bin/sh' >>"$root/etc/passwd"
echo 'fleetwright:x:64321:' >>"$root/etc/group"
echo 'fleetwright:*:20000::::::' >>"$root/etc/shadow"
mkdir -p "$root/var/lib/fleetwright/.ssh" "$root/nix/store" "$root/nix/var/nix/profiles" "$root/boot" "$root/run" "$root/proc"
cp "$root/fleetwright/authorized_keys" "$root/var/lib/fleetwright/.ssh/authorized_keys"
chmod 700 "$root/var/lib/fleetwright" "$root/var/lib/fleetwright/.ssh"
chown -R 64321:64321 "$root/var/lib/fleetwright"
chmod 1777 "$root/nix/store"
rm -rf "$root/etc/sudoers.d"
cp "$root/fleetwright/sudoers" "$root/etc/sudoers"
chmod 440 "$root/etc/sudoers"
chown 0:0 "$root/etc/sudoers"
chmod 600 "$root/fleetwright/host_key"
chmod -R go-w "$root/fleetwright"
chmod 755 "$root/fleetwright" "$root/fleetwright/bin"/*
first=/nix/store/00000000000000000000000000000001-nixos-system-wolfhound-1
mkdir -p "$root$first/sw"
ln -s /fleetwright/bin "$root$first/sw/bin"
: >"$root$first/settings"
ln -s "$first" "$root/nix/var/nix/profiles/system"
ln -s "$first" "$root/boot/default"
