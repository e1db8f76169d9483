/** What a practice host knows of the services that people run: enough to listen where the real one would. */
export interface KnownService {
  /** The name under `services.`. */
  readonly option: string;
  readonly unit: string;
  readonly ports: readonly KnownPort[];
}

export interface KnownPort {
  readonly kind: 'http' | 'tcp' | 'dns';
  readonly port: number;
  /** Where the configuration sets another port: the first group is the number. */
  readonly setBy?: RegExp;
  readonly pages?: Readonly<Record<string, string>>;
}

const page = (title: string): string => `<!doctype html><title>${title}</title>`;

export const knownServices: readonly KnownService[] = [
  { option: 'openssh', unit: 'sshd.service', ports: [] },
  { option: 'chrony', unit: 'chronyd.service', ports: [] },
  {
    option: 'netdata',
    unit: 'netdata.service',
    ports: [
      {
        kind: 'http',
        port: 19_999,
        pages: { '/': page('Netdata'), '/api/v1/info': '{"version":"v2.7.3","alarms":{"warning":0,"critical":0}}' },
      },
    ],
  },
  {
    option: 'grafana',
    unit: 'grafana.service',
    ports: [
      {
        kind: 'http',
        port: 3000,
        setBy: /\bhttp_port\s*=\s*(\d+)/,
        pages: { '/': page('Grafana'), '/login': page('Grafana'), '/api/health': '{"database":"ok"}' },
      },
    ],
  },
  {
    option: 'prometheus',
    unit: 'prometheus.service',
    ports: [
      {
        kind: 'http',
        port: 9090,
        setBy: /\bport\s*=\s*(\d+)/,
        pages: { '/': page('Prometheus'), '/-/ready': 'Prometheus Server is Ready.\n', '/-/healthy': 'Healthy.\n' },
      },
    ],
  },
  {
    option: 'consul',
    unit: 'consul.service',
    ports: [
      {
        kind: 'http',
        port: 8500,
        pages: { '/ui/': page('Consul'), '/v1/status/leader': '"10.0.20.11:8300"' },
      },
      { kind: 'tcp', port: 8300 },
      { kind: 'tcp', port: 8301 },
    ],
  },
  {
    option: 'wiki-js',
    unit: 'wiki-js.service',
    ports: [
      {
        kind: 'http',
        port: 3000,
        setBy: /\bport\s*=\s*(\d+)/,
        pages: { '/': page('Wiki.js'), '/healthz': '{"ok":true}' },
      },
    ],
  },
  {
    option: 'homepage-dashboard',
    unit: 'homepage-dashboard.service',
    ports: [{ kind: 'http', port: 8082, setBy: /\blistenPort\s*=\s*(\d+)/, pages: { '/': page('Homepage') } }],
  },
  {
    option: 'gatus',
    unit: 'gatus.service',
    ports: [
      {
        kind: 'http',
        port: 8080,
        setBy: /\bweb\.port\s*=\s*(\d+)/,
        pages: { '/': page('Gatus'), '/health': '{"status":"UP"}' },
      },
    ],
  },
  {
    option: 'forgejo',
    unit: 'forgejo.service',
    ports: [
      {
        kind: 'http',
        port: 3000,
        setBy: /\bHTTP_PORT\s*=\s*(\d+)/,
        pages: { '/': page('Forgejo'), '/api/healthz': '{"status":"pass"}' },
      },
    ],
  },
  {
    option: 'microbin',
    unit: 'microbin.service',
    ports: [{ kind: 'http', port: 8080, setBy: /\bMICROBIN_PORT\s*=\s*(\d+)/, pages: { '/': page('MicroBin') } }],
  },
  {
    option: 'home-assistant',
    unit: 'home-assistant.service',
    ports: [{ kind: 'http', port: 8123, setBy: /\bserver_port\s*=\s*(\d+)/, pages: { '/': page('Home Assistant') } }],
  },
  { option: 'mosquitto', unit: 'mosquitto.service', ports: [{ kind: 'tcp', port: 1883, setBy: /\bport\s*=\s*(\d+)/ }] },
  { option: 'nginx', unit: 'nginx.service', ports: [{ kind: 'http', port: 80, pages: { '/': page('nginx') } }] },
  { option: 'nsd', unit: 'nsd.service', ports: [{ kind: 'dns', port: 53 }] },
  { option: 'bind', unit: 'bind.service', ports: [{ kind: 'dns', port: 53 }] },
];
