import type { Answer as PacketRecord } from 'dns-packet';
import type { AnsweredRecord } from '../../host/probes/question.ts';

/** What dns-packet decoded, in the words of zone files. */
export function answeredRecords(answers: readonly PacketRecord[]): readonly AnsweredRecord[] {
  return answers.flatMap((answer) => {
    const data = dataOf(answer);
    const type = answer.type.replace(/^UNKNOWN_/, 'TYPE');
    return data === null ? [] : [{ name: absolute(answer.name), type, data }];
  });
}

function dataOf(answer: PacketRecord): string | null {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return answer.data;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return absolute(answer.data);
    case 'TXT':
      return [answer.data].flat().map(quoted).join(' ');
    case 'MX':
      return `${answer.data.preference ?? 0} ${absolute(answer.data.exchange)}`;
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return `${priority} ${weight} ${port} ${absolute(target)}`;
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = answer.data;
      return [absolute(mname), absolute(rname), serial, refresh, retry, expire, minimum].map(String).join(' ');
    }
    case 'CAA': {
      const { flags = 0, tag, value } = answer.data;
      return `${flags} ${tag} "${value}"`;
    }
    default: {
      const raw: unknown = Reflect.get(answer, 'data');
      if (!Buffer.isBuffer(raw)) return null;
      return raw.length === 0 ? '\\# 0' : `\\# ${raw.length} ${raw.toString('hex').toUpperCase()}`;
    }
  }
}

function absolute(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** Octets that do not print are written as three decimal digits (RFC 1035 section 5.1). */
function quoted(part: Buffer | string): string {
  const octets = [...Buffer.from(part)].map((octet) => {
    if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
    return octet >= 32 && octet < 127 ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`;
  });
  return `"${octets.join('')}"`;
}
