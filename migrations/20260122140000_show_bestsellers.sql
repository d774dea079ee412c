-- revision: 20260122140000
-- parents: 20260121110000
-- message: show what sells and how it is liked

-- provision:up
CREATE VIEW bestsellers AS
SELECT
  books.isbn,
  books.title,
  authors.name AS author,
  (SELECT sum(quantity) FROM order_lines WHERE order_lines.isbn = books.isbn) AS copies_sold,
  (SELECT avg(rating) FROM reviews WHERE reviews.isbn = books.isbn AND bought) AS rating
FROM books
JOIN authors ON authors.id = books.author_id
WHERE EXISTS (SELECT 1 FROM order_lines WHERE order_lines.isbn = books.isbn);

-- provision:down
DROP VIEW bestsellers;
