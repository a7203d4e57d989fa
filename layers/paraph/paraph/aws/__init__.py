"""AWS behind the ports: S3, DynamoDB, KMS, Secrets Manager, Step Functions, EventBridge."""
