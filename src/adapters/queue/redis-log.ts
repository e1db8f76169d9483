/** Where the store's troubles are told. A pino logger is one. */
export interface RedisLog {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}
