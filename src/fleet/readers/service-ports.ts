import type { OptionNode } from '../definitions/option-node.ts';
import { isAddress } from './addresses.ts';
import { defaultPorts } from './default-ports.ts';
import type { FactReader, Said } from './fact-reader.ts';
import { wholeNumber } from './interfaces.ts';
import { type EnabledService, enabledServices } from './enabled-services.ts';

/** Ports that services listen on: what their settings say, or else what NixOS gives them. */
export const servicePorts: FactReader = function* (thing) {
  for (const service of enabledServices(thing)) yield* ofService(service);
};

const deepest = 6;

/** Settings about somebody else's port: where a service sends to, not where it listens. */
const elsewhere =
  /^(database|db|databases|postgres(ql)?|mysql|mariadb|smtp\w*|mail\w*|email|redis\w*|ldap|remote\w*|upstream\w*|targets?|peers?|clients?|mqtt|broker|relay\w*|backends?|sender|influxdb\d?|datasources?|provision|scrape\w*|endpoints|static_?configs?|forward\w*|destinations?|cluster|proxy|imap|auth|oauth|oidc|sources?|virtualHosts|ingress|outbounds?|tracing|elasticsearch|opensearch|memcached?|turn|stun|links|bookmarks|widgets|environmentFiles?|ssh_?config|knownHosts|extraHosts)$/i;
/** Ports under which others reach it, or that it takes for something else. */
const notOwn =
  /^(external|public|advertised?|root|smtp|mail|db|database|postgres|mysql|redis|ldap|remote|upstream|source|dest|destination|target|server_?ssh|ssh|proxy|client|min|max|relay|backend|imap)_?\w*port$/i;
const portName = /(^|[a-z_-])port$|PORT$|Port$/;
const noPort = /(export|support|report|transport|import|passport|viewport|airport)$/i;
const listenName =
  /^(listen\w*|bind\w*|(http|https|grpc|api|web|metrics|rest)?_?(listen_?)?(addr|address)(es)?|\w*_(LISTEN|BIND|ADDR|ADDRESS))$/i;
const hostName = /^(\w*_?(addr|address|bind|bindip|bind_?address|listen|listen_?address|host|ip|interface))$/i;

function* ofService({ name, node }: EnabledService): Generator<Said> {
  const seen: Seen = { port: false };
  // nginx's hosts hold ports of everything behind it.
  const found = name === 'nginx' ? [] : [...ownPorts(node, name, deepest, seen)];
  yield* found;
  // A port that is set in a way that cannot be read is not the default one.
  if (found.length > 0 || seen.port) return;
  for (const value of defaultPorts(name, node))
    yield { kind: 'service-port', name, value, site: node.at('enable').site };
}

/** A port that is said, readable or not. */
interface Seen {
  port: boolean;
}

function* ownPorts(node: OptionNode, service: string, depth: number, seen: Seen): Generator<Said> {
  if (depth === 0) return;
  for (const [key, child] of node.entries()) {
    if (elsewhere.test(key) || isItsOwn(child, key)) continue;
    const isPort = key === 'ports' || (portName.test(key) && !noPort.test(key) && !notOwn.test(key));
    if (isPort) seen.port = true;
    if (key === 'ports' || key === 'port') {
      for (const each of [...child.items(), child]) yield* portAt(each, service, key, node);
    } else if (isPort) yield* portAt(child, service, key, node);
    else if (listenName.test(key)) yield* listening(child, service, depth, seen);
    else {
      yield* ownPorts(child, service, depth - 1, seen);
      for (const item of depth > 3 ? child.items() : []) yield* ownPorts(item, service, depth - 2, seen);
    }
  }
}

/** Exporters and the like are services themselves; what is switched off listens nowhere. */
function isItsOwn(node: OptionNode, key: string): boolean {
  return key === 'exporters' || key === 'alertmanager' || node.at('enable').isOff;
}

function* portAt(node: OptionNode, service: string, key: string, beside: OptionNode): Generator<Said> {
  const port = wholeNumber(node);
  if (port === null || port < 1 || port > 65_535) return;
  const isUdp = /udp/i.test(key) || udpServices.has(service);
  yield {
    kind: 'service-port',
    name: service,
    value: `${boundTo(beside, key)}${port}/${isUdp ? 'udp' : 'tcp'}`,
    site: node.site,
  };
}

const udpServices = new Set(['tailscale', 'zerotierone', 'chrony', 'ntp', 'nebula', 'snmpd', 'mumble']);

