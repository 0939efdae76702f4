import { setGlobalProxyFromEnv } from 'node:http';

/** Has all further requests of this process go by a proxy, also those to loopback. */
export function useProxy(url: string): void {
  setGlobalProxyFromEnv({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '' });
}
