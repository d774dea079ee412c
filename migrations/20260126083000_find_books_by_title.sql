-- revision: 20260126083000
-- parents: 20260122140000
-- message: find books by title
-- transaction: off

-- provision:up
-- The shop goes on selling while PostgreSQL builds the index; that cannot be in a transaction.
CREATE INDEX books_title ON books (title);

-- provision:up postgresql
CREATE INDEX CONCURRENTLY books_title ON books (title);

-- provision:down
DROP INDEX books_title;

-- provision:down postgresql
DROP INDEX CONCURRENTLY books_title;
