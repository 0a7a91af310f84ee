/**
 * Addresses of pictures come whole, with the scheme that the server knows. Behind a proxy that ends TLS that is another
 * one than the page's: only path and parameters count here.
 */
export function pictureAddress(url: string, parameters: Record<string, string | number> = {}): string {
  const { pathname, searchParams } = new URL(url, window.location.origin);
  for (const [name, value] of Object.entries(parameters)) searchParams.set(name, String(value));
  const search = searchParams.toString();
  return search === '' ? pathname : `${pathname}?${search}`;
}
