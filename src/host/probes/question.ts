import type { Look } from '../look-answer.ts';
import type { CheckName, MachineName, UnitName } from '../remote-names.ts';

/** Everything that a probe may ask. A probe itself reaches nothing: whoever runs it asks for it. */
export type Question = HostQuestion | NetworkQuestion;

/** Asked over a connection of its own, opened after the activation: that it opens is an answer too. */
export type HostQuestion =
  /** The host's state, so many seconds after the round began: two of them show what changes by itself. */
  | { readonly kind: 'look'; readonly afterSeconds: number }
  | { readonly kind: 'units'; readonly units: readonly UnitName[] }
  | { readonly kind: 'machines' }
  /** Which units are ill within a container. */
  | { readonly kind: 'machine-units'; readonly machine: MachineName }
  /** A check that the host's own configuration brings. */
  | { readonly kind: 'script'; readonly check: CheckName }
  /** Where anything on the host listens. */
  | { readonly kind: 'sockets' }
  /** What the host itself gets to hear from the network, whatever a firewall lets others through to. */
  | { readonly kind: 'own'; readonly question: NetworkQuestion };

/** Asked from where the bot runs, and where nobody answers from hosts of the fleet as well. */
export type NetworkQuestion =
  | {
      readonly kind: 'http';
      readonly url: string;
      /**
       * Who is asked for it, whatever its name leads to; any certificate will do then. Absent: what a visitor gets is asked.
       */
      readonly at?: string;
    }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  | {
      readonly kind: 'dns';
      readonly server: Server;
      readonly name: string;
      readonly type: string;
      /** Over TCP alone; by default over UDP, and over TCP where that is not enough. */
      readonly over?: 'tcp';
    };

export interface Server {
  readonly address: string;
  readonly port: number;
}

export type Answer =
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'units'; readonly units: readonly UnitState[] }
  | { readonly kind: 'machines'; readonly names: readonly string[] }
  | { readonly kind: 'machine-units'; readonly failed: readonly string[] }
  /** `code` null: the host has no such check. */
  | { readonly kind: 'script'; readonly code: number | null; readonly said: string }
  | { readonly kind: 'sockets'; readonly sockets: readonly Socket[] }
  /** `daysLeft`: how long the certificate of an https address holds, where whoever asked saw it. */
  | { readonly kind: 'http'; readonly status: number; readonly body: string; readonly daysLeft?: number }
  | { readonly kind: 'tcp' }
  | { readonly kind: 'dns'; readonly rcode: string; readonly records: readonly AnsweredRecord[] }
  /** Whoever was asked has no way to ask it, and so knows nothing. */
  | { readonly kind: 'unable' }
  /** No answer. The detail is for people. */
  | { readonly kind: 'none'; readonly detail: string };

export interface UnitState {
  readonly id: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  /** The rest is empty where the host's systemd does not tell it. `Type=` of a service. */
  readonly type: string;
  /** Something starts it at boot or on demand: a target, a socket, a timer. */
  readonly wantedBy: readonly string[];
  readonly triggeredBy: readonly string[];
  /** Its conditions held when it was last started; null where it never was. */
  readonly conditionHeld: boolean | null;
}

/** Something that listens. */
export interface Socket {
  readonly protocol: 'tcp' | 'udp';
  /** Null: on every address. */
  readonly address: string | null;
  readonly port: number;
}

export interface AnsweredRecord {
  /** Absolute, lower case, with the closing dot. */
  readonly name: string;
  readonly type: string;
  /** In presentation form. */
  readonly data: string;
}

/** Asks the network. Never throws because nobody answered: that is an answer. */
export interface Asker {
  ask(question: NetworkQuestion, signal?: AbortSignal): Promise<Answer>;
  readonly dns: DnsWire;
}

/** DNS messages, for questions that another host carries for us (RFC 1035 section 4.1). */
export interface DnsWire {
  query(question: DnsQuestion): Uint8Array;
  /** Null where the bytes are no answer to the question. `cut-short`: to be asked again over TCP. */
  answer(question: DnsQuestion, query: Uint8Array, message: Uint8Array): Answer | 'cut-short' | null;
}

export type DnsQuestion = Extract<NetworkQuestion, { readonly kind: 'dns' }>;
