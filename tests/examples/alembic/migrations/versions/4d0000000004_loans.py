"""loans

Revision ID: 4d0000000004
Revises: 3c0000000003
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "4d0000000004"
down_revision = "3c0000000003"
branch_labels = None
depends_on = "2b0000000002"


def upgrade():
    op.create_table("loan", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("book_id", sa.Integer(), sa.ForeignKey("book.id", name="loan_book"),
                              nullable=False),
                    sa.Column("reader_id", sa.Integer(),
                              sa.ForeignKey("reader.id", name="loan_reader"), nullable=False))


def downgrade():
    op.drop_table("loan")
