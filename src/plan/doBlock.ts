/** `body` as an anonymous block of PL/pgSQL, in dollar quotes that nothing in it (names may hold anything) can end. */
export function doBlock(body: string): string {
  let tag = '$etlx$';
  while (body.includes(tag)) tag = tag.replace('$etlx', '$etlx_');
  return `do ${tag}${body}${tag}`;
}
