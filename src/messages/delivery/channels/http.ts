import { createHmac } from 'node:crypto';
import type { Channel } from '../../schema.ts';
import type { Gateway } from '../channel.ts';
import { askGateway } from './ask.ts';

/** A gateway for short messages or mail, reached over HTTP. */
export interface HttpGateway {
  channel: Channel;
  url: string;
  /** The key that both sides know. */
  key: string;
  /** Whether the gateway takes one `Idempotency-Key` once. */
  deduplicates: boolean;
  patience?: number;
}

/**
 * The gateway of a provider, or of a few lines of the operator's in front of one: the message as JSON, its stable id as
 * `Idempotency-Key`, and `X-Shishi-Signature: HMAC-SHA256(key, timestamp + "\n" + body)` in hexadecimal.
 */
export function httpGateway({ channel, url, key, deduplicates, patience }: HttpGateway): Gateway {
  return {
    channel,
    repeatable_for: deduplicates ? Number.POSITIVE_INFINITY : 0,
    async hand({ stable_id, address, template, shown, title, text, url: link }) {
      const body = JSON.stringify({
        id: stable_id,
        to: address,
        template,
        values: shown,
        title,
        text,
        url: link,
      });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const headers = {
        'idempotency-key': stable_id,
        'x-shishi-timestamp': timestamp,
        'x-shishi-signature': signatureOf(key, timestamp, body),
      };
      const got = await askGateway(new URL(url), { body, headers, ...(patience && { patience }) });
      return 'took' in got ? got : { took: 'taken' };
    },
  };
}

/** The signature of a request, as the gateway computes it too. */
export function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${timestamp}\n${body}`).digest('hex');
}
