// What the office keeps so that the next text is right: its templates, and who reviews and signs.
import { checkRole } from '../identity/access.ts';
import { type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Entering } from './actions.ts';
import { type CourseSettings, checkCourse } from './course.ts';
import { courseKeepers, templateKeepers } from './rules.ts';
import { endTemplate, keepCourse, keepTemplate, listKeptTemplates } from './store.ts';
import { parseTemplate, type Template } from './templates.ts';

/** Keeps a template as it is now. Raises `bulletins/template_fault`, `bulletins/template_code`, `identity/reach`. */
export function saveTemplate(
  db: Database,
  entering: Entering,
  template: Template,
): Promise<Written<{ code: string }>> {
  const { code } = template;
  const change = {
    ...entering,
    action: 'bulletins/template',
    subject: `bulletin_template:${code}`,
    input: { ...template },
  };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, templateKeepers));
    if (!/^[a-z][a-z0-9-]{1,40}$/.test(code)) throw wrongCode();
    parseTemplate(template.text);
    await keepTemplate(tx, template);
    return { code };
  });
}

/**
 * Gives up the office's own template; the product's of the same code is in force again. Raises `bulletins/template_not_kept`,
 * `identity/reach`.
 */
export function dropTemplate(db: Database, entering: Entering, code: string): Promise<Written<undefined>> {
  const subject = `bulletin_template:${code}`;
  const change = { ...entering, action: 'bulletins/template_end', subject, input: { code } };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, templateKeepers));
    const kept = (await listKeptTemplates(tx.queries)).find((one) => one.code === code);
    if (!kept) throw notKept();
    await endTemplate(tx, kept.id);
    return undefined;
  });
}

/** Says how often texts are reviewed, by whom, and who signs. Raises `bulletins/course`, `identity/reach`. */
export function setCourse(
  db: Database,
  entering: Entering,
  settings: CourseSettings,
): Promise<Written<undefined>> {
  const change = {
    ...entering,
    action: 'bulletins/course',
    subject: 'bulletin_course',
    input: { ...settings },
  };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, courseKeepers));
    refuseIf(checkCourse(settings));
    await keepCourse(tx, settings);
    return undefined;
  });
}

function notKept(): Problem {
  return new Problem('bulletins/template_not_kept', 'conflict', {
    zh: '这个模板是系统自带的，或已经停用，没有改动。',
    en: 'This template is the product’s own or was given up already; nothing was changed.',
  });
}

function wrongCode(): Problem {
  const text = {
    zh: '代码用小写字母、数字和短横线，例如 monthly-towns。',
    en: 'A code is of small letters, digits and hyphens, such as monthly-towns.',
  };
  return new Problem('bulletins/template_code', 'invalid', text, { code: text });
}
