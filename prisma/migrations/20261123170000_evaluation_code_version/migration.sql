-- AlterTable
ALTER TABLE "evaluation" ADD COLUMN "code_version" TEXT;
