/** What is wrong with the form of a connection URL, in words that hold nothing of it; undefined when nothing is. */
export function urlProblem(url: string): string | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return 'its URL cannot be read';
  }
  return parsed.protocol === 'postgres:' || parsed.protocol === 'postgresql:' ? undefined : `its URL begins with \`${parsed.protocol}//\``;
}

/** What to do about a connection that failed with SQLSTATE or system error `code`. Names host, user and database of `url`, never the password. */
export function connectionHint(code: string | undefined, url: string): string | undefined {
  const { host, hostname, username, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username);
  switch (code) {
    case 'ECONNREFUSED':
      return `is the server running at \`${host || 'localhost'}\`?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `is \`${hostname}\` the name of the host?`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case undefined:
      return `does a firewall stand before \`${host || 'localhost'}\`?`;
    case '28P01':
      return `is the password of \`${decodeURIComponent(username)}\` right?`;
    case '28000':
      return `does the server's \`pg_hba.conf\` let \`${decodeURIComponent(username)}\` in from here, and with or without TLS (\`?sslmode=\` in the URL)?`;
    case '3D000':
      return `create it with \`createdb ${database}\`, or name another in the URL`;
    case '53300':
      return 'every connection of the server is taken: lower `threads`, or raise its `max_connections`';
    case '57P03':
      return 'the server is starting or stopping, try again';
    default:
      return undefined;
  }
}
