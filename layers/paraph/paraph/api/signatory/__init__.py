"""The signatory's page: its files, and the calls that it makes."""
