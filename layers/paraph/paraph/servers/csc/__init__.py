"""Remote signing services of the Cloud Signature Consortium's API, versions 1.0.4.0 and 2.0.0.2 (contract: CSC)."""

from paraph.servers.csc.client import rssp as rssp
