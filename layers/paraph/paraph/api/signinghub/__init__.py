"""The SigningHub v4 REST API over the embedded hub: requests in, hub called, answers and errors out."""
