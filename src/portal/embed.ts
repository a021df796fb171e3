// A page as a column of another site (政务门户专栏): what it links to stays in the column, and files and other sites open
// a window of their own, since a frame has no way back.

/** What is no page of the column: files, what is for programs, and what staff do. */
const outside =
  /^(https?:|\/(api|evidence|sign-in|assets)\b)|\.(csv|json|jsonld|svg|docx|pptx|xlsx|atom)(\?|$)/;

/** A page whose links and forms of searching keep it in its frame. */
export function keptInFrame(page: string): string {
  return page
    .replace(/<a\b([^>]*?) href="([^"#][^"]*)"/g, (_, before: string, href: string) =>
      before.includes('target=')
        ? `<a${before} href="${href}"`
        : outside.test(href)
          ? `<a${before.replace(relation, '')} href="${href}" target="_blank" rel="${relationsOf(before)}"`
          : `<a${before} href="${inFrame(href)}"`,
    )
    .replace(/<form\b[^>]*method="get"[^>]*>/g, '$&<input type="hidden" name="embed" value="1">');
}

const relation = / rel="([^"]*)"/;

/** The relations of a link that opens a window of its own, which must not reach back into the frame. */
function relationsOf(attributes: string): string {
  return [relation.exec(attributes)?.[1], 'noopener'].filter(Boolean).join(' ');
}

/** An address as a page in a frame links to it; `&` is written as HTML writes it. */
function inFrame(href: string): string {
  const [address, ...hash] = href.split('#');
  const joined = `${address}${address!.includes('?') ? '&amp;' : '?'}embed=1`;
  return [joined, ...hash].join('#');
}

/** The address of the same page outside any frame. */
export function outOfFrame(path: string): string {
  const [address, query] = path.split('?');
  const rest = new URLSearchParams(query);
  rest.delete('embed');
  return rest.size > 0 ? `${address}?${rest}` : address!;
}
