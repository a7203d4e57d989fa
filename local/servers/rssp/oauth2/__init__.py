"""The service's OAuth 2.0 authorisation server, one for each version of the API (§3.3 to §3.9)."""
