-- revision: 20260113160000
-- parents: 20260107113000
-- message: create reviews
-- labels: reviews

-- provision:up
CREATE TABLE reviews (
  customer_id integer NOT NULL REFERENCES customers (id),
  isbn text NOT NULL REFERENCES books (isbn),
  rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
  body text,
  PRIMARY KEY (customer_id, isbn)
);

-- provision:down
DROP TABLE reviews;
