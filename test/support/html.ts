import { HtmlValidate } from 'html-validate';

const htmlValidate = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'void-style': 'off',
    'long-title': 'off',
    // Several ticked boxes are one answer.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit', 'reset'] }],
    'no-trailing-whitespace': 'off',
    'attribute-boolean-style': 'off',
  },
});

/** What is not valid in a page of HTML. */
export async function invalidities(page: string): Promise<string[]> {
  const { results } = await htmlValidate.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map((one) => `${one.ruleId} ${one.line}:${one.column} ${one.message}`),
  );
}
