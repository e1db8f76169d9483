import { createHmac, randomUUID } from 'node:crypto';
import type { Installation, Repository, User, World } from './state.ts';
import { installationReference } from './shapes/app.ts';
import { fullRepository } from './shapes/repository.ts';
import { simpleUser } from './shapes/user.ts';

/** One attempt to deliver one event, as GitHub keeps it for the App's owner to read. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number | null;
  readonly repository: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  /** The exact bytes that were signed and sent. */
  readonly body: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly url: string | null;
  /** `OK`, or what went wrong. `pending` while it is under way. */
  status: string;
  statusCode: number;
  seconds: number;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
}

export interface Happening {
  readonly event: string;
  readonly action: string | null;
  readonly installation: Installation | null;
  readonly repository: Repository | null;
  readonly sender: User;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** GitHub gives up on a delivery after this long ("Best practices for using webhooks"). */
export const giveUpAfterMs = 10_000;

export interface WebhookOptions {
  readonly secret: string;
  /** Null: nowhere. */
  readonly target: string | null;
  readonly timeoutMs: number;
}

/** GitHub sends these to every App, whether it subscribed or not. */
const alwaysSent = new Set(['installation', 'installation_repositories']);

/**
 * Signs events, sends each once and keeps every delivery. As GitHub: nothing is sent again unless it is asked for,
 * and without a target the deliveries are still there to be read.
 */
export class Webhooks {
  readonly #world: World;
  readonly #secret: string;
  readonly #deliveries: Delivery[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #timeoutMs: number;
  #target: string | null;

  constructor(world: World, options: WebhookOptions) {
    this.#world = world;
    this.#secret = options.secret;
    this.#target = options.target;
    this.#timeoutMs = options.timeoutMs;
  }

  sendTo(target: string | null): void {
    this.#target = target;
  }

  /** The oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Tells the App what happened, if it is installed where it happened and asked for such events. */
  emit(happening: Happening): void {
    const { event, action, installation, repository, sender } = happening;
    if (installation === null) return;
    if (!alwaysSent.has(event) && !this.#world.app.events.includes(event)) return;
    const payload = {
      ...(action === null ? {} : { action }),
      ...happening.fields,
      ...(repository === null ? {} : { repository: fullRepository(this.#world, repository) }),
      // The installation events carry the whole installation themselves.
      ...('installation' in happening.fields ? {} : { installation: installationReference(installation) }),
      sender: simpleUser(this.#world, sender),
    };
    this.#deliver({
      guid: randomUUID(),
      event,
      action,
      installation: installation.id,
      repository: repository?.id ?? null,
      redelivery: false,
      body: JSON.stringify(payload),
    });
  }

  /** Sends an earlier delivery's bytes again, under the same GUID. False where there is no such delivery. */
  redeliver(matching: (delivery: Delivery) => boolean): boolean {
    const earlier = this.#deliveries.find(matching);
    if (earlier === undefined) return false;
    const { guid, event, action, installation, repository, body } = earlier;
    this.#deliver({ guid, event, action, installation, repository, body, redelivery: true });
    return true;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  #deliver(
    what: Pick<Delivery, 'guid' | 'event' | 'action' | 'installation' | 'repository' | 'redelivery' | 'body'>,
  ): void {
    const delivery: Delivery = {
      ...what,
      id: this.#world.nextId(),
      deliveredAt: this.#world.now(),
      requestHeaders: this.#headers(what),
      url: this.#target,
      status: 'pending',
      statusCode: 0,
      seconds: 0,
      responseHeaders: {},
      responseBody: '',
    };
    this.#deliveries.push(delivery);
    const limit = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutMs)]);
    const sending = send(delivery, limit).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  #headers(what: Pick<Delivery, 'guid' | 'event' | 'body'>): Record<string, string> {
    const digest = (algorithm: 'sha1' | 'sha256'): string =>
      `${algorithm}=${createHmac(algorithm, this.#secret).update(what.body).digest('hex')}`;
    return {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/practice',
      'x-github-delivery': what.guid,
      'x-github-event': what.event,
      'x-github-hook-id': String(this.#world.app.id),
      'x-github-hook-installation-target-id': String(this.#world.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature': digest('sha1'),
      'x-hub-signature-256': digest('sha256'),
    };
  }
}

async function send(delivery: Delivery, limit: AbortSignal): Promise<void> {
  const started = Date.now();
  const give = (status: string, code: number): void => {
    delivery.status = status;
    delivery.statusCode = code;
    delivery.seconds = (Date.now() - started) / 1000;
  };
  if (delivery.url === null) return give('failed to connect to host', 502);
  try {
    const response = await fetch(delivery.url, {
      method: 'POST',
      headers: delivery.requestHeaders,
      body: delivery.body,
      redirect: 'manual',
      signal: limit,
    });
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.responseBody = await response.text();
    give(response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`, response.status);
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    give(late ? 'timed out' : 'failed to connect to host', late ? 504 : 502);
  }
}
