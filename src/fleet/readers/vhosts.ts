import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Said } from './fact-reader.ts';

/** Names that a reverse proxy answers to, with what is behind each; empty where it serves files or answers itself. */
export const vhosts: FactReader = function* ({ root }) {
  const services = root.at('services');
  if (!services.at('nginx', 'enable').isOff)
    for (const [name, node] of services.at('nginx', 'virtualHosts').entries()) yield* ofNginx(name, node);
  for (const [name, node] of services.at('caddy', 'virtualHosts').entries()) yield* ofCaddy(name, node);
  yield* ofTraefik(services.at('traefik', 'dynamicConfigOptions', 'http'));
  for (const [, file] of services.at('traefik', 'dynamic', 'files').entries())
    yield* ofTraefik(file.at('settings', 'http'));
  for (const [, tunnel] of services.at('cloudflared', 'tunnels').entries()) {
    for (const [name, node] of tunnel.at('ingress').entries())
      yield { kind: 'vhost', name, value: node.text()?.text ?? node.at('service').text()?.text ?? '', site: node.site };
  }
  yield* ofHaproxy(services.at('haproxy', 'config'));
};

function* ofNginx(name: string, node: OptionNode): Generator<Said> {
  const locations = node.at('locations').entries();
  // What stands behind one path of many is not what the name leads to.
  const first = locations.find(([path]) => path === '/') ?? (locations.length === 1 ? locations[0] : undefined);
  const behind = first?.[1].at('proxyPass').text()?.text ?? '';
  const main = node.at('serverName').text()?.text ?? name;
  const aliases = node
    .at('serverAliases')
    .items()
    .flatMap((alias) => alias.text()?.text ?? []);
  // `_` answers to whatever nobody else answers to: no name.
  for (const each of [main, ...aliases])
    if (each !== '_') yield { kind: 'vhost', name: each, value: behind, site: node.site };
}

function* ofCaddy(name: string, node: OptionNode): Generator<Said> {
  const text = node.at('extraConfig').text()?.text ?? '';
  const value = /^[ \t]*reverse_proxy[ \t]+(?:\/\S*[ \t]+|@\S+[ \t]+)?([^\s{]+)/m.exec(text)?.[1] ?? '';
  const called = node.at('hostName').text()?.text ?? name;
  const aliases = node
    .at('serverAliases')
    .items()
    .flatMap((alias) => alias.text()?.text ?? []);
  for (const each of [...called.split(/[\s,]+/), ...aliases])
    if (each !== '') yield { kind: 'vhost', name: each.replace(/^https?:\/\//, ''), value, site: node.site };
}

function* ofTraefik(http: OptionNode): Generator<Said> {
  for (const [, router] of http.at('routers').entries()) {
    const rule = router.at('rule').text();
    const service = router.at('service').text()?.text;
    const servers = service === undefined ? [] : http.at('services', service, 'loadBalancer', 'servers').items();
    const value = servers.flatMap((server) => server.at('url').text()?.text ?? [])[0] ?? '';
    for (const [, name] of rule?.text.matchAll(/Host\(\s*[`"']([^`"']+)[`"']/g) ?? [])
      if (name !== undefined) yield { kind: 'vhost', name, value, site: rule?.site ?? null };
  }
}

function* ofHaproxy(node: OptionNode): Generator<Said> {
  const said = node.text();
  const named = said?.text.matchAll(/(?:hdr\(host\)|req\.ssl_sni|hdr_dom\(host\))\s+(?:-\w+\s+)*([\w.-]+\.\w+)/g) ?? [];
  for (const [, name] of named)
    if (name !== undefined) yield { kind: 'vhost', name, value: '', site: said?.site ?? null };
}
