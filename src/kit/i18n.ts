/** The languages of the interface. Staff screens are Chinese; the portal speaks both. */
const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/**
 * A sentence or word of the interface in every language. The catalogue is made of these: each slice keeps its
 * own in `words.ts`, so a missing translation does not compile.
 */
export interface Message {
  zh: string;
  en: string;
}

/** The message in the reader's language. */
export function say(language: Language, message: Message): string {
  return message[language];
}

/** The first supported language of an `Accept-Language` header; Chinese when it names none. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  for (const part of (acceptLanguage ?? '').split(',')) {
    const tag = part.split(';')[0]!.trim().toLowerCase();
    const known = languages.find((language) => tag === language || tag.startsWith(`${language}-`));
    if (known) return known;
  }
  return 'zh';
}
