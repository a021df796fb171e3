import type { Database } from '../../kit/db.ts';
import { shownValues, textOf } from '../rules.ts';
import type { Channel } from '../schema.ts';
import type { Gateway } from './channel.ts';
import { type AfterTry, afterTry, mayRepeat, type Outcome } from './rules.ts';
import { type Delivery, findDelivery, markTrying, saveTry } from './store.ts';

/** Where somebody can be reached, looked up only when a message is handed over. */
export type AddressOf = (delivery: Delivery) => Promise<string | undefined>;

/** What handing over needs. */
export interface Hands {
  db: Database;
  gateways: ReadonlyMap<Channel, Gateway>;
  addressOf: AddressOf;
  /** The address of the site, in front of links. */
  site: string;
  clock: () => Date;
}

/**
 * Hands one delivery to its channel, unless it is settled already, and keeps what became of it. Gives whether it is to be
 * tried again. One whose last try ended with its process is tried again only where the channel knows a repetition.
 */
export async function deliver(hands: Hands, stable_id: string, last: boolean): Promise<AfterTry['again']> {
  const { db, gateways, clock } = hands;
  const delivery = await findDelivery(db.queries, stable_id);
  if (!delivery || !['waiting', 'trying'].includes(delivery.state)) return false;
  const { delivery_id, state, tried_at } = delivery;
  const gateway = gateways.get(delivery.channel);
  const settle = async (after: AfterTry) => {
    await saveTry(db.queries, delivery_id, after, clock());
    return after.again;
  };
  const repeatable_for = gateway?.repeatable_for ?? 0;
  if (state === 'trying' && !mayRepeat(repeatable_for, tried_at!, clock())) {
    return settle({ state: 'unknown', fault: 'interrupted', again: false });
  }
  if (!(await markTrying(db.queries, delivery_id, clock()))) return false;
  const outcome = gateway ? await hand(hands, gateway, delivery) : refused('no_gateway');
  return settle(afterTry(outcome, { repeatable: repeatable_for > 0, last }));
}

async function hand(hands: Hands, gateway: Gateway, delivery: Delivery): Promise<Outcome> {
  const { template, filled, link, stable_id } = delivery;
  const address = await hands.addressOf(delivery);
  if (!address) return refused('no_address');
  const language = delivery.language ?? 'zh';
  return gateway.hand({
    stable_id,
    address,
    template,
    shown: shownValues(template, filled, language),
    ...textOf(delivery, language),
    url: link && new URL(link, hands.site).toString(),
  });
}

function refused(fault: string): Outcome {
  return { took: 'refused', fault };
}
