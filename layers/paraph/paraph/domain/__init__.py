"""The words of document signing: models, enumerations, rules and errors; no AWS, no HTTP, no PDF library."""
