-- revision: 20260301090000
-- parents: base
-- message: create goods

-- provision:up
CREATE TABLE goods (id integer PRIMARY KEY, name text NOT NULL UNIQUE, price integer NOT NULL);
-- provision:down
DROP TABLE goods;
