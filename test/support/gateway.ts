import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Pace } from '../../src/messages/delivery/queue.ts';

/** A courier that does not keep a test waiting. */
export const quickPace: Pace = {
  look: 0.5,
  retry_after: 1,
  retry_at_most: 1,
  retries: 4,
  abandoned_after: 2,
};

/** What a gateway was sent. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A gateway over HTTP that keeps what it was sent and answers as it is told to. */
export async function startGateway(answer: (received: Received, response: ServerResponse) => unknown) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    await answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, received, close };
}

/** Waits until something holds, for half a minute at most. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await setTimeout(100);
  }
  throw new Error(`not within half a minute: ${what}`);
}
