/** The doctor: looks at every part that the product needs and says what to do. It changes nothing. */
export { Doctor } from './doctor';
export { examine } from './examine';
export { type Finding, type FindingStatus, worstOf } from './finding';
