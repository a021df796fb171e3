import { stepsFrom } from '../course.ts';
import { projectStates } from '../schema.ts';
import { staffStateWords } from '../words.ts';

const others: Record<string, string> = {
  'ledger/registration': '印发立项',
  'ledger/proposal': '申报',
  'ledger/issue': '印发立项',
  'ledger/merged': '合并',
  'ledger/import': '导入表格',
  'ledger/edit': '修改',
  'ledger/undo': '撤销操作',
  'ledger/checklist': '编排执行清单',
  'ledger/secrecy_review': '保密审查',
  'ledger/extension': '申请延期',
  'ledger/extension_decision': '决定延期',
  'ledger/comment': '留言',
  'ledger/evidence': '上传佐证',
  'ledger/evidence_disclosure': '调整佐证公开',
  'ledger/evidence_removed': '移除佐证',
  'ledger/item_in_progress': '清单事项开始或退回',
  'ledger/item_claimed': '清单事项报完成',
  'ledger/item_verified': '清单事项核验通过',
  'ledger/survey_answer': '满意度测评',
  'ledger/survey_code': '生成测评二维码',
  'supervision/instruction': '领导批示',
};

/** What an action of the journal is called in the history of a project. */
export function actionWord(action: string): string {
  const known = others[action];
  if (known) return known;
  const state = projectStates.find((one) => action === `ledger/${one}`);
  if (!state) return action;
  const word = projectStates.flatMap((from) => stepsFrom(from)).find(([to]) => to === state)?.[1].word.zh;
  return word ?? staffStateWords[state].zh;
}
