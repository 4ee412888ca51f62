-- The schema of quotes.db, generated from attribution/database/schema.py by
-- python -m attribution.database > db/schema.sql

CREATE TABLE "outlets" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT NOT NULL,
   "domain" TEXT,
   "n_articles" INTEGER DEFAULT 0,
   "n_quotations" INTEGER DEFAULT 0
) STRICT;

CREATE TABLE "articles" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "title" TEXT,
   "outlet" INTEGER REFERENCES "outlets"("id"),
   "byline" TEXT,
   "published" TEXT,
   "language" TEXT,
   "url" TEXT,
   "path" TEXT,
   "characters" INTEGER,
   "n_quotations" INTEGER DEFAULT 0,
   "hash" TEXT NOT NULL
) STRICT;

CREATE TABLE "article_texts" (
   "article" INTEGER PRIMARY KEY REFERENCES "articles"("id") ON DELETE CASCADE,
   "text" TEXT NOT NULL,
   "furniture" TEXT
) STRICT;

CREATE TABLE "analyses" (
   "article" INTEGER PRIMARY KEY REFERENCES "articles"("id") ON DELETE CASCADE,
   "versions" TEXT NOT NULL,
   "data" BLOB NOT NULL
) STRICT;

CREATE TABLE "entities" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "description" TEXT,
   "wikidata" TEXT,
   "speaks_for" INTEGER REFERENCES "entities"("id"),
   "n_said" INTEGER DEFAULT 0,
   "n_targeted" INTEGER DEFAULT 0
) STRICT;

CREATE TABLE "entity_names" (
   "entity" INTEGER REFERENCES "entities"("id") ON DELETE CASCADE,
   "name" TEXT,
   "n" INTEGER NOT NULL,
   PRIMARY KEY ("entity", "name")
) STRICT;

CREATE TABLE "chains" (
   "article" INTEGER REFERENCES "articles"("id") ON DELETE CASCADE,
   "number" INTEGER,
   "name" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "gender" TEXT,
   "entity" INTEGER REFERENCES "entities"("id"),
   "mentions" TEXT NOT NULL, "node" INTEGER,
   PRIMARY KEY ("article", "number")
) STRICT;

CREATE TABLE "axes" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "question" TEXT NOT NULL,
   "negative" TEXT NOT NULL,
   "negative_description" TEXT,
   "positive" TEXT NOT NULL,
   "positive_description" TEXT,
   "hash" TEXT NOT NULL,
   "revision" INTEGER NOT NULL,
   "n_scored" INTEGER DEFAULT 0
) STRICT;

CREATE TABLE "statements" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "speaker" INTEGER REFERENCES "entities"("id"),
   "first_published" TEXT,
   "last_published" TEXT,
   "first_outlet" INTEGER REFERENCES "outlets"("id"),
   "n_quotations" INTEGER NOT NULL,
   "n_outlets" INTEGER,
   "n_variants" INTEGER
) STRICT;

CREATE TABLE "quotations" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "published" TEXT,
   "outlet" INTEGER REFERENCES "outlets"("id"),
   "article" INTEGER NOT NULL REFERENCES "articles"("id") ON DELETE CASCADE,
   "speaker" INTEGER REFERENCES "entities"("id"),
   "speaker_name" TEXT,
   "speaker_kind" TEXT,
   "speaker_role" TEXT,
   "source" TEXT,
   "cue" TEXT,
   "text" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "attitude" TEXT NOT NULL,
   "cue_polarity" TEXT NOT NULL,
   "addressee" TEXT,
   "medium" TEXT,
   "targets" TEXT NOT NULL DEFAULT '[]',
   "axis" INTEGER REFERENCES "axes"("id"),
   "stance" TEXT,
   "score" REAL,
   "statement" INTEGER REFERENCES "statements"("id"),
   "confidence" REAL NOT NULL,
   "speaker_confidence" REAL,
   "speaker_how" TEXT,
   "reviewed" INTEGER DEFAULT 0,
   "start" INTEGER NOT NULL,
   "end" INTEGER NOT NULL,
   "context_start" INTEGER,
   "context_end" INTEGER,
   "number" INTEGER NOT NULL,
   "chain" INTEGER
, "month" TEXT GENERATED ALWAYS AS (substr("published", 1, 7)) VIRTUAL) STRICT;

CREATE TABLE "spans" (
   "quotation" INTEGER REFERENCES "quotations"("id") ON DELETE CASCADE,
   "role" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   PRIMARY KEY ("quotation", "role", "start", "end")
) STRICT;

