"""readers

Revision ID: 3c0000000003
Revises: 1a0000000001
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "3c0000000003"
down_revision = "1a0000000001"
branch_labels = ("lending",)
depends_on = None


def upgrade():
    op.create_table("reader", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("card", sa.String(12), nullable=False))


def downgrade():
    op.drop_table("reader")
