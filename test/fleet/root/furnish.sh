#!/bin/sh
# Makes a NixOS-like host out of the Debian root, from inside: what differs from host to host comes with its system.
# The fleet's repository is in /furnish/repository, the account's files in /furnish. $@: the hosts.
set -eu
export PATH=/usr/bin:/usr/sbin:/bin:/sbin
umask 022

useradd --system --create-home --home-dir /var/lib/fleetwright --shell /bin/sh --uid 64321 fleetwright
mkdir -p /var/lib/fleetwright/.ssh /var/lib/systemd/linger /etc/systemd/system/user@.service.d /etc/nix
cp /furnish/authorized_keys /var/lib/fleetwright/.ssh/authorized_keys
chmod 700 /var/lib/fleetwright /var/lib/fleetwright/.ssh
chown -R fleetwright: /var/lib/fleetwright
# A login without lingering starts and stops the user's manager each time, which sometimes hangs for seconds.
touch /var/lib/systemd/linger/fleetwright
printf '[Service]\nTimeoutStopSec=2s\n' >/etc/systemd/system/user@.service.d/quick.conf

# NixOS sets this path for every session by pam_env, keeps sudo in the wrappers and its units behind /etc/static.
echo 'PATH=/run/wrappers/bin:/run/current-system/sw/bin:/usr/bin:/bin' >/etc/environment
touch /etc/NIXOS
mkdir -p /usr/local/lib/systemd /etc/nixos
ln -sfn /etc/static/systemd/system /usr/local/lib/systemd/system
# Debian's other name for it would hide the unit that a system brings.
rm -f /etc/systemd/system/sshd.service
for unit in ssh.service ssh.socket named.service bind9.service systemd-networkd.service apt-daily.timer \
  apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer \
  getty.target console-getty.service getty@.service serial-getty@.service ldconfig.service \
  systemd-journal-catalog-update.service systemd-firstboot.service nftables.service; do
  ln -sfn /dev/null "/etc/systemd/system/$unit"
done
rm -f /etc/ssh/ssh_host_* /etc/sudoers.d/* /etc/motd
printf 'Defaults use_pty\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n' >/etc/sudoers
printf '[Journal]\nStorage=persistent\nSystemMaxUse=32M\n' >/etc/systemd/journald.conf

# The sandbox is the real one; its shell is the only program in it. Systems are built for the name that flakes use.
cat >/etc/nix/nix.conf <<END
experimental-features = nix-command flakes
build-users-group = nixbld
sandbox = true
sandbox-fallback = false
sandbox-paths = /bin/sh=/bin/busybox
substituters =
extra-platforms = x86_64-linux
flake-registry =
allowed-users = *
warn-dirty = false
END
# On NixOS whoever is on the machine may ask the daemon.
chmod 755 /nix/var/nix/daemon-socket
mkdir -p /etc/systemd/system/nix-daemon.service.d
printf 'd /nix/var/nix/daemon-socket 0755 root root - -\n' >/etc/tmpfiles.d/nix-daemon.conf

cp /furnish/boot-loader /sbin/boot-loader
chmod 755 /sbin/boot-loader

git config --system --add safe.directory '*'
cd /
for host in "$@"; do
  set -- "$@" "git+file:///furnish/repository#nixosConfigurations.\"$host\".config.system.build.toplevel"
  shift
done
nix build --no-link --print-out-paths "$@" >/furnish/systems
git config --system --unset-all safe.directory
