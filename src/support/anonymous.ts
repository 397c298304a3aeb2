/** This machine's own addresses and those of no single machine say nothing about a visitor. */
const OWN = /^(?:0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|255\.|22[4-9]\.|23\d\.)/;

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*[0-9a-f]{1,4}(?![\w:])/gi;
const EMAIL = /(?<![\w.+-])([\w+-])[\w.+-]*@((?:[\w-]+\.)+[a-z]{2,})\b/gi;

/**
 * A text for somebody else's eyes: the last part of addresses is gone, '203.0.113.x' (`own`: addresses of this machine, which
 * stay), and of e-mail addresses all but the first letter and the domain, 'a…@client.example'. Pure.
 */
export function anonymous(text: string, own: ReadonlySet<string>): string {
  return text
    .replace(IPV4, (address) => {
      const parts = address.split('.');
      // A version with four parts is not an address: 1.0.300.2
      if (own.has(address) || OWN.test(address) || parts.some((part) => Number(part) > 255)) return address;
      return `${parts.slice(0, 3).join('.')}.x`;
    })
    .replace(IPV6, (address) => {
      const low = address.toLowerCase();
      if (own.has(low) || /^(fe80|fc|fd|ff|::1$)/.test(low)) return address;
      return `${low.split(':').slice(0, 4).join(':')}:x`;
    })
    .replace(EMAIL, '$1…@$2');
}

/** What Hermes writes down of what people say to it ("msg='…'"), and what Open WebUI writes only when it is told to log everything. */
const CHAT: readonly RegExp[] = [
  /(?<=\b(?:msg|message|prompt|content|response|preview|query|question)=)(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/gi,
  /(?<=["'](?:content|prompt|query|text|answer|question)["']\s*:\s*)(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/gi,
];

/** A log's text without pieces of conversations. Pure. */
export function withoutChats(text: string): string {
  return CHAT.reduce((clean, shape) => clean.replace(shape, "'(left out)'"), text);
}
