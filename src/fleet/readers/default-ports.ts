import type { OptionNode } from '../definitions/option-node.ts';

/** Ports of services whose options are not set, as the modules of nixpkgs 25.11 have them. */
const known: Readonly<Record<string, readonly string[]>> = {
  adguardhome: ['3000/tcp'],
  'calibre-web': ['8083/tcp'],
  cockpit: ['9090/tcp'],
  forgejo: ['3000/tcp'],
  gatus: ['8080/tcp'],
  gitea: ['3000/tcp'],
  grafana: ['127.0.0.1:3000/tcp'],
  'home-assistant': ['8123/tcp'],
  'homepage-dashboard': ['8082/tcp'],
  immich: ['127.0.0.1:2283/tcp'],
  jellyfin: ['8096/tcp'],
  jellyseerr: ['5055/tcp'],
  lidarr: ['8686/tcp'],
  miniflux: ['127.0.0.1:8080/tcp'],
  mysql: ['3306/tcp'],
  navidrome: ['127.0.0.1:4533/tcp'],
  netdata: ['19999/tcp'],
  openssh: ['22/tcp'],
  paperless: ['127.0.0.1:28981/tcp'],
  plex: ['32400/tcp'],
  postgresql: ['5432/tcp'],
  prometheus: ['9090/tcp'],
  'prometheus.alertmanager': ['9093/tcp'],
  'prometheus.exporters.blackbox': ['9115/tcp'],
  'prometheus.exporters.node': ['9100/tcp'],
  'prometheus.exporters.nginx': ['9113/tcp'],
  'prometheus.exporters.postgres': ['9187/tcp'],
  'prometheus.exporters.smartctl': ['9633/tcp'],
  'prometheus.exporters.systemd': ['9558/tcp'],
  'prometheus.exporters.wireguard': ['9586/tcp'],
  'prometheus.exporters.zfs': ['9134/tcp'],
  prowlarr: ['9696/tcp'],
  radarr: ['7878/tcp'],
  readarr: ['8787/tcp'],
  sonarr: ['8989/tcp'],
  'uptime-kuma': ['127.0.0.1:3001/tcp'],
};

export function defaultPorts(service: string, node: OptionNode): readonly string[] {
  if (service === 'nginx') return nginxPorts(node);
  // Caddy listens where its hosts say; a host without a scheme is asked for on both.
  if (service === 'caddy') return node.at('virtualHosts').entries().length > 0 ? ['80/tcp', '443/tcp'] : [];
  return known[service] ?? [];
}

function nginxPorts(node: OptionNode): readonly string[] {
  const hosts = node.at('virtualHosts').entries();
  const isSecure = hosts.some(([, host]) => ['addSSL', 'forceSSL', 'onlySSL'].some((option) => host.at(option).isOn));
  const plain = node.at('defaultHTTPListenPort').number()?.number ?? 80;
  const secure = node.at('defaultSSLListenPort').number()?.number ?? 443;
  return [`${plain}/tcp`, ...(isSecure ? [`${secure}/tcp`] : [])];
}
