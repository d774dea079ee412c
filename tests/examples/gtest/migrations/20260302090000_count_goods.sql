-- revision: 20260302090000
-- parents: 20260301090000
-- message: count goods

-- provision:up
ALTER TABLE goods ADD COLUMN stock integer NOT NULL DEFAULT 0;
-- provision:down
ALTER TABLE goods DROP COLUMN stock;