CREATE TABLE "targets" (
   "quotation" INTEGER REFERENCES "quotations"("id") ON DELETE CASCADE,
   "number" INTEGER,
   "entity" INTEGER REFERENCES "entities"("id"),
   "name" TEXT NOT NULL,
   "polarity" REAL,
   "confidence" REAL,
   "start" INTEGER,
   "end" INTEGER,
   "evidence" TEXT,
   "chain" INTEGER,
   PRIMARY KEY ("quotation", "number")
) STRICT;

CREATE TABLE "stances" (
   "quotation" INTEGER REFERENCES "quotations"("id") ON DELETE CASCADE,
   "axis" INTEGER REFERENCES "axes"("id") ON DELETE CASCADE,
   "score" REAL,
   "label" TEXT NOT NULL,
   "confidence" REAL NOT NULL,
   "evidence" TEXT,
   PRIMARY KEY ("quotation", "axis")
) STRICT;

CREATE TABLE "scorings" (
   "article" INTEGER REFERENCES "articles"("id") ON DELETE CASCADE,
   "axis" INTEGER REFERENCES "axes"("id") ON DELETE CASCADE,
   "revision" INTEGER NOT NULL,
   PRIMARY KEY ("article", "axis")
) STRICT;

CREATE TABLE "corrections" (
   "id" INTEGER PRIMARY KEY,
   "uid" TEXT NOT NULL,
   "field" TEXT NOT NULL,
   "value" TEXT NOT NULL,
   "old" TEXT,
   "status" TEXT NOT NULL,
   "note" TEXT,
   "quotation" INTEGER REFERENCES "quotations"("id") ON DELETE SET NULL,
   "article" INTEGER REFERENCES "articles"("id") ON DELETE SET NULL,
   "text" TEXT,
   "who" TEXT,
   "when" TEXT,
   "why" TEXT
) STRICT;

CREATE TABLE "failures" (
   "id" INTEGER PRIMARY KEY,
   "source" TEXT NOT NULL,
   "stage" TEXT NOT NULL,
   "error" TEXT NOT NULL,
   "failed" TEXT NOT NULL
) STRICT;

CREATE TABLE "builds" (
   "id" INTEGER PRIMARY KEY,
   "started" TEXT NOT NULL,
   "finished" TEXT,
   "status" TEXT NOT NULL,
   "seconds" REAL,
   "n_new" INTEGER,
   "n_changed" INTEGER,
   "n_unchanged" INTEGER,
   "n_removed" INTEGER,
   "n_failed" INTEGER,
   "n_articles" INTEGER,
   "n_quotations" INTEGER,
   "versions" TEXT,
   "timings" TEXT
) STRICT;

CREATE TABLE "positions" (
   "id" INTEGER PRIMARY KEY,
   "speaker" INTEGER NOT NULL REFERENCES "entities"("id"),
   "axis" INTEGER NOT NULL REFERENCES "axes"("id"),
   "month" TEXT,
   "outlet" INTEGER REFERENCES "outlets"("id"),
   "quotations" INTEGER NOT NULL,
   "statements" INTEGER NOT NULL,
   "mean" REAL NOT NULL,
   "low" REAL NOT NULL,
   "high" REAL NOT NULL
) STRICT;

CREATE TABLE "shifts" (
   "speaker" INTEGER REFERENCES "entities"("id"),
   "axis" INTEGER REFERENCES "axes"("id"),
   "early_from" TEXT,
   "early_to" TEXT,
   "early_statements" INTEGER,
   "early_mean" REAL,
   "late_from" TEXT,
   "late_to" TEXT,
   "late_statements" INTEGER,
   "late_mean" REAL,
   "change" REAL,
   "low" REAL,
   "high" REAL,
   "significant" INTEGER,
   PRIMARY KEY ("speaker", "axis")
) STRICT;

CREATE TABLE "speaker_targets" (
   "speaker" INTEGER REFERENCES "entities"("id"),
   "target" INTEGER REFERENCES "entities"("id"),
   "quotations" INTEGER NOT NULL,
   "statements" INTEGER NOT NULL,
   "polarity" REAL,
   "first_published" TEXT,
   "last_published" TEXT,
   PRIMARY KEY ("speaker", "target")
) STRICT;

CREATE VIRTUAL TABLE "quotations_fts" USING FTS5 (
    "text",
    tokenize='porter unicode61 remove_diacritics 2',
    content="quotations"
);

CREATE VIRTUAL TABLE "articles_fts" USING FTS5 (
    "title",
    tokenize='porter unicode61 remove_diacritics 2',
    content="articles"
);

CREATE VIRTUAL TABLE "article_texts_fts" USING FTS5 (
    "text",
    tokenize='porter unicode61 remove_diacritics 2',
    content="article_texts"
);