/** The address beside a port, where it is one: `http_addr` beside `http_port`. */
function boundTo(beside: OptionNode, key: string): string {
  const stem = key.replace(/_?port$/i, '').toLowerCase();
  for (const [name, node] of beside.entries()) {
    if (
      !hostName.test(name) ||
      (stem !== '' && !name.toLowerCase().startsWith(stem) && !/^(bind|listen|host|address|ip)/i.test(name))
    )
      continue;
    const text = node.text()?.text ?? node.items()[0]?.text()?.text;
    if (text === undefined || node.items().length > 1) continue;
    if (text === 'localhost') return '127.0.0.1:';
    if (isAddress(text) && !/^(0\.0\.0\.0|::)$/.test(text)) return text.includes(':') ? `[${text}]:` : `${text}:`;
  }
  return '';
}

/** `listen`, `bind` and the like: a text with a port, a list of them, or a set that is looked into. */
function* listening(node: OptionNode, service: string, depth: number, seen: Seen): Generator<Said> {
  for (const each of [node, ...node.items()]) {
    const said = each.text();
    const value = said === null ? null : listenText(said.text);
    if (value !== null && said !== null) yield { kind: 'service-port', name: service, value, site: said.site };
    else if (each.entries().length > 0) yield* ownPorts(each, service, depth - 1, seen);
  }
}

/** `127.0.0.1:8080`, `:8080`, `[::1]:80`, `tcp://0.0.0.0:53`, as a port on an address. */
export function listenText(text: string): string | null {
  const found =
    /^(?:(https?|tcp|udp|tls):\/\/)?(\[[0-9a-f:.]+\]|\d+\.\d+\.\d+\.\d+|localhost|\*)?:(\d{2,5})(?:\/(tcp|udp))?\/?$/i.exec(
      text.trim(),
    );
  if (found === null) return null;
  const [, scheme, address = '', port = '', given] = found;
  const everywhere = ['', '*', '0.0.0.0', '[::]'].includes(address);
  const host = address === 'localhost' ? '127.0.0.1' : address;
  return `${everywhere ? '' : `${host}:`}${port}/${given ?? (scheme === 'udp' ? 'udp' : 'tcp')}`;
}

/** WireGuard, sockets of systemd, and ports that containers bring to their host. */
export const otherPorts: FactReader = function* ({ root }) {
  for (const option of ['wireguard', 'wg-quick'])
    for (const [name, node] of root.at('networking', option, 'interfaces').entries())
      yield* udp(`wireguard ${name}`, node.at('listenPort'));
  for (const [, node] of root.at('systemd', 'network', 'netdevs').entries()) {
    const name = node.at('netdevConfig', 'Name').text()?.text;
    if (name !== undefined) yield* udp(`wireguard ${name}`, node.at('wireguardConfig', 'ListenPort'));
  }
  for (const [name, node] of root.at('systemd', 'sockets').entries())
    for (const each of node.at('listenStreams').items()) {
      const said = each.text();
      const value = said === null ? null : listenText(/^\d+$/.test(said.text) ? `:${said.text}` : said.text);
      if (value !== null) yield { kind: 'service-port', name, value, site: each.site };
    }
  for (const [name, node] of root.at('virtualisation', 'oci-containers', 'containers').entries())
    for (const each of node.at('ports').items()) yield* published(name, each);
  for (const [name, node] of root.at('containers').entries())
    for (const each of node.at('forwardPorts').items()) {
      const port = wholeNumber(each.at('hostPort'));
      const protocol = each.at('protocol').text()?.text ?? 'tcp';
      if (port !== null) yield { kind: 'service-port', name, value: `${port}/${protocol}`, site: each.site };
    }
};

function* udp(name: string, node: OptionNode): Generator<Said> {
  const port = wholeNumber(node);
  if (port !== null && port > 0) yield { kind: 'service-port', name, value: `${port}/udp`, site: node.site };
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`: the side of the host. */
function* published(name: string, node: OptionNode): Generator<Said> {
  const said = node.text();
  const found = /^(?:(\[[^\]]+\]|[\d.]+):)?(\d{1,5}(?:-\d{1,5})?):\d{1,5}(?:-\d{1,5})?(?:\/(tcp|udp))?$/.exec(
    said?.text ?? '',
  );
  if (found === null) return;
  const [, address, port = '', protocol = 'tcp'] = found;
  const host = address === undefined || address === '0.0.0.0' || address === '[::]' ? '' : `${address}:`;
  yield { kind: 'service-port', name, value: `${host}${port}/${protocol}`, site: said?.site ?? null };
}
