-- AlterTable
ALTER TABLE "upload" ADD COLUMN "client" TEXT;

-- CreateIndex
CREATE INDEX "upload_client_idx" ON "upload"("client");
