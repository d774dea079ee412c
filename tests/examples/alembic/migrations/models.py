"""What a small library keeps: books, who wrote them, who borrows them."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

metadata = MetaData()

author = Table("author", metadata, Column("id", Integer, primary_key=True),
               Column("name", String(80), nullable=False))
book = Table("book", metadata, Column("id", Integer, primary_key=True),
             Column("title", String(200), nullable=False),
             Column("author_id", Integer, ForeignKey("author.id", name="book_author")),
             Column("isbn", String(13), index=True))
reader = Table("reader", metadata, Column("id", Integer, primary_key=True),
               Column("card", String(12), nullable=False))
loan = Table("loan", metadata, Column("id", Integer, primary_key=True),
             Column("book_id", Integer, ForeignKey("book.id", name="loan_book"), nullable=False),
             Column("reader_id", Integer, ForeignKey("reader.id", name="loan_reader"),
                    nullable=False))
