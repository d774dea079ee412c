"""authors and books

Revision ID: 1a0000000001
Revises: 
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "1a0000000001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("author", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("name", sa.String(80), nullable=False))
    op.create_table("book", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("title", sa.String(200), nullable=False),
                    sa.Column("author_id", sa.Integer(),
                              sa.ForeignKey("author.id", name="book_author")))


def downgrade():
    op.drop_table("book")
    op.drop_table("author")