CREATE TABLE "axis_statements" (
   "axis" INTEGER REFERENCES "axes"("id") ON DELETE CASCADE,
   "number" INTEGER,
   "text" TEXT NOT NULL,
   "label" TEXT NOT NULL,
   "purpose" TEXT NOT NULL,
   "found" TEXT,
   "score" REAL,
   "confidence" REAL,
   "revision" INTEGER NOT NULL,
   PRIMARY KEY ("axis", "number")
) STRICT;

CREATE TABLE "outlet_standings" (
   "axis" INTEGER REFERENCES "axes"("id"),
   "outlet" INTEGER REFERENCES "outlets"("id"),
   "quotations" INTEGER NOT NULL,
   "speakers" INTEGER NOT NULL,
   "mean" REAL NOT NULL,
   "low" REAL NOT NULL,
   "high" REAL NOT NULL,
   PRIMARY KEY ("axis", "outlet")
) STRICT;

CREATE TABLE "names" (
   "id" INTEGER PRIMARY KEY,
   "node" TEXT NOT NULL,
   "data" TEXT NOT NULL,
   "entity" TEXT
) STRICT;

CREATE TABLE "name_blocks" (
   "block" TEXT,
   "name" INTEGER REFERENCES "names"("id") ON DELETE CASCADE,
   PRIMARY KEY ("block", "name")
) STRICT;

CREATE TABLE "entity_forms" (
   "entity" TEXT PRIMARY KEY,
   "data" TEXT NOT NULL
) STRICT;

