import type { LightMyRequestResponse } from 'fastify';
import { accountsByLogin, listDemonstrators } from '../../src/identity/actions.ts';
import { issueLink } from '../../src/identity/links.ts';
import type { Role } from '../../src/identity/roles.ts';
import type { Server } from '../../src/kit/http.ts';
import type { Product } from '../../src/product.ts';

/** A browser without a screen: keeps the cookies that it is given, sends forms, follows nothing by itself. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly app: Server;

  constructor(app: Server) {
    this.app = app;
  }

  /** Its cookies, as a request carries them. */
  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Opens a page. */
  get(url: string): Promise<LightMyRequestResponse> {
    return this.send('GET', url);
  }

  /** Sends a form; a field with several values is sent several times. */
  post(url: string, form: Record<string, string | readonly string[]>): Promise<LightMyRequestResponse> {
    const fields = Object.entries(form).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    const payload = new URLSearchParams(fields).toString();
    return this.send('POST', url, payload, { 'content-type': 'application/x-www-form-urlencoded' });
  }

  /** Sends anything. */
  async send(
    method: 'GET' | 'POST',
    url: string,
    payload?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const cookie = this.cookieHeader();
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

/** The path of a one-time link for a demonstration account, by login. */
export async function demonstrationLink({ db }: Product, login: string): Promise<string> {
  const account_id = (await accountsByLogin(db.queries)).get(login)!.id;
  return issueLink(db, { account_id, purpose: 'demonstration', hours: 1, by: null });
}

/** The login of the demonstration account that shows a role. */
export async function loginOfRole({ db }: Product, role: Role): Promise<string> {
  const { account_id } = (await listDemonstrators(db.queries)).find((one) => one.role === role)!;
  return [...(await accountsByLogin(db.queries)).values()].find((one) => one.id === account_id)!.login;
}

/** Somebody of the demonstration, signed in by a one-time link. */
export async function signedInAs(product: Product, app: Server, login: string): Promise<Visitor> {
  const visitor = new Visitor(app);
  await visitor.post(await demonstrationLink(product, login), {});
  return visitor;
}
