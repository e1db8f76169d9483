import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingsShape } from '../../src/config/settings.ts';
import { root } from './sources.ts';

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const { services, volumes } = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<'redis' | 'ready' | 'web' | 'workers', Service>;
  volumes: Record<string, null>;
};
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('docker-compose.yml', () => {
  test('runs Redis, the web side and the workers, after one preparation', () => {
    expect(Object.keys(services)).toEqual(['redis', 'ready', 'web', 'workers']);
  });

  test.each(['web', 'workers'] as const)('passes only variables to %s that the settings know', (side) => {
    const known = Object.keys(settingsShape.shape);
    const passed = Object.keys(services[side].environment ?? {});
    expect(passed.filter((name) => !known.includes(name))).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['REDIS_URL', 'APP_ID', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET']));
  });

  test('offers every setting to one of the sides', () => {
    const passed = new Set(
      [services.web, services.workers].flatMap(({ environment }) => Object.keys(environment ?? {})),
    );
    // With a Redis given there is none to start; the set-up page is not served in production.
    const without = ['REDIS_KIND', 'FLEETWRIGHT_OUTSIDE_PROXY'];
    expect(Object.keys(settingsShape.shape).filter((name) => !passed.has(name))).toEqual(without);
  });

  test.each(['ready', 'web', 'workers'] as const)('starts %s as a script of package.json does', (name) => {
    const parts = Object.values(scripts).flatMap((script) => script.split(' && '));
    expect(parts).toContain(services[name].command.join(' '));
  });

  test('needs git in the image, so it is a whole one', () => {
    expect([services.ready, services.web, services.workers].map(({ image }) => image)).toEqual(
      Array.from({ length: 3 }, () => 'node:24'),
    );
  });

  test('keeps Redis on disk and lets it throw nothing away', () => {
    const command = services.redis.command.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(services.redis.volumes).toEqual(['redis:/data']);
    expect(Object.keys(volumes)).toEqual(['redis']);
  });

  test('waits until Redis answers, and asks the web side for its health', () => {
    for (const side of ['web', 'workers'] as const) {
      expect(services[side].depends_on).toEqual({
        ready: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
    expect(services.redis.healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping']);
    expect(services.web.healthcheck?.test.join(' ')).toContain('/health');
  });

  test('holds no secret: such variables are passed on, never written down', () => {
    const secret = ['PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET', 'ANTHROPIC_API_KEY'];
    const values = [services.web, services.workers].flatMap(({ environment }) =>
      secret.map((name) => environment?.[name] ?? null),
    );
    expect(values.filter((value) => value !== null)).toEqual([]);
  });
});
