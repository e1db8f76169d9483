import type { Answer, Asker } from '../../host/probes/question.ts';
import { askDns } from './ask-dns.ts';
import { askHttp } from './ask-http.ts';
import { askTcp } from './ask-tcp.ts';
import { dnsWire } from './dns-wire.ts';

/** Asks from where this process runs. Each question is a connection of its own and has `timeoutMs` to be answered. */
export function networkAsker({ timeoutMs = 5000 }: { readonly timeoutMs?: number } = {}): Asker {
  return {
    dns: dnsWire,
    async ask(question, signal): Promise<Answer> {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
      try {
        switch (question.kind) {
          case 'http':
            return await askHttp(question.url, question.at ?? null, either);
          case 'tcp':
            return await askTcp(question.address, question.port, either);
          case 'dns':
            return await askDns(question, either);
        }
      } catch (error) {
        signal?.throwIfAborted();
        return { kind: 'none', detail: timeout.aborted ? `no answer in ${timeoutMs / 1000} s` : reasonOf(error) };
      }
    },
  };
}

/** A name with several addresses fails with an error of errors, whose own message is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
