/** A pixel file, and what messages call it. */
export interface FilePlace {
  imageRoot: string;
  /** begins with the root */
  path: string;
  name: string;
  /** whether links of a folder may lead out of it */
  followLinks: boolean;
}

/** What tells one version of a file from another. */
export interface FileFacts {
  bytes: number;
  modifiedMs: number;
}

/** What pixel files are read from: a folder of this machine, or a bucket. */
export interface PixelSource {
  /** @returns the names in a folder; none if there is no such folder */
  names(folder: string): Promise<ReadonlySet<string>>;
  /** Whether there is a file; quick for many files of one series. */
  has(path: string): Promise<boolean>;
  /** @returns null if there is no such file */
  find(path: string): Promise<FileFacts | null>;
  /**
   * @param sha256 the checksum of the file that is expected, if it is known: a copy that has it need not be looked up
   * @throws NotFound if there is no such file, InvalidImage if it is no regular file within the limits
   */
  read(place: FilePlace, sha256?: string | null): Promise<Buffer>;
  /** Reads the file itself, never a copy. A part is valid until the next one is taken. @throws as `read` */
  readInParts(place: FilePlace): AsyncGenerator<Buffer>;
}
