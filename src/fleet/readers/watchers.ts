import type { OptionNode } from '../definitions/option-node.ts';
import type { FactReader, Said } from './fact-reader.ts';

/** What is asked whether it lives: gatus, blackbox probes of Prometheus and its kin, monit. */
export const monitors: FactReader = function* ({ root }) {
  const services = root.at('services');
  for (const option of ['endpoints', 'external-endpoints'])
    for (const endpoint of services.at('gatus', 'settings', option).items()) {
      const [name, url] = [endpoint.at('name').text(), endpoint.at('url').text()];
      if (url !== null) yield { kind: 'monitor', name: name?.text ?? url.text, value: url.text, site: endpoint.site };
    }
  for (const job of scrapeJobs(services)) if (isProbe(job)) yield* targets('monitor', job);
  const monit = services.at('monit', 'config').text();
  for (const [, name, address] of monit?.text.matchAll(
    /^\s*check\s+host\s+"?([^\s"]+)"?\s+with\s+address\s+"?([^\s"]+)/gim,
  ) ?? [])
    if (name !== undefined && address !== undefined)
      yield { kind: 'monitor', name, value: address, site: monit?.site ?? null };
};

/** What Prometheus and its kin read numbers from. */
export const scrapeTargets: FactReader = function* ({ root }) {
  for (const job of scrapeJobs(root.at('services'))) if (!isProbe(job)) yield* targets('scrape-target', job);
};

function* scrapeJobs(services: OptionNode): Generator<OptionNode> {
  yield* services.at('prometheus', 'scrapeConfigs').items();
  for (const name of ['victoriametrics', 'vmagent'])
    yield* services.at(name, 'prometheusConfig', 'scrape_configs').items();
  yield* services.at('prometheus', 'agent', 'scrapeConfigs').items();
}

/** A job that asks an exporter to ask somebody else. */
function isProbe(job: OptionNode): boolean {
  return job.at('metrics_path').text()?.text === '/probe' || !job.at('params', 'module').isUndefined;
}

function* targets(kind: 'monitor' | 'scrape-target', job: OptionNode): Generator<Said> {
  const name = job.at('job_name').text()?.text ?? '';
  for (const config of job.at('static_configs').items())
    for (const target of config.at('targets').items()) {
      const said = target.text();
      if (said !== null) yield { kind, name, value: said.text, site: said.site };
    }
}

/** Pages of links, and where their settings hold them. */
const dashboards = [
  ['homepage-dashboard', 'services'],
  ['homepage-dashboard', 'bookmarks'],
  ['glance', 'settings'],
  ['homer', 'settings'],
  ['dashy', 'settings'],
  ['homarr', 'settings'],
  ['flame', 'settings'],
] as const;

/** Links of dashboards: whatever in their settings has an address and a name. */
export const dashboardLinks: FactReader = function* ({ root }) {
  for (const path of dashboards) yield* links(root.at('services', ...path), '', 12);
};

function* links(node: OptionNode, called: string, depth: number): Generator<Said> {
  if (depth === 0) return;
  const url = ['href', 'url', 'link']
    .map((key) => node.at(key).text())
    .find((said) => said !== null && /^[a-z]+:|^\//i.test(said.text));
  if (url !== undefined && url !== null) {
    const name = ['name', 'title'].map((key) => node.at(key).text()?.text).find((text) => text !== undefined) ?? called;
    if (name !== '') yield { kind: 'dashboard-link', name, value: url.text, site: node.site };
    return;
  }
  for (const item of node.items()) yield* links(item, called, depth - 1);
  for (const [key, child] of node.entries()) yield* links(child, key, depth - 1);
}
