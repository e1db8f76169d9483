import { pino, type Logger } from 'pino';
import type { Log } from '../../core/log.ts';

/** The process's own log: JSON lines on stderr, so that stdout stays free for what a command prints. */
export function createLogger(level: string, redact: (text: string) => string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stderr.write(redact(line)) },
  );
}

/** Our face of a logger: the sentence first, then the facts. */
export function logOf(logger: Logger): Log {
  return {
    debug: (message, facts = {}) => logger.debug(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(withError(facts), message),
    error: (message, facts = {}) => logger.error(withError(facts), message),
  };
}

/** pino prints an error's stack only under `err`. */
function withError(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { error, ...rest } = facts;
  return error === undefined ? rest : { ...rest, err: error };
}
