/**
 * The units that modules of nixpkgs 25.11 give a service where they are not called like its option. A name that is
 * wrong for a host's release does no harm: a unit that does not exist there is not judged.
 */
const known: Readonly<Record<string, readonly string[]>> = {
  adguardhome: ['adguardhome'],
  avahi: ['avahi-daemon'],
  chrony: ['chronyd'],
  immich: ['immich-server'],
  'kea.dhcp4': ['kea-dhcp4-server'],
  'kea.dhcp6': ['kea-dhcp6-server'],
  'nfs.server': ['nfs-server'],
  ntp: ['ntpd'],
  openssh: ['sshd'],
  paperless: ['paperless-scheduler', 'paperless-web'],
  printing: ['cups'],
  'prometheus.alertmanager': ['alertmanager'],
  'prometheus.pushgateway': ['pushgateway'],
  qemuGuest: ['qemu-guest-agent'],
  resolved: ['systemd-resolved'],
  samba: ['samba-smbd', 'samba-nmbd'],
  tailscale: ['tailscaled'],
  timesyncd: ['systemd-timesyncd'],
};

/** Families whose members have units of one pattern. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^prometheus\.exporters\.(.+)$/, 'prometheus-$1-exporter'],
  [/^redis\.servers\.(.+)$/, 'redis-$1'],
  [/^github-runners\.(.+)$/, 'github-runner-$1'],
  [/^gitea-actions-runner\.instances\.(.+)$/, 'gitea-runner-$1'],
];

/** What systemd would call the units of a service; empty where its option is no service of its own. */
export function unitsOfService(service: string): readonly string[] {
  const own = Object.hasOwn(known, service) ? known[service] : undefined;
  if (own !== undefined) return own.map((name) => `${name}.service`);
  for (const [pattern, name] of patterns)
    if (pattern.test(service)) return [`${service.replace(pattern, name)}.service`];
  // `services.xserver.displayManager.gdm` and the like: settings of another service, under its name.
  return /^[A-Za-z0-9_-]+$/.test(service) ? [`${service}.service`] : [];
}
