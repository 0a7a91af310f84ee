-- A reviewer takes a verdict back: rows are only added, and the latest one of a reviewer says that there is none.
ALTER TYPE "review_verdict" ADD VALUE 'WITHDRAWN';
