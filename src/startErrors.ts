/** Sentences for what keeps a first start from coming up: the mistakes are ordinary, and each has a setting and a cure. */
import { createServer } from 'node:net';
import { BadUserInput, Conflict, type UserError } from './errors';

/** @returns the code of an error of the system, such as EACCES */
export function systemCodeOf(thrown: unknown): string | undefined {
  const code: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

const FOLDER_REASONS: Record<string, string> = {
  EACCES: 'this user may not write there: give it to the user that starts the server (chown), or set another one.',
  EPERM: 'this user may not write there: give it to the user that starts the server (chown), or set another one.',
  EROFS: 'it lies on a read-only file system: set one that can be written to.',
  ENOTDIR: 'it is a file, or lies below one: set a folder.',
  EEXIST: 'it is a file: set a folder.',
  ENOSPC: 'its disk is full: make room or set another one.',
  EDQUOT: 'the quota of its disk is used up: make room or set another one.',
  ENAMETOOLONG: 'its path is too long: set a shorter one.',
  ELOOP: 'its links lead in a circle: set another one.',
  EIO: 'its disk does not work: set another one.',
};

/**
 * Does something in a folder that a setting names.
 *
 * @param setting such as DATA_DIR
 * @throws BadUserInput naming the setting, the folder and what to do, if the system refuses; any other error unchanged
 */
export function inFolder<T>(setting: string, folder: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw folderErrorOf(setting, folder, thrown) ?? thrown;
  }
}

/** @returns undefined if it is not the system that refuses */
export function folderErrorOf(setting: string, folder: string, thrown: unknown): UserError | undefined {
  const reason = FOLDER_REASONS[systemCodeOf(thrown) ?? ''];
  if (reason === undefined) return undefined;
  return new BadUserInput(`${setting}=${folder} cannot be used: ${reason}`, setting, { cause: thrown });
}

/** The address on which the server will listen. */
export interface ListenAddress {
  host: string;
  port: number;
}

/**
 * Checks whether the server will be able to listen, before the slow steps of a start.
 *
 * @throws Conflict if another program has the port, BadUserInput when host or port cannot be had, naming PORT or HOST
 */
export async function checkListenAddress(address: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(address.port, address.host, () => probe.close(() => resolve()));
  }).catch((thrown: unknown) => {
    throw listenErrorOf(address, thrown) ?? thrown;
  });
}

/** @returns undefined if it is not a refusal to listen */
export function listenErrorOf({ host, port }: ListenAddress, thrown: unknown): UserError | undefined {
  const cause = { cause: thrown };
  switch (systemCodeOf(thrown)) {
    case 'EADDRINUSE':
      return new Conflict(
        `PORT=${port} is in use by another program on ${host}: stop it, or set another PORT (0 takes a free one).`,
        'PORT',
        cause,
      );
    case 'EACCES':
    case 'EPERM':
      return new BadUserInput(
        `PORT=${port} needs rights that this user does not have: set a PORT above 1023.`,
        'PORT',
        cause,
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return new BadUserInput(
        `HOST=${host} is not an address of this machine: set 127.0.0.1 for this machine only, or 0.0.0.0 for all ` +
          'its networks.',
        'HOST',
        cause,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return new BadUserInput(
        `HOST=${host} is not known by that name: set an address of this machine, such as 127.0.0.1 or 0.0.0.0.`,
        'HOST',
        cause,
      );
    default:
      return undefined;
  }
}
