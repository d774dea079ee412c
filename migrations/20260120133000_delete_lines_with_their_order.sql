-- revision: 20260120133000
-- parents: 20260119094500
-- message: delete the lines of an order together with it

-- provision:up sqlite
-- SQLite cannot change a constraint, so the table is made anew; foreign keys rest during a revision.
CREATE TABLE kept_lines AS SELECT * FROM order_lines;
DROP TABLE order_lines;
CREATE TABLE order_lines (
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  isbn text NOT NULL REFERENCES books (isbn),
  quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, isbn)
);
INSERT INTO order_lines SELECT * FROM kept_lines;
DROP TABLE kept_lines;

-- provision:up postgresql
ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;
ALTER TABLE order_lines ADD CONSTRAINT order_lines_order_id_fkey
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE;

-- provision:down sqlite
CREATE TABLE kept_lines AS SELECT * FROM order_lines;
DROP TABLE order_lines;
CREATE TABLE order_lines (
  order_id integer NOT NULL REFERENCES orders (id),
  isbn text NOT NULL REFERENCES books (isbn),
  quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, isbn)
);
INSERT INTO order_lines SELECT * FROM kept_lines;
DROP TABLE kept_lines;

-- provision:down postgresql
ALTER TABLE order_lines DROP CONSTRAINT order_lines_order_id_fkey;
ALTER TABLE order_lines ADD CONSTRAINT order_lines_order_id_fkey
  FOREIGN KEY (order_id) REFERENCES orders (id);
