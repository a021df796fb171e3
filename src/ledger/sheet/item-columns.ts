/** The columns of the checklist's sheet (执行清单), in the order of an exported workbook. */
export const itemColumns = [
  column('number', '项目编号', ['编号', '所属项目编号'], 14),
  column('project', '项目名称', ['所属项目', '项目'], 30),
  column('position', '事项序号', ['序号', '清单序号'], 8),
  column('title', '清单事项', ['事项', '事项名称', '任务', '任务名称', '节点', '工作节点', '具体事项'], 36),
  column('weight', '权重', ['分值', '占比'], 8),
  column('unit', '事项责任单位', ['责任单位', '承办单位', '牵头单位'], 18),
  column('planned_start', '计划开始', ['计划开始时间', '开始时间'], 12),
  column('planned_end', '计划完成', ['计划完成时间', '完成时限', '完成时间节点'], 12),
  column('depends_on', '依赖事项', ['前置事项', '依赖'], 10),
  column('evidence_kinds', '佐证方式', ['佐证', '佐证材料'], 24),
  column('actual_start', '实际开始', ['实际开始时间'], 12),
  column('actual_end', '实际完成', ['实际完成时间'], 12),
  column('state', '事项状态', ['状态', '完成情况'], 12),
] as const;

/** A column of the checklist's sheet; the last three are given by the system. */
export type ItemColumnName = (typeof itemColumns)[number]['name'];

function column<const Name extends string>(
  name: Name,
  title: string,
  synonyms: readonly string[],
  width: number,
) {
  return { name, title, synonyms, width };
}
