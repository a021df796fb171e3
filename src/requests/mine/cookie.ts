import type { FastifyReply, FastifyRequest } from 'fastify';

const month = 30 * 86_400;

/** Keeps a private link's secret in a cookie of the browser, so that it stands in no address. */
export function keepLink(request: FastifyRequest, reply: FastifyReply, number: string, secret: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(nameOf(number), secret, {
    path: '/my',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 6 * month,
  });
}

/** The secret that this browser has for a request. */
export function keptLink(request: FastifyRequest, number: string): string | undefined {
  return request.cookies[nameOf(number)];
}

function nameOf(number: string): string {
  return `request_${number}`;
}
