"""Paraph signs PDF documents on AWS and proves that it did."""
