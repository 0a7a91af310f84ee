/** The doctor: looks at every part that the product needs and says what to do. It changes nothing. */
export { examine } from './examine';
export { type Finding, worstOf } from './finding';
