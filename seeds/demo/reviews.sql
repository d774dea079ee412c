-- A review of each book that was bought, written once and then left to its author.
INSERT INTO reviews (customer_id, isbn, rating, body, bought)
SELECT orders.customer_id, order_lines.isbn, 5, 'Read in one night.', true
FROM orders
JOIN order_lines ON order_lines.order_id = orders.id
WHERE orders.status = 'shipped'
ON CONFLICT (customer_id, isbn) DO NOTHING;

INSERT INTO reviews (customer_id, isbn, rating, body)
SELECT id, '9780140440072', 3, 'A long way to walk; I only saw it in the window.'
FROM customers
WHERE email = 'grace@example.com'
ON CONFLICT (customer_id, isbn) DO NOTHING;
