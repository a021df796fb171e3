import type { Entitled } from '../src/identity/access.ts';
import type { Product } from '../src/product.ts';
import { proposeWish, resident, takeStep, takeWish } from '../src/wishes/actions.ts';
import { adoptProject } from '../src/wishes/adoptions/actions.ts';
import type { PackEvent } from './jinwan-2021/types.ts';

/** Something of the pack that happened to a wish, or to a project that was taken to heart. */
export type WishEvent = Extract<PackEvent, { kind: 'wish' | 'wish_taking' | 'wish_step' | 'adoption' }>;

/** Enters what happened to a wish, by the actions that everybody uses. */
export async function enterWishEvent(product: Product, event: WishEvent, actor: Entitled): Promise<void> {
  const at = new Date(event.at);
  const entering = (what: string) => ({
    actor,
    simulated_at: at,
    idempotency_key: `demo-${what}-${event.at}`,
  });
  switch (event.kind) {
    case 'wish':
      await proposeWish(product, entering('wish'), event.wish);
      break;
    case 'wish_taking':
      await takeWish(product, { ...entering('taking'), actor: resident }, event.number, event.taking);
      break;
    case 'wish_step': {
      const { who, number, name, words, hours } = event;
      await takeStep(product, { ...entering(name), who }, number, name, { words, hours });
      break;
    }
    case 'adoption':
      await adoptProject(product.db, { actor, simulated_at: at }, event);
  }
}
