"""orders

Revision ID: 8c1d7e3b4a22
Revises: 5f0c6b2a9d11
Create Date: 2026-03-09 15:40:02.551380

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8c1d7e3b4a22'
down_revision = '5f0c6b2a9d11'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'orders',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('customer_id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('quantity', sa.Integer(), server_default='1', nullable=False),
        sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ondelete='CASCADE',
                                name=op.f('fk_orders_customer_id_customer')),
        sa.ForeignKeyConstraint(['product_id'], ['product.id'],
                                name=op.f('fk_orders_product_id_product')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')))
    op.create_index(op.f('ix_orders_customer_id'), 'orders', ['customer_id'])


def downgrade():
    op.drop_index(op.f('ix_orders_customer_id'), table_name='orders')
    op.drop_table('orders')
