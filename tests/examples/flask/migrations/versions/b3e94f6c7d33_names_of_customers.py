"""names of customers

Revision ID: b3e94f6c7d33
Revises: 8c1d7e3b4a22
Create Date: 2026-04-20 11:05:37.918276

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b3e94f6c7d33'
down_revision = '8c1d7e3b4a22'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('customer', sa.Column('name', sa.String(length=80), nullable=True))


def downgrade():
    # SQLite rebuilds the table for this; orders refer to it and would go with it.
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        op.execute('ALTER TABLE customer DROP COLUMN name')
    else:
        op.drop_column('customer', 'name')
