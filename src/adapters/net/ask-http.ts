import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Answer } from '../../host/probes/question.ts';

/** More of a page than anybody looks for a text in. */
const maxBody = 1024 * 1024;

/**
 * One GET over a new connection. Redirects are answers and are not followed. A certificate that does not hold is no
 * answer: the probe asks what a visitor would get.
 */
export function askHttp(url: string, signal: AbortSignal): Promise<Answer> {
  const send = new URL(url).protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { agent: false, signal, headers: { 'user-agent': 'fleetwright' } }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const answer = (): void => {
        resolve({ kind: 'http', status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
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
