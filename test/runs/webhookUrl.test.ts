import { mayConnect, parseWebhookUrl } from '../../src/runs';

const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const hosts = (...webhookHosts: string[]) => ({ webhookHosts, webhookSecret });

describe('parseWebhookUrl', () => {
  it('refuses every address where no host is allowed, and says who can change that', () => {
    expect(() => parseWebhookUrl('https://example.org/', hosts())).toThrow(/WEBHOOK_HOSTS and WEBHOOK_SECRET/);
    expect(() => parseWebhookUrl('https://example.org/', { webhookHosts: ['*'] })).toThrow(/WEBHOOK_SECRET/);
  });

  it('takes a host that is named, whatever its port, and no other', () => {
    const settings = hosts('example.org', '10.0.0.7', '::1');
    for (const url of ['https://EXAMPLE.org:8443/a?b', 'http://10.0.0.7/', 'http://[::1]:80/', 'https://example.org./'])
      expect(parseWebhookUrl(url, settings).href).toBe(new URL(url).href);
    for (const url of [
      'https://evil.example/',
      'https://example.org.evil.example/',
      'https://notexample.org/',
      'http://10.0.0.8/',
    ])
      expect(() => parseWebhookUrl(url, settings)).toThrow(/can add it to WEBHOOK_HOSTS/);
  });

  it.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'example.org',
    '//example.org',
    'https://user:word@example.org/',
    `https://example.org/${'x'.repeat(2_000)}`,
  ])('refuses %s', (url) => {
    expect(() => parseWebhookUrl(url, hosts('*', 'example.org'))).toThrow(
      /Expected webhookUrl to be an http or https address/,
    );
  });

  it.each([
    'http://localhost/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://224.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
  ])('refuses %s where all public hosts are allowed', (url) => {
    expect(() => parseWebhookUrl(url, hosts('*'))).toThrow(/public address/);
  });

  it('takes public addresses where all of them are allowed', () => {
    for (const url of ['http://93.184.215.14/', 'https://[2606:2800:21f:cb07::1]/', 'https://example.org/'])
      expect(parseWebhookUrl(url, hosts('*')).href).toBe(new URL(url).href);
  });
});

describe('mayConnect', () => {
  it('refuses a private address that a public name stands for, unless the name was given by the operator', () => {
    expect(mayConnect('rebinding.example', '127.0.0.1', hosts('*'))).toBe(false);
    expect(mayConnect('rebinding.example', '93.184.215.14', hosts('*'))).toBe(true);
    expect(mayConnect('hospital.example', '10.0.0.7', hosts('hospital.example'))).toBe(true);
    expect(mayConnect('other.example', '93.184.215.14', hosts('hospital.example'))).toBe(false);
  });
});
