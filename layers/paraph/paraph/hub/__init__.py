"""The embedded hub: packages, documents, fields, signatories and signatures, kept by Paraph itself."""