CREATE TABLE "stale_names" (
   "name" INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE "statement_words" (
   "word" TEXT PRIMARY KEY,
   "n" INTEGER NOT NULL
) STRICT;

CREATE TABLE "unnamed_words" (
   "quotation" INTEGER PRIMARY KEY REFERENCES "quotations"("id") ON DELETE CASCADE,
   "words" TEXT NOT NULL
) STRICT;

CREATE TABLE "stale_statements" (
   "statement" INTEGER PRIMARY KEY
) STRICT;

CREATE INDEX "idx_articles_outlet"
    ON "articles" ("outlet");

CREATE INDEX "idx_articles_published"
    ON "articles" ("published");

CREATE UNIQUE INDEX "idx_articles_uid"
    ON "articles" ("uid");

CREATE UNIQUE INDEX "idx_axes_uid"
    ON "axes" ("uid");

CREATE INDEX "idx_chains_entity"
    ON "chains" ("entity");

CREATE INDEX "idx_chains_node"
    ON "chains" ("node");

CREATE INDEX "idx_corrections_article"
    ON "corrections" ("article");

CREATE INDEX "idx_corrections_quotation"
    ON "corrections" ("quotation");

CREATE INDEX "idx_corrections_status"
    ON "corrections" ("status");

CREATE INDEX "idx_entities_name"
    ON "entities" ("name");

CREATE INDEX "idx_entities_speaks_for" ON "entities" ("speaks_for") WHERE "speaks_for" IS NOT NULL;

CREATE UNIQUE INDEX "idx_entities_uid"
    ON "entities" ("uid");

CREATE INDEX "idx_entity_names_name"
    ON "entity_names" ("name");

CREATE UNIQUE INDEX "idx_failures_source_stage"
    ON "failures" ("source", "stage");

CREATE INDEX "idx_name_blocks_name"
    ON "name_blocks" ("name");

CREATE UNIQUE INDEX "idx_names_node"
    ON "names" ("node");

CREATE UNIQUE INDEX "idx_outlets_name"
    ON "outlets" ("name");

CREATE INDEX "idx_positions_axis_month_outlet_statements"
    ON "positions" ("axis", "month", "outlet", "statements");

CREATE INDEX "idx_positions_speaker_axis_month"
    ON "positions" ("speaker", "axis", "month");

CREATE INDEX "idx_quotations_article"
    ON "quotations" ("article");

CREATE INDEX "idx_quotations_axis_score_published"
    ON "quotations" ("axis", "score", "published");

CREATE INDEX "idx_quotations_kind"
    ON "quotations" ("kind");

CREATE INDEX "idx_quotations_month"
    ON "quotations" ("month");

CREATE INDEX "idx_quotations_outlet"
    ON "quotations" ("outlet");

CREATE INDEX "idx_quotations_published"
    ON "quotations" ("published");

CREATE INDEX "idx_quotations_score"
    ON "quotations" ("score");

CREATE INDEX "idx_quotations_speaker"
    ON "quotations" ("speaker");

CREATE INDEX "idx_quotations_speaker_axis_score"
    ON "quotations" ("speaker", "axis", "score");

CREATE INDEX "idx_quotations_speaker_speaker_role_published"
    ON "quotations" ("speaker", "speaker_role", "published");

CREATE INDEX "idx_quotations_stance"
    ON "quotations" ("stance");

CREATE INDEX "idx_quotations_statement"
    ON "quotations" ("statement");

CREATE UNIQUE INDEX "idx_quotations_uid"
    ON "quotations" ("uid");

CREATE INDEX "idx_speaker_targets_quotations"
    ON "speaker_targets" ("quotations");

CREATE INDEX "idx_speaker_targets_speaker_quotations"
    ON "speaker_targets" ("speaker", "quotations");

CREATE INDEX "idx_speaker_targets_target_quotations"
    ON "speaker_targets" ("target", "quotations");

CREATE INDEX "idx_stances_axis_score"
    ON "stances" ("axis", "score");

CREATE INDEX "idx_statements_n_quotations"
    ON "statements" ("n_quotations");

CREATE INDEX "idx_statements_speaker_n_outlets"
    ON "statements" ("speaker", "n_outlets");

CREATE UNIQUE INDEX "idx_statements_uid"
    ON "statements" ("uid");

CREATE INDEX "idx_targets_entity"
    ON "targets" ("entity");

CREATE INDEX "idx_unnamed_words_words"
    ON "unnamed_words" ("words");

CREATE VIEW "outlet_positions" AS SELECT e.name AS speaker, a.question AS axis, o.name AS outlet, p.outlet AS outlet_id,
       p.mean, p.low, p.high, p.quotations, p.statements,
       CASE WHEN p.low > 0 THEN a.positive WHEN p.high < 0 THEN a.negative END AS leans_to,
       p.speaker AS speaker_id, p.axis AS axis_id
FROM positions p JOIN entities e ON e.id = p.speaker JOIN axes a ON a.id = p.axis JOIN outlets o ON o.id = p.outlet
WHERE p.outlet IS NOT NULL;

CREATE VIEW "position_changes" AS SELECT e.name AS speaker, a.question AS axis, s.early_from, s.early_to,
       s.early_statements, s.early_mean, s.late_from, s.late_to, s.late_statements, s.late_mean,
       s.change, s.low, s.high, s.significant,
       CASE WHEN s.change > 0 THEN a.positive WHEN s.change < 0 THEN a.negative END AS towards,
       s.speaker AS speaker_id, s.axis AS axis_id
FROM shifts s JOIN entities e ON e.id = s.speaker JOIN axes a ON a.id = s.axis;

CREATE VIEW "speaker_positions" AS SELECT e.name AS speaker, a.question AS axis, p.month,
       p.mean, p.low, p.high, p.quotations, p.statements,
       CASE WHEN p.low > 0 THEN a.positive WHEN p.high < 0 THEN a.negative END AS leans_to,
       p.speaker AS speaker_id, p.axis AS axis_id
FROM positions p JOIN entities e ON e.id = p.speaker JOIN axes a ON a.id = p.axis
WHERE p.month IS NOT NULL;

CREATE VIEW "speaker_standings" AS SELECT e.name AS speaker, a.question AS axis,
       p.mean, p.low, p.high, p.quotations, p.statements,
       CASE WHEN p.low > 0 THEN a.positive WHEN p.high < 0 THEN a.negative END AS leans_to,
       p.speaker AS speaker_id, p.axis AS axis_id
FROM positions p JOIN entities e ON e.id = p.speaker JOIN axes a ON a.id = p.axis
WHERE p.month IS NULL AND p.outlet IS NULL;

CREATE VIEW "who_about_whom" AS SELECT e.name AS speaker, t.name AS target, r.quotations, r.statements,
       r.polarity, r.first_published, r.last_published, r.speaker AS speaker_id, r.target AS target_id
FROM speaker_targets r JOIN entities e ON e.id = r.speaker JOIN entities t ON t.id = r.target;

CREATE TRIGGER "stale_names" AFTER DELETE ON "chains" WHEN old."node" > 0
        BEGIN INSERT OR IGNORE INTO "stale_names" VALUES (old."node"); END;

CREATE TRIGGER "statement_changed" AFTER UPDATE OF "speaker", "kind" ON "quotations" WHEN old."statement" IS NOT NULL
            BEGIN INSERT OR IGNORE INTO "stale_statements" VALUES (old."statement"); END;

CREATE TRIGGER "statement_deleted" AFTER DELETE ON "quotations" WHEN old."statement" IS NOT NULL
            BEGIN INSERT OR IGNORE INTO "stale_statements" VALUES (old."statement"); END;
