-- AlterTable
ALTER TABLE "categorization" ADD COLUMN "warnings" TEXT[];

-- The invariants.

UPDATE categorization SET warnings = '{}';
ALTER TABLE categorization ALTER COLUMN warnings SET DEFAULT ARRAY[]::TEXT[], ADD CHECK (warnings IS NOT NULL);
