"""merge catalogue and lending

Revision ID: 5e0000000005
Revises: 2b0000000002, 4d0000000004
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "5e0000000005"
down_revision = ("2b0000000002", "4d0000000004")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
