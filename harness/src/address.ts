import { UsageError } from './failure.ts';

/** Where a node listens. */
export type Address =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly url: string;
      /** The local address to come from. */
      readonly from?: string | undefined;
    }
  | { readonly kind: 'unix'; readonly path: string; readonly url: string };

const LATER = new Set(['tls:', 'ws:', 'wss:']);

/** `tcp://host:port` or `unix:PATH`. Throws UsageError, with what would be right. */
export function parseAddress(url: string): Address {
  if (url.startsWith('unix:')) {
    const path = url.slice('unix:'.length);
    if (path === '') throw new UsageError(`${JSON.stringify(url)} names no socket; it is unix:PATH`);
    return { kind: 'unix', path, url };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && LATER.has(parsed.protocol)) {
    throw new UsageError(
      `${parsed.protocol}// is not supported by this version of the kit; it speaks tcp:// and unix:`,
    );
  }
  if (parsed === undefined || parsed.protocol !== 'tcp:') {
    const hint = /^[\w.-]+:\d+$/.test(url) ? `; did you mean tcp://${url}?` : '; a URL is tcp://HOST:PORT or unix:PATH';
    throw new UsageError(`${JSON.stringify(url)} is not the URL of a node${hint}`);
  }
  const port = Number(parsed.port);
  if (parsed.hostname === '' || parsed.port === '' || port === 0) {
    throw new UsageError(`${JSON.stringify(url)} has no host or no port; a URL is tcp://HOST:PORT`);
  }
  if ((parsed.pathname !== '' && parsed.pathname !== '/') || parsed.search !== '' || parsed.username !== '') {
    throw new UsageError(`${JSON.stringify(url)} has more than host and port; the database is told by --database`);
  }
  return { kind: 'tcp', host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'), port, url };
}
