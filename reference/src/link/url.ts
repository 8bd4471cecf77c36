/** Where a node listens or is reached. Further kinds of links come with their chapters. */
export interface LinkAddress {
  readonly kind: 'tcp';
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  /** 0 to 65535. 0: any free port, for listening only. */
  readonly port: number;
}

/** Throws RangeError with one sentence that says what is wrong with `text`. */
export function parseLinkUrl(text: string): LinkAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RangeError(`${JSON.stringify(text)} is not a URL; expected something like tcp://127.0.0.1:7000`);
  }
  if (url.protocol !== 'tcp:') {
    throw new RangeError(`${JSON.stringify(text)}: links of kind ${url.protocol}// are not supported, only tcp://`);
  }
  if (url.hostname === '' || url.port === '') {
    throw new RangeError(
      `${JSON.stringify(text)} lacks a host or a port; expected something like tcp://127.0.0.1:7000`,
    );
  }
  if (url.username !== '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new RangeError(`${JSON.stringify(text)} has more than a host and a port`);
  }
  return { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) };
}

export function formatLinkUrl({ kind, host, port }: LinkAddress): string {
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
