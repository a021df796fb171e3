import type { LightMyRequestResponse } from 'fastify';
import type { Server } from '../../src/kit/http.ts';

/** A browser without a screen: keeps the cookies that it is given, sends forms, follows nothing by itself. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly app: Server;

  constructor(app: Server) {
    this.app = app;
  }

  /** Opens a page. */
  get(url: string): Promise<LightMyRequestResponse> {
    return this.send('GET', url);
  }

  /** Sends a form. */
  post(url: string, form: Record<string, string>): Promise<LightMyRequestResponse> {
    const payload = new URLSearchParams(form).toString();
    return this.send('POST', url, payload, { 'content-type': 'application/x-www-form-urlencoded' });
  }

  /** Sends anything. */
  async send(
    method: 'GET' | 'POST',
    url: string,
    payload?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.app.inject({
      method,
      url,
      headers: { ...headers, ...(cookie && { cookie }) },
      ...(payload !== undefined && { payload }),
    });
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0 || value === '') this.cookies.delete(name);
      else this.cookies.set(name, encodeURIComponent(value));
    }
    return response;
  }
}
