"""REST routes: requests in, use cases called, answers and problems out."""
