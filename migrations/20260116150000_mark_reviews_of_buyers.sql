-- revision: 20260116150000
-- parents: 20260113160000
-- message: mark reviews by those who bought the book
-- depends_on: 20260109140000

-- provision:up
ALTER TABLE reviews ADD COLUMN bought boolean NOT NULL DEFAULT false;
UPDATE reviews SET bought = true
WHERE EXISTS (
  SELECT 1 FROM orders JOIN order_lines ON order_lines.order_id = orders.id
  WHERE orders.customer_id = reviews.customer_id AND order_lines.isbn = reviews.isbn
);

-- provision:down
ALTER TABLE reviews DROP COLUMN bought;
