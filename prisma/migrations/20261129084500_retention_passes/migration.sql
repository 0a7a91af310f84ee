-- When servers last deleted what the rules of retention say. It has one row, which a server claims before it begins.
CREATE TABLE "retention_pass" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "deleted" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "retention_pass_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "retention_pass_one_row" CHECK ("id" = 1),
    CONSTRAINT "retention_pass_deleted" CHECK ("deleted" >= 0)
);
