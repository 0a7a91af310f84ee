import { parse } from 'pg-connection-string';
import { addressForPeople, embeddedAddress, withSessionSettings } from '../../src/database/address';

const optionsOf = (url: string): string => String(Reflect.get(parse(url), 'options'));

describe('an address of a database', () => {
  it('is completed by the settings of its sessions, once', () => {
    const complete = withSessionSettings('postgresql://u:p@h:5432/d');
    expect(optionsOf(complete)).toMatch(/-c DateStyle=ISO,MDY .*-c search_path=public .*read\\ committed/);
    expect(withSessionSettings(complete)).toBe(complete);
  });

  it('keeps its own options in front of ours, and every other parameter', () => {
    const url = withSessionSettings(
      'postgresql://u:p@h/d?sslmode=disable&options=-c%20work_mem%3D8MB&application_name=x',
    );
    expect(optionsOf(url)).toMatch(/^-c work_mem=8MB -c DateStyle=/);
    expect(parse(url)).toMatchObject({ ssl: false, application_name: 'x', host: 'h', database: 'd' });
  });

  it.each(['postgresql://u:a%2Fb@h/d', 'postgresql://u:a b@h/d', 'postgresql:///d?host=/var/run/postgresql'])(
    'is read by the driver as before: %s',
    (url) => {
      const { user, password, host, database } = parse(url);
      expect(parse(withSessionSettings(url))).toMatchObject({ user, password, host, database });
      expect(optionsOf(withSessionSettings(url))).toMatch(/^-c DateStyle=ISO,MDY -c .*read\\ committed/);
    },
  );

  it('of the embedded database holds any password', () => {
    const url = embeddedAddress({ user: 'u', password: "a'b@c:d/e?f#g%h", port: 1, database: 'd' });
    expect(parse(url)).toMatchObject({ password: "a'b@c:d/e?f#g%h", ssl: false, host: '127.0.0.1', port: '1' });
  });

  it('is shown without its password', () => {
    expect(addressForPeople('postgresql://u:se@cret@h:1/d?password=secret')).toBe('postgresql://u:…@h:1/d');
    expect(addressForPeople('postgresql://h/d')).toBe('postgresql://h/d');
  });
});
