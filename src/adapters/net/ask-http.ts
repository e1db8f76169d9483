import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Answer } from '../../host/probes/question.ts';

/** More of a page than anybody looks for a text in. */
const maxBody = 1024 * 1024;

/**
 * One GET over a new connection. Redirects are answers and are not followed. A certificate that does not hold is no
 * answer: the probe asks what a visitor would get. `at`: who is asked for it, whatever its name leads to, and with
 * whatever certificate.
 */
export function askHttp(url: string, at: string | null, signal: AbortSignal): Promise<Answer> {
  const send = new URL(url).protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal, headers: { 'user-agent': 'fleetwright' }, ...wayTo(url, at) };
    const request = send(url, options, (response) => {
      const { socket } = response;
      const daysLeft = socket instanceof TLSSocket ? daysUntil(socket.getPeerCertificate().valid_to, Date.now()) : null;
      const chunks: Buffer[] = [];
      let size = 0;
      const answer = (): void => {
        const left = daysLeft === null ? {} : { daysLeft };
        resolve({
          kind: 'http',
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          ...left,
        });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, maxBody - size));
        size += chunk.length;
        if (size >= maxBody) {
          answer();
          response.destroy();
        }
      });
      response.on('end', answer);
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

/** The name still goes into the request and into the hello of TLS; only the connection leads elsewhere. */
function wayTo(url: string, at: string | null): object {
  if (at === null) return {};
  const { host, hostname } = new URL(url);
  return {
    host: at,
    hostname: at,
    servername: hostname,
    rejectUnauthorized: false,
    headers: { 'user-agent': 'fleetwright', host },
  };
}

/** Whole days until a certificate's end, as OpenSSL writes it (`Nov 22 21:25:19 2026 GMT`); null where it says none. */
export function daysUntil(validTo: string | undefined, now: number): number | null {
  const end = Date.parse(validTo ?? '');
  return Number.isNaN(end) ? null : Math.floor((end - now) / 86_400_000);
}
