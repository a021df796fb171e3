// Whether a step may be taken: what a button says is what the write asks.
import { type Entitled, reaches } from '../identity/access.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import { type Action, actionsIn, findAction, mostDeclined, mostRedone, type Need, rolesOf } from './rules.ts';
import type { ActionName, Asked, RequestRow } from './schema.ts';

/** Who takes a step: somebody of staff, a person who has the private link, or time by itself. */
export type Taker = { who: 'staff'; actor: Entitled } | { who: 'person' } | { who: 'time' };

/** One thing that may be done now, and why not by this taker, if so. */
export interface Offer {
  name: ActionName;
  action: Action;
  blocked_by: Problem | undefined;
}

/** What is offered to somebody: what their part has in this state, with the reason where it is blocked. */
export function offersTo(request: RequestRow, taker: Taker, at: Date): Offer[] {
  return actionsIn(request.state)
    .filter(([, action]) => checkTaker(request, action, taker) === undefined)
    .map(([name, action]) => ({ name, action, blocked_by: checkLimits(request, name, taker, at) }))
    .filter(({ blocked_by }) => blocked_by?.code !== 'requests/not_now');
}

/** A Problem when a step cannot be taken, not by this taker, or not with what came with it; nothing otherwise. */
export function checkAction(
  request: RequestRow,
  name: ActionName,
  taker: Taker,
  at: Date,
  asked: Asked,
): Problem | undefined {
  const action = findAction(request.state, name);
  if (!action) return impossible(request.number);
  return (
    checkTaker(request, action, taker) ??
    checkLimits(request, name, taker, at) ??
    checkNeeds(action.needs, asked) ??
    checkRating(name, asked)
  );
}

function checkTaker(request: RequestRow, action: Action, taker: Taker): Problem | undefined {
  if (taker.who !== 'staff') return action.who.includes(taker.who) ? undefined : outOfReach();
  const { actor } = taker;
  const fits = action.who.some((who) => {
    if (!reaches(actor, rolesOf[who], request.unit_id)) return false;
    // Nobody asks the person about an answer of their own unit.
    return who !== 'caller' || actor.unit_id !== request.unit_id;
  });
  return fits ? undefined : outOfReach();
}

/** What has its time and its number. `requests/not_now` is what nobody has to be told of. */
function checkLimits(request: RequestRow, name: ActionName, taker: Taker, at: Date): Problem | undefined {
  switch (name) {
    case 'decline':
      if (request.declined >= mostDeclined) {
        return refuse(
          'declined_out',
          '区统筹办已经定了由本单位办理，不能再退单。',
          'The district’s coordinator has settled that this is for your unit.',
        );
      }
      return request.due_at && at > request.due_at
        ? refuse(
            'decline_late',
            '签收时限已过，不能再退单。请先签收；不属于本单位的，可以上提或请统筹员改派。',
            'The time to sign is over, so it cannot be refused any more.',
          )
        : undefined;
    case 'extend':
      if (request.extended) {
        return refuse('extended', '已经延期过一次，不能再延。', 'It was extended once already.');
      }
      return request.answer_by && at > request.answer_by
        ? refuse(
            'extend_late',
            '答复时限已过，不能再延期。',
            'The time to answer is over, so it cannot be extended.',
          )
        : undefined;
    case 'reopen':
      return request.redone >= mostRedone ? notNow() : checkRated(request, taker);
    case 'appeal':
      return request.redone < mostRedone ? notNow() : checkRated(request, taker);
    case 'rate':
      return checkRated(request, taker);
    case 'explain':
      return request.redone < mostRedone ? notNow() : undefined;
    case 'lapse':
      return request.due_at && at < request.due_at ? notNow() : undefined;
    default:
      return undefined;
  }
}

/** A person rates an answer once; whoever calls back may hear something else later. */
function checkRated(request: RequestRow, taker: Taker): Problem | undefined {
  if (taker.who !== 'person' || request.state !== 'closed' || request.solved === null) return undefined;
  return refuse(
    'rated',
    '您已经评价过了。还有问题请重新提一件，或打电话给村（居）。',
    'You have rated this already.',
  );
}

/** Which step a rating is: solved ends it, all else is done again, and after the second time the coordinator looks. */
export function ratingAction(request: Pick<RequestRow, 'redone'>, solved: string | undefined): ActionName {
  if (solved === 'yes') return 'rate';
  return request.redone < mostRedone ? 'reopen' : 'appeal';
}

function checkRating(name: ActionName, { solved }: Asked): Problem | undefined {
  if (name === 'rate' ? solved === 'yes' : solved !== 'yes') return undefined;
  if (name !== 'rate' && name !== 'reopen' && name !== 'appeal') return undefined;
  return missing('solved', { zh: '请选“是否解决”。', en: 'Say whether it is solved.' });
}

const needed: Record<Need, { field: string; text: Message }> = {
  words: { field: 'words', text: { zh: '请写给群众看的话。', en: 'Write what the person will read.' } },
  note: {
    field: 'note',
    text: { zh: '请写明理由或情况，给下一个经办人看。', en: 'Give the reason, for whoever has it next.' },
  },
  unit: { field: 'unit_code', text: { zh: '请选单位。', en: 'Choose the unit.' } },
  target: {
    field: 'target',
    text: { zh: '请写并入的需求编号或项目编号。', en: 'Name the request or project to merge into.' },
  },
  rating: {
    field: 'solved',
    text: {
      zh: '请选“是否解决”和“是否满意”。',
      en: 'Say whether it is solved and whether you are satisfied.',
    },
  },
};

function checkNeeds(needs: readonly Need[], asked: Asked): Problem | undefined {
  for (const need of needs) {
    const { field, text } = needed[need];
    const given = asked[field as keyof Asked]?.trim();
    if (!given || (need === 'rating' && !asked.satisfaction)) return missing(field, text);
  }
  return undefined;
}

function missing(field: string, text: Message): Problem {
  return new Problem(`requests/${field}_missing`, 'invalid', text, { [field]: text });
}

function refuse(code: string, zh: string, en: string): Problem {
  return new Problem(`requests/${code}`, 'conflict', { zh, en });
}

function notNow(): Problem {
  return refuse('not_now', '现在还不能这样办。', 'This cannot be done yet.');
}

function impossible(number: string): Problem {
  return new Problem('requests/step_impossible', 'conflict', {
    zh: `需求 ${number} 现在的状态不能这样办，可能已有人先办了。请看最新的经过。`,
    en: `Request ${number} cannot take this step from the state it is in; somebody may have been faster.`,
  });
}

function outOfReach(): Problem {
  return new Problem('requests/reach', 'forbidden', {
    zh: '这一步不归您的角色或单位办，没有改动。',
    en: 'This step is not for your role or your unit; nothing was changed.',
  });
}
