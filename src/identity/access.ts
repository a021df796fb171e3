// Who may do what. A route says which roles may use it; an action asks whether one of these roles reaches the unit that
// it is about. Whoever is not let in is refused: there is no route and no action without an answer.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyReply,
  FastifyRequest,
  FastifySchema,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify';
import type { Actor, Via } from '../journal/write.ts';
import { Problem } from '../kit/problem.ts';
import { type Role, roleNames } from './roles.ts';

/**
 * Who may use a route: everybody; whoever is signed in, a second factor set or not; whoever is signed in for work; or
 * holders of one of these roles.
 */
export type Access = 'public' | 'signed_in' | 'staff' | { readonly roles: readonly [Role, ...Role[]] };

/** A role as somebody holds it: for a unit, reaching that unit and all below it. */
export interface Holding {
  role: Role;
  unit_id: number;
  reach: ReadonlySet<number>;
  /** The leader for whom a liaison acts. */
  for_account_id: number | null;
}

/** Whoever is signed in. */
export interface Staff {
  account_id: number;
  name: string;
  unit_id: number;
  holdings: readonly Holding[];
  /** False until a second factor is set; then nothing but setting it is open. */
  complete: boolean;
}

/** An actor with what they are entitled to. The command line and jobs are the machine's own and unlimited. */
export interface Entitled extends Actor {
  holdings: readonly Holding[] | 'unlimited';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    staff: Staff | null;
  }
  interface FastifyInstance {
    /** Every route with who may use it, in the order in which they were added. */
    stated: StatedRoute[];
  }
}

/** A route and who may use it. */
export interface StatedRoute {
  method: string;
  url: string;
  access: Access;
}

/** Gives what a route says of itself. Refuses to start with one that does not say who may use it. */
export function statedAccess(route: {
  method: string | readonly string[];
  url: string;
  config?: { access?: Access };
}): StatedRoute[] {
  const access = route.config?.access;
  if (!access) throw new Error(`the route ${route.url} does not state its access`);
  return [route.method].flat().map((method) => ({ method, url: route.url, access }));
}

/** A Problem when whoever asks may not use a route; nothing otherwise. */
export function checkAccess(access: Access, staff: Staff | null): Problem | undefined {
  if (access === 'public') return undefined;
  if (!staff) {
    return new Problem('identity/sign_in', 'unauthenticated', {
      zh: '请先登录工作人员账号。',
      en: 'Sign in with a staff account first.',
    });
  }
  if (access === 'signed_in') return undefined;
  if (!staff.complete) {
    return new Problem('identity/second_factor_missing', 'forbidden', {
      zh: '请先设置第二因素（动态口令），再继续。',
      en: 'Set up your second factor first.',
    });
  }
  if (access === 'staff' || staff.holdings.some((one) => access.roles.includes(one.role))) return undefined;
  return new Problem('identity/role', 'forbidden', {
    zh: `这里需要以下角色之一：${access.roles.map((role) => roleNames[role].zh).join('、')}。`,
    en: `This needs one of these roles: ${access.roles.map((role) => roleNames[role].en).join(', ')}.`,
  });
}

/** Whether somebody holds one of the roles for a unit or for one above it. */
export function reaches(actor: Pick<Entitled, 'holdings'>, roles: readonly Role[], unit_id: number): boolean {
  if (actor.holdings === 'unlimited') return true;
  return actor.holdings.some((one) => roles.includes(one.role) && one.reach.has(unit_id));
}

/** A Problem when somebody holds none of the roles for a unit or for one above it; nothing otherwise. */
export function checkReach(
  actor: Pick<Entitled, 'holdings'>,
  roles: readonly Role[],
  unit_id: number,
): Problem | undefined {
  return reaches(actor, roles, unit_id) ? undefined : outOfReach();
}

/** A Problem when somebody holds none of the roles for any unit; nothing otherwise. */
export function checkRole(actor: Pick<Entitled, 'holdings'>, asked: readonly Role[]): Problem | undefined {
  const { holdings } = actor;
  if (holdings === 'unlimited' || holdings.some((one) => asked.includes(one.role))) return undefined;
  return outOfReach();
}

function outOfReach(): Problem {
  return new Problem('identity/reach', 'forbidden', {
    zh: '这件事不在您的角色或单位的职责范围内，没有改动。',
    en: 'This is not within your role or your unit; nothing was changed.',
  });
}

/** Every unit that the roles of somebody reach; none for the command line, which asks for no lists of its own. */
export function unitsWithin(actor: Pick<Entitled, 'holdings'>, roles: readonly Role[]): Set<number> {
  if (actor.holdings === 'unlimited') return new Set();
  const held = actor.holdings.filter((one) => roles.includes(one.role));
  return new Set(held.flatMap((one) => [...one.reach]));
}

/** The signed-in person of a request whose route is not public. */
export function staffOf(request: FastifyRequest): Staff {
  if (!request.staff) throw new Error(`${request.routeOptions.url} is public and has no signed-in person`);
  return request.staff;
}

/**
 * The signed-in person as an actor of the journal, with the holdings that let them use this route and no others. Who
 * may use it as a liaison alone acts for their leader, and the entry will say so (代录).
 */
export function actorOf(request: FastifyRequest, via: Via): Entitled {
  const { account_id, unit_id, holdings } = staffOf(request);
  const { access } = request.routeOptions.config;
  const used =
    typeof access === 'object' ? holdings.filter((one) => access.roles.includes(one.role)) : holdings;
  const leader = used.every((one) => one.role === 'liaison') ? used[0]?.for_account_id : undefined;
  const on_behalf_of = leader ? { on_behalf_of: `account:${leader}` } : {};
  return { name: `account:${account_id}`, account_id, unit_id, via, holdings: used, ...on_behalf_of };
}

type Request<S extends FastifySchema> = FastifyRequest<
  RouteGenericInterface,
  RawServerDefault,
  RawRequestDefaultExpression,
  S,
  TypeBoxTypeProvider
>;

/** Adds a route. It does not compile without saying who may use it. */
type AddRoute = <const S extends FastifySchema>(
  url: string,
  options: {
    config: { access: Access; multipartOptions?: { readonly limits: Readonly<Record<string, number>> } };
    schema: S;
    bodyLimit?: number;
  },
  handler: (request: Request<S>, reply: FastifyReply) => unknown,
) => unknown;

/** The server as slices see it when they add their routes. */
export interface Routes {
  get: AddRoute;
  post: AddRoute;
}
