-- revision: 20260109140000
-- parents: 20260107113000
-- message: create orders

-- provision:up
CREATE TABLE orders (
  id integer NOT NULL PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  ordered_on date NOT NULL,
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'shipped', 'cancelled'))
);

CREATE TABLE order_lines (
  order_id integer NOT NULL REFERENCES orders (id),
  isbn text NOT NULL REFERENCES books (isbn),
  quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, isbn)
);

-- provision:down
DROP TABLE order_lines;
DROP TABLE orders;
