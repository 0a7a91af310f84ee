declare const LONGEST: readonly string[];
export = LONGEST;
