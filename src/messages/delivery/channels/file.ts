import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../../schema.ts';
import type { Gateway } from '../channel.ts';

/**
 * The gateway where no other is set: a line of JSON for each message, in a file of the channel that only its owner reads.
 * Whoever carries them on knows a repetition by its `stable_id`.
 */
export function fileGateway(channel: Channel, folder: string): Gateway {
  const file = join(folder, `${channel}.jsonl`);
  return {
    channel,
    repeatable_for: Number.POSITIVE_INFINITY,
    async hand({ stable_id, address, title, text, url }) {
      const line = JSON.stringify({ stable_id, at: new Date().toISOString(), address, title, text, url });
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await appendFile(file, `${line}\n`, { mode: 0o600, flush: true });
        return { took: 'taken' };
      } catch (error) {
        return { took: 'later', fault: (error as NodeJS.ErrnoException).code ?? 'file' };
      }
    },
  };
}
