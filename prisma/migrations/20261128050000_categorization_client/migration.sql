-- AlterTable
ALTER TABLE "categorization" ADD COLUMN "client" TEXT;
