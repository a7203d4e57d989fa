"""The operator's console: a web program on the operator's own machine; nothing of it is deployed."""
