/** A browser as far as it matters: cookies by origin, and redirects one by one. */
export class CookieBrowser {
  private readonly jars = new Map<string, Map<string, string>>();
  /** what the servers have set, with attributes */
  readonly set: string[] = [];

  /** @param at where the server of a public address really is */
  constructor(private readonly at: ReadonlyMap<string, string> = new Map()) {}

  async send(address: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(address);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie && { cookie }), ...init.headers };
    const response = await fetch(address.replace(origin, this.at.get(origin) ?? origin), {
      ...init,
      headers,
      redirect: 'manual',
    });
    for (const text of response.headers.getSetCookie()) {
      this.set.push(text);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(text)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  cookieOf(address: string, part: string): string | undefined {
    return [...(this.jars.get(new URL(address).origin) ?? [])].find(([name]) => name.includes(part))?.[1];
  }

  /** Goes where it is sent until it arrives, and fills in the form of the provider on the way. @returns every address */
  async travel(address: string, person: string, stopAt = 'never'): Promise<{ addresses: string[]; last: Response }> {
    const addresses = [address];
    let last = await this.send(address);
    for (let step = 0; step < 20; step++) {
      const current = addresses.at(-1) ?? '';
      const to = last.headers.get('location');
      if (to !== null) {
        const next = new URL(to, current).href;
        addresses.push(next);
        if (next.includes(stopAt)) return { addresses, last };
        last = await this.send(next);
      } else if (current.includes('/interaction/')) {
        const body = new URLSearchParams({ prompt: 'login', login: person, password: 'any' });
        last = await this.send(current, { method: 'POST', body });
      } else return { addresses, last };
    }
    throw new Error(`The journey does not end: ${addresses.join(' → ')}`);
  }
}
