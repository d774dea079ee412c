"""isbn

Revision ID: 2b0000000002
Revises: 1a0000000001
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "2b0000000002"
down_revision = "1a0000000001"
branch_labels = ("catalogue",)
depends_on = None


def upgrade():
    op.add_column("book", sa.Column("isbn", sa.String(13)))
    op.create_index("ix_book_isbn", "book", ["isbn"])


def downgrade():
    op.drop_index("ix_book_isbn", table_name="book")
    with op.batch_alter_table("book") as batch:
        batch.drop_column("isbn")
