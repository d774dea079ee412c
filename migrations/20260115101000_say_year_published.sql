-- revision: 20260115101000
-- parents: 20260112091500
-- message: say that 'published' is a year

-- provision:up
ALTER TABLE books RENAME COLUMN published TO year_published;

-- provision:down
ALTER TABLE books RENAME COLUMN year_published TO published;
