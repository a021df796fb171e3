import type { FastifyReply, FastifyRequest } from 'fastify';

const month = 30 * 86_400;

/** Keeps a private link's secret in a cookie of the browser, so that it stands in no address. */
export function keepWishLink(
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  secret: string,
): void {
  const secure = request.protocol === 'https';
  const options = { path: '/my', httpOnly: true, sameSite: 'lax', secure, maxAge: 6 * month } as const;
  reply.setCookie(nameOf(number), secret, options);
}

/** The secret that this browser has for a wish. */
export function keptWishLink(request: FastifyRequest, number: string): string | undefined {
  return request.cookies[nameOf(number)];
}

function nameOf(number: string): string {
  return `wish_${number}`;
}
