-- AlterEnum
ALTER TYPE "metric_kind" ADD VALUE 'FROC_BAND';
