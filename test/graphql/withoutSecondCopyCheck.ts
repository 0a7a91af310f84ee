/**
 * Imported before graphql by tests that execute thousands of operations: otherwise graphql-js looks at every value of
 * another class for a second copy of itself, which takes a seventh of their time. All other tests make sure that there
 * is none.
 */
process.env.NODE_ENV = 'production';
